"""HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/), as Chrome's DevTools and other readers take it."""

from .archive import har_of

__all__ = ["har_of"]
