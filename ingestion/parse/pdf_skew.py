"""Scanned pages that lie askew: their lines rise or fall, and would run into one another."""

from math import atan, cos, sin
from statistics import median
from typing import Any

_LEAST_SLOPE = 0.0005
"""Over the width of a page this is a quarter of a point: no line is in danger."""

Char = dict[str, Any]


def put_straight(chars: list[Char], width: float, height: float) -> list[Char]:
    """The characters of a page, turned about its middle until most of them stand level.

    How much the page is askew is what text recognition wrote down: each character's own slope.
    """
    slopes = [char["matrix"][1] / char["matrix"][0] for char in chars if char["text"].strip()]
    slope = median(slopes) if slopes else 0.0
    if abs(slope) < _LEAST_SLOPE:
        return chars
    angle = atan(slope)
    return [_turned(char, width / 2, height / 2, sin(angle), cos(angle)) for char in chars]


def _turned(char: Char, x: float, y: float, sine: float, cosine: float) -> Char:
    """The character moved, its box as large as before; `top` counts downwards."""
    right = (char["x0"] + char["x1"]) / 2 - x
    down = (char["top"] + char["bottom"]) / 2 - y
    aside = right * cosine - down * sine - right
    lower = right * sine + down * cosine - down
    moved = {side: char[side] + aside for side in ("x0", "x1")}
    moved |= {side: char[side] + lower for side in ("top", "bottom", "doctop")}
    return {**char, **moved}
