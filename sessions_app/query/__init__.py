"""The list's language: text -> terms -> rows, and back to text. docs/query.md describes it."""

from .errors import QueryError
from .question import Question, matching
from .reader import parse
from .terms import Term, Value, write

__all__ = ["QueryError", "Question", "Term", "Value", "matching", "parse", "write"]
