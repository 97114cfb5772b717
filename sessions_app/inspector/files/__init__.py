"""What a session's browser downloaded: the zip, and the files in it. All of it comes from strangers."""

from .archive import Archive, Entry, Spoilt
from .reading import MOST_ZIP_BYTES, zip_of

__all__ = ["MOST_ZIP_BYTES", "Archive", "Entry", "Spoilt", "zip_of"]
