"""What people type, made into what upstream expects."""

from .new_session import NewSession
from .new_token import NewToken

__all__ = ["NewSession", "NewToken"]
