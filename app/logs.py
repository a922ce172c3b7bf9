"""Log lines: one record is one line, as text or as JSON, and no secret is in it."""

import json
import logging
import re
from collections.abc import Iterable
from datetime import UTC, datetime

from pydantic import SecretStr

from app.redaction import EMAIL
from app.settings import Settings

_SHORTEST_SECRET = 8
_PATTERNS = (
    # No word boundary: in a quoted value an escape's letter may stand before it.
    (re.compile(r"fn_[\w-]+"), "[key]"),
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]+", re.IGNORECASE), r"\1 [key]"),
    (re.compile(r"(authorization\W{1,4})[^\s,;'\"}]+", re.IGNORECASE), r"\1[key]"),
    EMAIL,
)
# They log each request that they make or answer; the service has a line of its own for those.
_HELD_BACK = ("httpx", "sentence_transformers", "urllib3", "uvicorn.access")


def configured_secrets(settings: Settings) -> tuple[str, ...]:
    """The values of secret settings, longest first; too short ones would mask ordinary words."""
    fields = (getattr(settings, name) for name in type(settings).model_fields)
    values = (field.get_secret_value() for field in fields if isinstance(field, SecretStr))
    return tuple(sorted((v for v in values if len(v) >= _SHORTEST_SECRET), key=len, reverse=True))


# What the line of a request has besides; JSON has them as fields.
_REQUEST = ("request_id", "route", "status", "ms")


class TextFormatter(logging.Formatter):
    """Time, level, logger and message; a traceback's line breaks are escaped like all others."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        return _one_line(self.masked(super().format(record)))

    def masked(self, text: str) -> str:
        """The text without keys, tokens, e-mail addresses and configured secrets."""
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        for pattern, mask in _PATTERNS:
            text = pattern.sub(mask, text)
        return text


class JsonFormatter(TextFormatter):
    """One JSON object a record: time, level, logger, message; a request's fields; an error."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        told: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self.masked(record.getMessage()),
        }
        told |= {name: vars(record)[name] for name in _REQUEST if name in vars(record)}
        if record.exc_info:
            told["error"] = self.masked(self.formatException(record.exc_info))
        return json.dumps(told)


def configure_logging(settings: Settings) -> None:
    """Everything goes to standard error through one formatter, libraries' records too."""
    formatter = JsonFormatter if settings.log_format == "json" else TextFormatter
    handler = logging.StreamHandler()
    handler.setFormatter(formatter(configured_secrets(settings)))
    logging.basicConfig(level=settings.log_level, handlers=[handler])
    for name in _HELD_BACK:
        logging.getLogger(name).setLevel(logging.WARNING)


def _one_line(text: str) -> str:
    # Not only \n: some readers break lines at other separators, terminals obey escapes.
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
