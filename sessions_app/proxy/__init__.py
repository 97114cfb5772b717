"""The API at our own door: `/v1/…` with our own tokens. Async from end to end; no view and no middleware of Django."""

from .door import Door

__all__ = ["Door"]
