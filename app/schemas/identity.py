"""Who the caller is."""

from app.schemas.model import Model


class Identity(Model):
    """A caller's name and groups; `writes`: may upload and delete documents."""

    name: str
    groups: list[str]
    writes: bool
