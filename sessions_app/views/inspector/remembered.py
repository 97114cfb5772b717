"""Lists that were made of a log a moment ago: the chunks of a long one are asked for one by one."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sessions_app.inspector.log.opened import Log

#: For each log that is open: another filter is another list.
_MOST = 4
T = TypeVar("T")

_lists: WeakKeyDictionary[Log, OrderedDict[Hashable, Any]] = WeakKeyDictionary()
_lock = Lock()


def remembered(log: Log, key: Hashable, make: Callable[[], T]) -> T:
    """What `make` answers, or answered for this log and key. It goes with the log; two threads may both make it."""
    with _lock:
        lists = _lists.setdefault(log, OrderedDict())
        if key in lists:
            return lists[key]
    made = make()
    with _lock:
        lists[key] = made
        while len(lists) > _MOST:
            lists.popitem(last=False)
    return made
