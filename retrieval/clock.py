"""What time it is, and how long a step took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime


class Clock:
    """Wall time by step, in milliseconds."""

    def __init__(self) -> None:
        self.milliseconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what runs inside, also where it raises."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.milliseconds[name] = round((time.perf_counter() - begun) * 1000, 2)


def today() -> date:
    """The day, in UTC, on which an answer holds where the question asks for no other."""
    return datetime.now(UTC).date()
