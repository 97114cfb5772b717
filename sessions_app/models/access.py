"""Who uses the dashboard."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import AbstractUser
from django.db import models

if TYPE_CHECKING:
    from .token import Token


class User(AbstractUser):
    """A person who signs in, or a robot, which only its tokens speak for.

    There are no roles yet: whoever signs in may see and end everything.
    """

    is_robot = models.BooleanField(default=False)

    # How the list of sessions looks where its address does not say; "" is as for everybody.
    list_columns = models.TextField(blank=True, default="")
    list_density = models.CharField(max_length=10, blank=True, default="")
    # The view that opens after signing in: what stands for it in its address. One that is gone counts as none.
    start_view = models.CharField(max_length=40, blank=True, default="")

    # The token by which a program came: set for one request, never stored.
    token: "Token | None" = None

    def check_password(self, raw_password: str | None) -> bool:
        """Nobody signs in as a robot, also where somebody gave it a password."""
        return not self.is_robot and super().check_password(raw_password)

    def __str__(self) -> str:
        return self.username
