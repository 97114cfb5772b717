"""What belongs to a project and is named by an id alone: contexts and extensions, and the shelf they lie on."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from simulator.errors import not_found
from simulator.projects import Project
from simulator.times import iso


@dataclass(slots=True, eq=False)
class Context:
    """A stored browser profile. `name` is None for one without; times are seconds since 1970."""

    id: str
    project: Project
    name: str | None
    created_at: float
    updated_at: float

    def as_json(self) -> dict[str, Any]:
        fields = {
            "id": self.id,
            "projectId": self.project.id,
            "createdAt": iso(self.created_at),
            "updatedAt": iso(self.updated_at),
        }
        return fields if self.name is None else fields | {"name": self.name}

    def is_named(self, name: str) -> bool:
        return self.name is not None and self.name.casefold() == name.casefold()


@dataclass(slots=True, eq=False)
class Extension:
    """An uploaded browser extension. `created_at` is in seconds since 1970; nothing changes one later."""

    id: str
    project: Project
    file_name: str
    created_at: float

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "projectId": self.project.id,
            "fileName": self.file_name,
            "createdAt": iso(self.created_at),
            "updatedAt": iso(self.created_at),
        }


Thing = TypeVar("Thing", Context, Extension)


class Shelf(Generic[Thing]):
    """`what` is the word for one of them in an error; a key finds those of its own projects only."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.things: dict[str, Thing] = {}
        self._taken_away: set[str] = set()

    def put(self, thing: Thing) -> None:
        self.things[thing.id] = thing

    def find(self, key: str, thing_id: str) -> Thing:
        thing = self.things.get(thing_id)
        if not thing or thing.project.key != key:
            raise not_found(self.what)
        return thing

    def take_away(self, thing: Thing) -> None:
        del self.things[thing.id]
        self._taken_away.add(thing.id)

    def check_usable(self, key: str, thing_id: str) -> None:
        """ApiError 404 for what is deleted or another key's. An id that was never given out here passes.

        What the service answers to an unknown id is not documented, and scripts bring ids from their own account.
        """
        if thing_id in self.things or thing_id in self._taken_away:
            self.find(key, thing_id)
