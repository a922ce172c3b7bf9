"""Comparing configurations over the real index, with the real extractive path on few cases."""

import json
import re

import pytest
from rich.console import Console
from typer.testing import CliRunner

from app.bootstrap import Application
from eval.__main__ import cli
from eval.compare import (
    Run,
    ask_all,
    averages,
    by_category,
    check,
    differences,
    flips,
    kept_claims,
    sample,
    select,
)
from eval.compare_table import comparison_json, show_comparison
from eval.configuration import Configuration, ConfigurationError, parse, prompts
from eval.dataset import load_cases
from retrieval.errors import PromptError


@pytest.fixture(scope="module")
def runs(sample_app: Application) -> list[Run]:
    cases = sample(select(load_cases(), "dev", None), 6)
    strict = "evidence_threshold=1"
    return ask_all(sample_app, [parse("current"), parse(strict)], cases, lambda _: None)


def test_a_configuration_is_settings_by_name(sample_app: Application) -> None:
    made = parse("top_k=4, Generator=openai-like")
    assert made.overrides == {"top_k": "4", "generator": "openai-like"}
    settings = made.settings(sample_app.settings)
    assert (settings.top_k, settings.generator) == (4, "openai-like")
    assert settings.data_dir == sample_app.settings.data_dir
    assert parse("current").settings(sample_app.settings) == sample_app.settings


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fast", "key=value"),
        ("top_q=4", "no setting 'top_q'"),
        ("chunk_max_chars=300", "shapes what all configurations share"),
        ("embedding_model=other", "shapes what all configurations share"),
        ("llm_api_key=abc", "secret"),
        ("port=80", "no part in how a case is answered"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_its_reason(text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        parse(text)


@pytest.mark.parametrize("text", ["top_k=many", "top_k=0", "generator=poet"])
def test_a_bad_value_names_its_setting(sample_app: Application, text: str) -> None:
    with pytest.raises(ConfigurationError, match=text.partition("=")[0]):
        parse(text).settings(sample_app.settings)


def test_a_prompt_means_a_model(sample_app: Application) -> None:
    (made,) = prompts(["answer-brief"])
    settings = made.settings(sample_app.settings)
    assert (settings.generator, settings.prompt) == ("openai-like", "answer-brief")
    with pytest.raises(PromptError):
        ask_all(sample_app, prompts(["answer", "no-such"]), load_cases()[:1], lambda _: None)


def test_two_different_configurations_and_a_case_are_needed() -> None:
    cases = load_cases()[:1]
    for given in (["current"], ["current", "top_k=4", "top_k=4"]):
        with pytest.raises(ConfigurationError, match="at least two"):
            check([parse(text) for text in given], cases)
    with pytest.raises(ConfigurationError, match="No case"):
        check([parse("current"), parse("top_k=4")], [])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["current", "top_q=4"], "no setting 'top_q'"),
        (["current"], "at least two"),
        (["current", "top_k=4", "--category", "poetry"], "no category"),
    ],
)
def test_the_command_says_what_is_wrong_before_it_loads_anything(
    arguments: list[str], message: str
) -> None:
    shown = CliRunner().invoke(cli, ["compare", *arguments])
    assert shown.exit_code == 1 and message in shown.output


def test_samples_repeat_and_keep_the_order() -> None:
    cases = select(load_cases(), "dev", ["multi_turn", "negation"])
    assert {case.category for case in cases} == {"multi_turn", "negation"}
    chosen = sample(cases, 5)
    assert chosen == sample(cases, 5) and len(chosen) == 5
    assert chosen == [case for case in cases if case in chosen]
    assert sample(cases, 999) == cases == sample(cases, None)
    with pytest.raises(ConfigurationError, match="no category"):
        select(cases, "dev", ["poetry"])


def test_the_stricter_configuration_refuses_everything(runs: list[Run]) -> None:
    first, second = runs
    assert all(result.abstained for result in second.results)
    answered = [result for result in first.results if not result.abstained]
    assert answered
    found = differences(first, second)
    assert found["over_refusal"].difference > 0
    assert found["recall_at_5"].difference == 0 and found["recall_at_5"].p == 1
    assert "citation_precision" not in found, "nothing was cited in the second run"
    assert set(by_category(first, second)) == {r.case.category for r in first.results}
    lost = {flip.case.id for flip in flips(first, second) if not flip.gained}
    assert lost == {result.case.id for result in answered if result.correct}


def test_a_configuration_equals_itself(runs: list[Run]) -> None:
    again = Run(Configuration("again", {}), runs[0].results)
    assert all(found.p == 1 for found in differences(runs[0], again).values())
    assert flips(runs[0], again) == []


def test_quotes_write_no_claims_and_cost_no_tokens(runs: list[Run]) -> None:
    assert all(kept_claims(result) is None for result in runs[0].results)
    means = averages(runs[0])
    assert means["tokens_in"] == 0 and means["kept_claims"] is None
    assert means["milliseconds"] is not None and means["milliseconds"] > 0


def test_the_report_names_every_case_that_flipped(runs: list[Run]) -> None:
    console = Console(width=160, record=True)
    show_comparison(console, runs)
    shown = console.export_text()
    written = json.loads(json.dumps(comparison_json(runs)))
    flipped = [flip["id"] for flip in written["comparisons"][0]["flips"]]
    assert flipped and all(name in shown for name in flipped)
    assert re.search(r"recall@5 +│ +\S+ │ +\S+ │ +same", shown)
    assert [item["name"] for item in written["configurations"]] == [
        "current",
        "evidence_threshold=1",
    ]
