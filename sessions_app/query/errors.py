"""What is wrong with a query."""


class QueryError(ValueError):
    """A query that means nothing.

    `position` is the offset of the first character of the wrong part in the text; `meant` the whole query as it was
    probably meant, "" where nobody can tell.
    """

    def __init__(self, message: str, position: int, meant: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.meant = meant


class BadValue(ValueError):
    """A date, duration, number or boolean that is none; `meant` is what it may have been."""

    def __init__(self, message: str, meant: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.meant = meant
