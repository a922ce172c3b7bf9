"""One record, one line, no secret: whoever logs it."""

import json
import logging

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.logs import JsonFormatter, TextFormatter, configured_secrets
from app.settings import Settings

SECRET = "s3cret-value-of-the-endpoint"
FORMATTERS = (TextFormatter((SECRET,)), JsonFormatter((SECRET,)))


def record(message: str, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("library", logging.INFO, "f.py", 1, "%s", (message,), info)


@given(st.text())
@example("a\n2026-01-01 INFO forged")
@example("a\r\x1b[2J\u2028b\x85c\x00")
def test_no_value_makes_a_second_line(message: str) -> None:
    for formatter in FORMATTERS:
        line = formatter.format(record(message))
        assert line.isprintable() and len(line.splitlines()) == 1
    told = json.loads(FORMATTERS[1].format(record(message)))
    assert set(told) == {"time", "level", "logger", "message"}


@given(st.text(), st.text())
def test_a_configured_secret_is_masked_wherever_it_stands(before: str, after: str) -> None:
    for formatter in FORMATTERS:
        assert SECRET not in formatter.format(record(f"{before}{SECRET}{after}"))


@pytest.mark.parametrize(
    ("logged", "hidden"),
    [
        ("sent fn_ab12_Zx-9_q to it", "ab12_Zx-9_q"),
        ("headers: {'Authorization': 'Bearer eyJh.bG.ci'}", "eyJh.bG.ci"),
        ("authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
        ("Authorization=abc123def", "abc123def"),
        ("mail to hanna@example.org failed", "hanna@example.org"),
    ],
)
def test_keys_and_addresses_are_masked(logged: str, hidden: str) -> None:
    for formatter in FORMATTERS:
        line = formatter.format(record(logged))
        assert hidden not in line and "[" in line


def test_a_traceback_is_masked_and_stays_in_its_line() -> None:
    try:
        raise ValueError(f"refused: {SECRET}\nfn_ab12_Zx9q")
    except ValueError as raised:
        error = raised
    for formatter in FORMATTERS:
        line = formatter.format(record("failed", error))
        assert "ValueError" in line and len(line.splitlines()) == 1
        assert SECRET not in line and "Zx9q" not in line


def test_secrets_of_the_settings_are_known() -> None:
    settings = Settings(_env_file=None, llm_api_key=SECRET)
    assert configured_secrets(settings) == (SECRET,)


def test_a_request_has_its_fields_in_json() -> None:
    line = record("GET /health")
    vars(line).update(request_id="abc", route="/health", status=200, ms=1.5)
    told = json.loads(JsonFormatter().format(line))
    assert (told["request_id"], told["route"], told["status"]) == ("abc", "/health", 200)
