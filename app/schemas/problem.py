"""What an error looks like."""

from pydantic import BaseModel


class Problem(BaseModel):
    """An error by RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str
