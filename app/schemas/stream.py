"""Events of a streamed answer."""

from app.schemas.model import Model


class Message(Model):
    """A piece of the answer's text. All of them in order are the text."""

    text: str


class Done(Model):
    """The stream is complete."""

    trace_id: str
