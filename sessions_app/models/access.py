"""Who uses the dashboard."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A person who signs in. There are no roles yet: whoever signs in may see and end everything."""

    def __str__(self) -> str:
        return self.username
