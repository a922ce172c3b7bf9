"""Who the caller is."""

from app.schemas.model import Model


class Identity(Model):
    """A caller's name and groups; `writes`: may upload and delete documents.

    `operates`: may see operations and evaluation; `rates`: ratings are kept; `uploads`: how the
    URIs of its own uploads begin.
    """

    name: str
    groups: list[str]
    writes: bool
    operates: bool
    rates: bool
    uploads: str
