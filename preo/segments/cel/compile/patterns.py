"""Patterns of `matches`: RE2's meaning in PostgreSQL's words.

The checker lets through only a subset in which both can mean the same and none is slow: no
back-reference, no look-around, no Unicode class.
"""

# RE2's classes are of ASCII alone; PostgreSQL's follow the collation.
_CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": "\\t\\n\\f\\r "}
_ANCHORS = {"b": "\\y", "B": "\\Y", "A": "\\A", "z": "\\Z"}


def pattern_for_postgresql(pattern: str) -> str:
    """The same pattern for `~`, said to be an advanced one whatever it begins with."""
    pieces: list[str] = []
    in_brackets = False
    position = 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\":
            pieces.append(_escape(pattern[position + 1 : position + 2], in_brackets))
            position += 2
            continue
        if not in_brackets and character == ".":
            pieces.append("[^\\n]")
        else:
            pieces.append(character)
        in_brackets = _still_in_brackets(pattern, position, in_brackets)
        position += 1
    return "***:" + "".join(pieces)


def _escape(letter: str, in_brackets: bool) -> str:
    lower = letter.lower()
    if lower in _CLASSES:
        if in_brackets:
            return _CLASSES[lower]
        return f"[{'^' if letter.isupper() else ''}{_CLASSES[lower]}]"
    return _ANCHORS.get(letter, "\\" + letter)


def _still_in_brackets(pattern: str, position: int, in_brackets: bool) -> bool:
    """A `]` directly after the opening, or after its `^`, is a character of the set."""
    character = pattern[position]
    if not in_brackets:
        return character == "["
    opened = pattern.rfind("[", 0, position)
    is_first = pattern[opened + 1 : position] in {"", "^"}
    return character != "]" or is_first
