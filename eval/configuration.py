"""What is compared: the current settings, with some of them changed by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from app.settings import Settings
from eval.runner import Mode

CURRENT = "current"
"""The configuration with no setting changed."""

_SHARED = ("data_", "docs_", "qdrant_", "embedding_", "bm25_", "chunk_", "max_file_")
_OUTSIDE = {"default_groups", "host", "port", "log_level", "token_cache_mb", "anonymous"}
_ABOUT_CALLERS = ("jwt_", "mcp_", "rate_", "question_log", "evaluation_", "max_")


class ConfigurationError(Exception):
    """A configuration names no setting, one that can't be compared, or a bad value."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """A name for the tables, the settings that differ from the current ones, one pass or agent."""

    name: str
    overrides: Mapping[str, str]
    mode: Mode = "single"

    def settings(self, current: Settings) -> Settings:
        """The current settings with the overrides. Raises ConfigurationError on a bad value."""
        try:
            return Settings(**{**current.model_dump(), **self.overrides})
        except ValidationError as error:
            faults = [
                f"{'_'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()
            ]
            raise ConfigurationError(f"{self.name}: {'; '.join(faults)}.") from error


def parse(text: str) -> Configuration:
    """ "current", or "key=value,key=value", of which one may be mode=agent.

    Raises ConfigurationError that names what is wrong.
    """
    if text == CURRENT:
        return Configuration(CURRENT, {})
    overrides: dict[str, str] = {}
    mode: Mode = "single"
    for item in text.split(","):
        key, found, value = (part.strip() for part in item.partition("="))
        if not found:
            raise ConfigurationError(
                f"{text!r} is not a configuration: write {CURRENT} or key=value[,key=value]."
            )
        if key.lower() == "mode":
            mode = _mode(value)
        else:
            overrides[_known(key.lower())] = value
    return Configuration(text, overrides, mode)


def prompts(names: Sequence[str]) -> list[Configuration]:
    """A configuration for each prompt file; prompts mean something to a model only."""
    return [Configuration(name, {"generator": "openai-like", "prompt": name}) for name in names]


def _mode(value: str) -> Mode:
    if value == "single":
        return "single"
    if value == "agent":
        return "agent"
    raise ConfigurationError(f"There is no mode {value!r}: single or agent.")


def _known(key: str) -> str:
    if key not in Settings.model_fields:
        raise ConfigurationError(f"There is no setting {key!r}; .env.example lists them.")
    if key.startswith(_SHARED):
        raise ConfigurationError(
            f"{key} shapes what all configurations share; run it by itself: python -m eval run."
        )
    if key.endswith("_api_key"):
        raise ConfigurationError(f"{key} is secret, and a comparison is written down; use .env.")
    if key in _OUTSIDE or key.startswith(_ABOUT_CALLERS):
        raise ConfigurationError(f"{key} has no part in how a case is answered.")
    return key
