"""What people type, made into what upstream expects."""

from .new_session import NewSession

__all__ = ["NewSession"]
