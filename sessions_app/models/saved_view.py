"""A list of sessions that somebody wants to see again: what is asked, and how it is shown."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from .token import token_of

LONGEST_NAME = 60
MOST_VIEWS = 200  # of one person


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: object) -> Self:
        """One's own and those that others share; none for a program."""
        if token_of(user):
            return self.none()
        return self.filter(models.Q(owner=user) | models.Q(is_shared=True, owner__is_active=True))


class SavedView(models.Model):
    """`q`, `columns` and `density` as the list's address has them; `columns` name all that was shown, defaults too."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=LONGEST_NAME)
    is_shared = models.BooleanField(default=False)  # with everybody who signs in
    q = models.TextField(blank=True)
    columns = models.TextField()
    density = models.CharField(max_length=10)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = [Lower("name"), "id"]
        constraints = [
            models.UniqueConstraint("owner", Lower("name"), name="one_view_of_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
