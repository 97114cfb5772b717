"""What a word is: a run of letters, digits and _."""

from unicodedata import category


def words(text: str) -> list[str]:
    return "".join(char if _is_of_word(char) else " " for char in text).split()


def _is_of_word(char: str) -> bool:
    """A mark belongs to the letter before it."""
    return char == "_" or char.isalnum() or category(char).startswith("M")


def is_maybe_number(found: list[str]) -> bool:
    """Whether a number or boolean can read so: 2.5 is two words."""
    if len(found) == 1 and found[0].lower() in ("true", "false"):
        return True
    return len(found) <= 2 and all(word.isascii() and word.isdigit() for word in found)
