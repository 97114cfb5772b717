"""A create that happens once though its request may come twice: a double click, a reload, a script that repeats it."""

from contextlib import suppress
from hashlib import blake2b

from django.core.cache import cache
from redis.exceptions import RedisError

from sessions_app.models import User

REMEMBERED_S = 3600


class Once:
    """One person's one-time token. Without a token, or while the cache does not answer, nothing is guarded."""

    def __init__(self, user: User, token: str) -> None:
        digest = blake2b(token.encode(errors="replace"), digest_size=16).hexdigest()
        self.key = f"created:{user.pk}:{digest}" if token else ""

    def claim(self) -> bool:
        """True for the first request with this token, and again after `forget`."""
        with suppress(RedisError):
            return not self.key or cache.add(self.key, "", REMEMBERED_S)
        return True

    def keep(self, session_id: str) -> None:
        """Remember what was started."""
        if self.key:
            with suppress(RedisError):
                cache.set(self.key, session_id, REMEMBERED_S)

    def forget(self) -> None:
        """Nothing was started: the same request may be made again."""
        if self.key:
            with suppress(RedisError):
                cache.delete(self.key)

    @property
    def session_id(self) -> str:
        """What the first request started; "" while that is not known, or will never be."""
        with suppress(RedisError):
            return cache.get(self.key, "") if self.key else ""
        return ""
