"""Of the npm packages' folders only what pages load: some hold dozens of megabytes of other builds."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.staticfiles.finders import FileSystemFinder

#: By the prefix that settings.STATICFILES_DIRS gives a package; of one that is not here, all files are taken.
TAKEN = {
    "hls": {"hls.light.min.mjs"},
    # The map, since the script names it at its end, and what is named has to be there.
    "rrweb": {"rrweb-player.js", "rrweb-player.js.map", "style.css"},
}


class PackageFilesFinder(FileSystemFinder):
    """Finds files of STATICFILES_DIRS as Django does, but for those of packages that no page loads."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        for path, storage in super().list(ignore_patterns):
            taken = TAKEN.get(storage.prefix)
            if taken is None or path in taken:
                yield path, storage
