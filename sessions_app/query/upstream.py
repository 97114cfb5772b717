"""The same question in upstream's own words."""

from collections.abc import Sequence

from .metadata import json_forms
from .terms import Term

UNSURE = set("'\\[]")  # how upstream's `q` writes these in a key or value is not documented


def upstream_q(terms: Sequence[Term]) -> str | None:
    """What the API's `q` must say to list the same sessions, None where it cannot.

    It knows the equality of one text in the metadata: `user_metadata['order']['status']:'shipped'`. A value that may
    also be a number or boolean here is not the same there.
    """
    if len(terms) != 1 or terms[0].kind != "metadata" or terms[0].negated or len(terms[0].values) != 1:
        return None
    (term,) = terms
    (value,) = term.values
    if value.compare != "=" or len(json_forms(value.text)) > 1 or UNSURE & set("".join((*term.path, value.text))):
        return None
    keys = "".join(f"['{key}']" for key in term.path)
    return f"user_metadata{keys}:'{value.text}'"
