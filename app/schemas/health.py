"""Whether the service runs and can answer."""

from typing import Literal

from app.schemas.model import Model


class Health(Model):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(Model):
    """A real query was answered. Documents that a caller without a key can read are counted."""

    status: Literal["ready"] = "ready"
    documents: int
