"""What a session's browser downloaded: the zip, and the files in it. All of it comes from strangers."""

from .archive import Archive, Entry, Spoilt
from .reading import zip_of

__all__ = ["Archive", "Entry", "Spoilt", "zip_of"]
