"""Where a quote stands, and whether two quotes share text."""

Place = tuple[str, int, int]
"""The id of a document or of a passage, and a span in characters of the parsed text."""


def overlap(one: Place, other: Place) -> bool:
    """True when both spans are of one text and share a character."""
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]
