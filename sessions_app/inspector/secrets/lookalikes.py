"""What looks like a token, whatever it is called."""

import re
from collections.abc import Callable
from itertools import pairwise

_JWT = r"eyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){0,4}"
_PREFIXED = (
    r"(?:sk|pk|rk)[-_](?:live|test|proj|ant|or|svcacct|admin)[-_A-Za-z0-9]{8,}|sk-[A-Za-z0-9]{16,}|"
    r"gh[pousr]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{16,}|glpat-[A-Za-z0-9_-]{12,}|xox[a-z]-[A-Za-z0-9-]{8,}|"
    r"(?:AKIA|ASIA|AROA|ABIA)[A-Z0-9]{12,}|AIza[A-Za-z0-9_-]{20,}|ya29\.[A-Za-z0-9_.-]{8,}|1//[A-Za-z0-9_-]{20,}|"
    r"bb_(?:live|test|demo)_[A-Za-z0-9_-]{4,}|sg_[A-Za-z0-9_-]{20,}|SG\.[A-Za-z0-9_.-]{16,}|hf_[A-Za-z0-9]{16,}|"
    r"npm_[A-Za-z0-9]{16,}|pypi-[A-Za-z0-9_-]{16,}|dop_v1_[a-f0-9]{16,}|shp(?:at|ss|ca|pa)_[A-Za-z0-9]{16,}|"
    r"whsec_[A-Za-z0-9+/=]{8,}|tok_[A-Za-z0-9_]{6,}|pat[A-Za-z0-9]{14}\.[a-f0-9]{16,}|EAA[A-Za-z0-9]{20,}|"
    r"(?:ops|vercel|linear|lin_api|secret|key)[-_][A-Za-z0-9]{20,}|dckr_pat_[A-Za-z0-9_-]{20,}|SK[a-f0-9]{32}|"
    r"AGE-SECRET-KEY-[A-Z0-9]+"
)
_PRIVATE_KEY = r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
_CERTAIN = re.compile(rf"{_PRIVATE_KEY}|(?<![A-Za-z0-9])(?:\w{{0,12}}_)?(?:{_JWT}|{_PREFIXED})", re.DOTALL)
_SCHEME = re.compile(r"\b(bearer|basic)(\s+|%20|\+)([A-Za-z0-9._~+/=-]{6,})", re.IGNORECASE)
_LONG = re.compile(r"[A-Za-z0-9_-]{20,}={0,2}")
_AWS_SECRET = re.compile(r"(?<![A-Za-z0-9/+=])[A-Za-z0-9+][A-Za-z0-9/+]{39}(?![A-Za-z0-9/+=])")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_CARD = re.compile(r"(?<![\d.-])[3-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,7}(?![\d.-])")
_HEX, _PIECES = re.compile(r"[0-9a-fA-F]+"), re.compile(r"[-_]+")
_DIGIT, _LOWER, _UPPER = re.compile(r"\d"), re.compile(r"[a-z]"), re.compile(r"[A-Z]")
_ASIDE, _CAPITALIZED = re.compile(r"[^A-Za-z0-9]"), re.compile(r"Ul")
_SHORTEST_HEX, _SHORTEST_PIECE, _CHANGES_SHARE = 32, 16, 0.2
_CHANGES_SHARE_OF_PATHS = 0.25


def sub_lookalikes(text: str, mask: str) -> str:
    """The text with all of them replaced."""
    text = sub_certain(text, mask)
    text = _SCHEME.sub(rf"\1\2{mask}", text)
    text = _AWS_SECRET.sub(_masking(is_no_path, mask), text)
    text = _LONG.sub(_masking(looks_random, mask), text)
    return _CARD.sub(_masking(is_card_number, mask), text)


def sub_certain(text: str, mask: str) -> str:
    """Only those whose beginning tells what they are."""
    return _CERTAIN.sub(mask, text)


def _masking(judge: Callable[[str], bool], mask: str) -> Callable[[re.Match[str]], str]:
    return lambda found: mask if judge(found.group()) else found.group()


def looks_random(text: str) -> bool:
    """Letters and digits in no order, as no word, slug, UUID or date has them."""
    text = text.rstrip("=")
    if _UUID.fullmatch(text) or not any(map(str.isdigit, text)) or not any(map(str.isalpha, text)):
        return False
    if _HEX.fullmatch(text):
        return len(text) >= _SHORTEST_HEX
    return max(map(len, _PIECES.split(text))) >= _SHORTEST_PIECE and _changes(text) >= len(text) * _CHANGES_SHARE


def is_no_path(text: str) -> bool:
    """Base64 with slashes in it, as AWS has it."""
    kinds = (_DIGIT, _LOWER, _UPPER)
    return all(kind.search(text) for kind in kinds) and _changes(text) >= len(text) * _CHANGES_SHARE_OF_PATHS


def _changes(text: str) -> int:
    """How often it goes from one kind of character to another; a word with a capital is of one kind."""
    kinds = _CAPITALIZED.sub("ll", _UPPER.sub("U", _LOWER.sub("l", _DIGIT.sub("0", _ASIDE.sub("", text)))))
    return sum(one != other for one, other in pairwise(kinds))


def is_card_number(text: str) -> bool:
    """13 to 19 digits whose check digit is right (ISO/IEC 7812)."""
    digits = [int(char) for char in text if char.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) if place % 2 else digit for place, digit in enumerate(reversed(digits))]
    return 15 <= len(digits) <= 19 and sum(doubled) % 10 == 0
