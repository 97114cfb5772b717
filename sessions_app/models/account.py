"""An upstream API key and what is known of it."""

from functools import lru_cache
from threading import Lock
from typing import Self

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from sessions_app.browserbase import Browserbase, Passage, errors
from sessions_app.browserbase.transport import CONNECTIONS

from .token import token_of


def cipher() -> MultiFernet:
    """The first key encrypts, all decrypt: a key is rotated by putting the new one in front."""
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])


_making = Lock()  # many that ask at once for the first time get one client


@lru_cache(maxsize=64)
def _client(encrypted_key: str, base_url: str, connections: int) -> Browserbase:
    """One pooled client per account and process; a changed key or address is another client."""
    return Browserbase(_decrypted(encrypted_key), base_url, settings.ALLOW_PRIVATE_UPSTREAM, connections)


@lru_cache(maxsize=64)
def passage_of(encrypted_key: str, base_url: str) -> Passage:
    """The same for programs' requests, for the one event loop of this process. Raises BadKey, BadBaseUrl."""
    return Passage(_decrypted(encrypted_key), base_url, settings.ALLOW_PRIVATE_UPSTREAM)


def _decrypted(encrypted_key: str) -> str:
    try:
        return cipher().decrypt(encrypted_key.encode()).decode()
    except InvalidToken:
        raise errors.BadKey(
            "The API key that is stored here cannot be decrypted: SIGHTGLASS_ENCRYPTION_KEYS lacks the one it was "
            "encrypted with. Put that back behind the new one and start again, or enter the API key anew with "
            "manage.py add_account.",
            sent=False,
        ) from None


class AccountQuerySet(models.QuerySet["Account"]):
    def visible_to(self, user: object) -> Self:
        """Every account; to a program, the one that its token speaks for."""
        token = token_of(user)
        return self.filter(pk=token.account_id) if token else self


class Account(models.Model):
    """One upstream API key. The key itself is encrypted here and nowhere else in the database."""

    name = models.CharField(max_length=100, unique=True)
    base_url = models.CharField(max_length=500)
    encrypted_key = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    bad_key_since = models.DateTimeField(null=True, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)  # upstream's own retry-after: no pull before

    # What the plan says and no answer of upstream tells; None where nobody said it here.
    cycle_day = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    creations_per_minute = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(100_000)]
    )
    kept_days = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(3650)]
    )

    objects = AccountQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    def set_key(self, key: str) -> None:
        """Another key is another chance: what was held against the old one is forgotten."""
        self.encrypted_key = cipher().encrypt(key.encode()).decode()
        self.bad_key_since = self.retry_at = None

    def key_is(self, key: str) -> bool:
        """Whether this is the stored key; False too where the stored one cannot be decrypted any more."""
        return not self.key_trouble and _decrypted(self.encrypted_key) == key

    @property
    def key_trouble(self) -> str:
        """Why the stored key cannot be read here, and what to do; "" where it can, whatever upstream thinks of it."""
        try:
            _decrypted(self.encrypted_key)
        except errors.BadKey as error:
            return error.message
        return ""

    @property
    def keeps_days(self) -> int | None:
        """How long after its end the plan keeps what a session left: as noted here, else SIGHTGLASS_KEPT_DAYS."""
        return self.kept_days or settings.KEPT_DAYS or None

    def client(self, connections: int = CONNECTIONS) -> Browserbase:
        """A client that is shared by all who ask for as many connections, and with nobody else.

        Raises UpstreamError: BadKey where the stored key is none or cannot be decrypted, BadBaseUrl.
        """
        with _making:
            return _client(self.encrypted_key, self.base_url, connections)
