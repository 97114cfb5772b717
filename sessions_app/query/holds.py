"""SQL conditions that are true or false, never NULL, so that their negation is the rest of the rows."""

import re
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import BooleanField, Expression, F, Func, Q

PLACE = re.compile(r"\{(\d)\}")


class Holds(Func):
    """SQL made of expressions: in `template`, {0} is the first of them, and it may stand there more than once."""

    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:  # type: ignore[override]
        parts = [compiler.compile(source) for source in self.source_expressions]
        template = self.extra["template"]
        params = [param for place in PLACE.findall(template) for param in parts[int(place)][1]]
        return PLACE.sub(lambda place: parts[int(place[1])][0], template), tuple(params)


def holds(template: str, *expressions: Expression | F | str) -> Q:
    return Q(Holds(*expressions, template=template))


NEVER = holds("false")


def any_of(conditions: list[Q]) -> Q:
    return reduce(or_, conditions) if conditions else NEVER


def all_of(conditions: list[Q]) -> Q:
    return reduce(and_, conditions) if conditions else holds("true")
