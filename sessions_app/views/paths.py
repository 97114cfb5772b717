"""Upstream's ids in our URLs."""

#: Stands for a slash inside an id, which would otherwise separate. Nobody's characters (Unicode's private use).
SLASH = "\ue000"
#: Stands before an id that would read as a step up or as a page of ours.
ASIDE = "\ue001"
OURS = ("new", "latest", "facets", "histogram", "suggestions")


class OpaqueId:
    """Any text as one path segment, encoded once: `50%/x` is `50%25%2Fx`.

    In the addresses that we write a slash is `SLASH`, since Django's `reverse` would leave it as it is;
    `KeepEncodedSlashes` makes the same of a client's `%2F`.
    """

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return value.removeprefix(ASIDE).replace(SLASH, "/")

    def to_url(self, value: str) -> str:
        set_aside = ASIDE if value in OURS or not value.strip(".") else ""
        return set_aside + value.replace("/", SLASH)
