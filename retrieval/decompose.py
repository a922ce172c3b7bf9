"""Split a question that asks several things, or about two, so that each finds its own evidence."""

import re

_QUESTION_WORD = (
    r"(?=(?:what|which|who|whom|whose|when|where|why|how"
    r"|is|are|do|does|did|can|may|must|will|should)\b)"
)
# A new part begins where a question word leads it: after a question mark, or after "and". What
# follows a question mark without one ("it is for the label") is context and stays.
_BOUNDARY = re.compile(
    rf"\?\s+(?:and\s+)?{_QUESTION_WORD}|,?\s+(?:and|or)(?:\s+also)?\s+{_QUESTION_WORD}",
    re.IGNORECASE,
)
_ONE = r"(?:(?:the|an?) )?(?P<{}>[\w-]+)"
_COMPARED = re.compile(
    rf"\b(?P<left>[\w-]+) (?:vs\.?|versus) {_ONE.format('right')}"
    rf"|\bbetween {_ONE.format('first')} and {_ONE.format('second')}",
    re.IGNORECASE,
)
_COMPARING = re.compile(r"\b(?:differ|compar)", re.IGNORECASE)
# "Which lasts longer, the cell of the Wren or the pack?"
_CHOICE = re.compile(
    r"^(?P<head>(?:which|what|who)\b.*\b(?:\w{3,}er|more|less|worse)\b[^,]*), "
    r"(?P<first>[^,?]+?) or (?P<second>[^,?]+)\??$",
    re.IGNORECASE,
)
_CODE = re.compile(r"\b(?=\w*[A-Za-z])(?=\w*\d)\w+\b")
_MIN_WORDS = 3


def parts(question: str) -> tuple[str, ...]:
    """The parts of a question in order; one part when it asks one thing.

    "How cold is an H2 vs an H4" becomes a part for each side of the comparison. A piece of fewer
    than three words ("and why?") says too little to search with and stays with the piece before it.
    """
    pieces: list[str] = []
    for piece in _BOUNDARY.split(question.strip()):
        text = piece.strip(" ?")
        if not text:
            continue
        if pieces and len(text.split()) < _MIN_WORDS:
            pieces[-1] = f"{pieces[-1]} and {text}"
        else:
            pieces.append(text)
    if len(pieces) < 2:
        return tuple(_sides(question.strip()))
    return tuple(f"{piece}?" for piece in pieces)


def _sides(question: str) -> list[str]:
    """The question once for each side of a comparison, or as it is."""
    choice = _CHOICE.search(question)
    if choice is not None:
        return [f"{choice['head']}, {choice[side].strip()}?" for side in ("first", "second")]
    found = _COMPARED.search(question)
    # "Between 7 and 9" is no comparison.
    if found is None or (found["first"] and not _COMPARING.search(question)):
        return [question]
    sides = (found["left"] or found["first"], found["right"] or found["second"])
    twin = _twin(question[: found.start("left")], sides) if found["left"] else None
    if twin is not None:
        # "An H2 repair vs an H4": the sides are H2 and H4, not repair and H4.
        kept = f"{question[: found.end('left')]}{question[found.end() :]}"
        return [kept, f"{kept[: twin.start()]}{sides[1]}{kept[twin.end() :]}"]
    return [f"{question[: found.start()]}{side}{question[found.end() :]}" for side in sides]


def _twin(before: str, sides: tuple[str, str]) -> re.Match[str] | None:
    """The last identifier before the left side, when only the right side is one."""
    if not _CODE.fullmatch(sides[1]) or _CODE.fullmatch(sides[0]):
        return None
    return next(reversed(list(_CODE.finditer(before))), None)
