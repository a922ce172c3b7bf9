"""Whether the service runs and can answer."""

from typing import Literal

from app.schemas.model import Model


class Health(Model):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(Model):
    """A real query was answered.

    Counts the documents that a caller without a key can read; null where there is no such caller.
    """

    status: Literal["ready"] = "ready"
    documents: int | None
