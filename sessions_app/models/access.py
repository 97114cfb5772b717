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

    # The token by which a program came: set for one request, never stored.
    token: "Token | None" = None

    def __str__(self) -> str:
        return self.username
