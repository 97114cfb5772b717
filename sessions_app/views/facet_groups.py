"""Facets as the rail shows them: a group for each field and metadata key, a row for each value."""

from dataclasses import dataclass, replace

from sessions_app.query import Term, parse
from sessions_app.query.facets import COUNTED_OVER, Facet, Tally, field_facets, metadata_facets
from sessions_app.query.terms import field_term, write_path
from sessions_app.templatetags.session_parts import LOOKS

TITLES = {"status": "Status", "project": "Project", "region": "Region", "by": "By"}
OPEN_VALUES = 5
OPEN_KEYS = 6
NOT_SET = "not set"
SCATTERED = 0.05


@dataclass(frozen=True)
class Row:
    """A value and how many sessions have it. `named` is the query's own term for it, "" where it has none."""

    name: str
    count: int
    term: str
    named: str
    bar: int = 0  # per cent of the most frequent one's in its group

    is_not_set: bool = False


@dataclass(frozen=True)
class Group:
    title: str
    is_key: bool
    rows: list[Row]
    not_set: Row | None

    def is_scattered(self, over: int) -> bool:
        """Whether even its most frequent value is of few of the sessions that have the key, as a run's number is."""
        present = over - (self.not_set.count if self.not_set else 0)
        return self.rows[0].count < SCATTERED * present

    @property
    def first(self) -> list[Row]:
        return self.rows[:OPEN_VALUES]

    @property
    def more(self) -> list[Row]:
        return self.rows[OPEN_VALUES:]


@dataclass(frozen=True)
class Facets:
    fields: list[Group]
    keys: list[Group]
    over: int

    @property
    def is_capped(self) -> bool:
        return self.over >= COUNTED_OVER

    @property
    def first(self) -> list[Group]:
        return [*self.fields, *self.keys[:OPEN_KEYS]]

    @property
    def more(self) -> list[Group]:
        return self.keys[OPEN_KEYS:]


def facets_shown(counted: Tally, terms: list[Term]) -> Facets:
    """Fields first, then metadata by how many sessions have the key; last those that tell single sessions apart."""
    named = _named(terms)
    unset = {write_path(path): counted.over - present for path, present in counted.present.items()}
    fields = [
        _group(facet, f"{facet['field']}:", _without(counted, facet["field"]), named) for facet in field_facets(counted)
    ]
    keys = [_group(facet, f"{facet['path']}=", unset[facet["path"]], named) for facet in metadata_facets(counted)]
    return Facets(fields, sorted(keys, key=lambda group: group.is_scattered(counted.over)), counted.over)


def _named(terms: list[Term]) -> dict[str, str]:
    """What the query says of single values: {in small letters where these are the same: as it is written}."""
    single = [str(replace(term, values=(value,))) for term in terms for value in term.values]
    return {_folded(text): text for text in single}


def _folded(term: str) -> str:
    return term.casefold() if term.startswith(("status:", "region:")) else term


def _without(counted: Tally, field: str) -> int:
    return sum(count for stored, count in counted.fields[field].items() if stored in (None, ""))


def _group(facet: Facet, head: str, unset: int, named: dict[str, str]) -> Group:
    rows = [_row(facet, value, named) for value in facet["values"]]
    rows = [replace(row, bar=round(100 * row.count / rows[0].count)) for row in rows]
    not_set = Row(NOT_SET, unset, f"-{head}*", "", is_not_set=True) if unset else None
    return Group(TITLES.get(facet.get("field", "")) or facet["path"], "path" in facet, rows, not_set)


def _row(facet: Facet, value: Facet, named: dict[str, str]) -> Row:
    term, name = value["term"], value.get("name")
    as_named = named.get(_folded(term)) or (named.get(field_term("project", name)) if name else None)
    return Row(name or _shown(facet, value), value["count"], term, as_named or "")


def _shown(facet: Facet, value: Facet) -> str:
    """Without the quotes that it has in a query; a status as everywhere in words."""
    text = value["value"]
    if text.startswith('"'):
        text = parse(value["term"])[0].values[0].text
    return LOOKS[text][0] if facet.get("field") == "status" and text in LOOKS else text
