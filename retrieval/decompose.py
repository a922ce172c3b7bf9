"""Split a question that asks several things, so that each finds its own evidence."""

import re

# A new part begins after a question mark or where "and" leads a new question word.
_BOUNDARY = re.compile(
    r"\?\s+(?:and\s+)?"
    r"|,?\s+(?:and|or)(?:\s+also)?\s+(?=(?:what|which|who|whom|whose|when|where|why|how"
    r"|is|are|do|does|did|can|may|must|will|should)\b)",
    re.IGNORECASE,
)
_MIN_WORDS = 3


def parts(question: str) -> tuple[str, ...]:
    """The parts of a question in order; one part when it asks one thing.

    A piece of fewer than three words ("and why?") says too little to search with and stays
    with the piece before it.
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
        return (question.strip(),)
    return tuple(f"{piece}?" for piece in pieces)
