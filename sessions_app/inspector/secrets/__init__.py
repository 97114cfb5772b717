"""Covering secrets in whatever leaves the inspector: `Cover` is the one place that does it."""

from .cover import MASK, Cover
from .typed import TypedTexts

__all__ = ["MASK", "Cover", "TypedTexts"]
