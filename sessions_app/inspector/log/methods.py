"""Which methods of the Chrome DevTools protocol are commands: they begin with a verb, events tell what happened."""

import re
from functools import lru_cache

_VERBS = frozenset(
    "activate add assign attach auto await begin bring call cancel capture clear close collect compact compile connect "
    "continue copy create crash delete deliver describe detach disable disconnect discard dispatch drag emulate enable "
    "enforce evaluate expose fail fetch find focus force fulfill generate get grant handle has hide highlight ime "
    "import insert install intercept invoke is lock make mark move navigate open override pause perform "
    "play prepare print process push query read record redo release reload remove replay replace request reset resize "
    "resolve restart restore resume run save scroll search seek select send set simulate skip snapshot start step stop "
    "store submit swap synthesize take terminate test toggle track trigger undo unlock unregister update upload "
    "validate wait".split()
)
_NO_COMMANDS = frozenset(
    ("addHeapSnapshotChunk", "setChildNodes", "requestPaused", "requestIntercepted", "requestServedFromCache")
)
_FIRST_WORD = re.compile(r"[a-z]+")


@lru_cache(maxsize=2048)
def is_command(method: str) -> bool:
    name = method.rpartition(".")[2]
    if name in _NO_COMMANDS or name.startswith("requestWillBeSent"):
        return False
    word = _FIRST_WORD.match(name)
    return word is not None and word.group() in _VERBS
