"""The list's language: text -> terms -> rows.

A term is `status:word`, `project:id-or-name`, `path=value` for metadata, or a bare word, the beginning of an id.
Terms are joined by "and"; quotes hold spaces and odd characters.
"""

from .filters import matching
from .terms import QueryError, Term, parse

__all__ = ["QueryError", "Term", "matching", "parse"]
