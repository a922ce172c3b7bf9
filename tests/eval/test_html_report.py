"""The page of a stored run: its data, numbers, curves and policy, without a browser."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.__main__ import cli
from eval.html.cases import page_data
from eval.html.outcome import OUTCOMES, outcome_of
from eval.html.overview import blamed, heat_maps, measure_rows, outcome_shares, settings_of, splits
from eval.html.page import SCRIPTS, page
from eval.html.plots import recall_plot, risk_plots
from eval.records import RunRecord
from tests.eval.stored_run import (
    ATTACK,
    CAP,
    TRAVEL,
    abstention,
    every_outcome,
    passage,
    record,
    stored,
)


class _Elements(HTMLParser):
    """The names of all elements, and what stands in scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.raw: list[tuple[str, str]] = []
        self.policy = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        if ("http-equiv", "Content-Security-Policy") in attrs:
            self.policy = dict(attrs)["content"] or ""

    def handle_data(self, data: str) -> None:
        if self.cdata_elem:
            self.raw.append((self.cdata_elem, data))


@pytest.fixture(scope="module")
def run() -> RunRecord:
    return stored(every_outcome())


@pytest.fixture(scope="module")
def parsed(run: RunRecord) -> _Elements:
    elements = _Elements()
    elements.feed(page(run))
    return elements


def test_every_outcome_is_told_apart(run: RunRecord) -> None:
    outcomes = [outcome_of(record) for record in run.cases]
    assert outcomes == [
        *("right", "wrong", "refused", "abstained"),
        *("false_answer", "leaked", "injected", "right"),
    ]
    assert set(outcomes) == set(OUTCOMES)


def test_the_data_keeps_a_passage_once_and_marks_gold_and_quotes(run: RunRecord) -> None:
    data = page_data(run)
    assert [item["text"] for item in data["passages"]].count(TRAVEL) == 1
    case = data["cases"][0]
    hit, (note,) = case["ranked"][0], case["answer"]["footnotes"]
    assert data["passages"][hit["passage"]]["text"] == TRAVEL
    ((start, end),) = hit["gold"]
    assert TRAVEL[start:end] == TRAVEL[slice(*note["span"])] == CAP
    assert hit["cited"] == [1] and case["ranked"][1]["gold"] == []
    assert case["gold"][0]["rank"] == 1 and case["formats"] == ["md"]


def test_a_quote_that_its_passage_does_not_hold_is_shown_without_a_place() -> None:
    moved = record("dev-001")
    (hit, other) = moved.retrieved
    changed = moved.model_copy(update={"retrieved": (hit.model_copy(update={"text": "x"}), other)})
    (note,) = page_data(stored([changed]))["cases"][0]["answer"]["footnotes"]
    assert note["passage"] is None and note["span"] is None and note["quote"] == CAP


def test_at_most_ten_passages_are_kept_and_deeper_gold_keeps_its_rank() -> None:
    others = [passage(f"x{at}", f"Other {at}", start=1000 * at) for at in range(1, 13)]
    deep = record("dev-001", retrieved=[*others, passage("p1", TRAVEL)], answer={"citations": []})
    data = page_data(stored([deep]))
    assert len(data["cases"][0]["ranked"]) == len(data["passages"]) == 10
    assert data["cases"][0]["gold"][0]["rank"] == 13


def test_measures_and_categories_show_what_the_summary_says(run: RunRecord) -> None:
    rows = {row.key: row for row in measure_rows(run, splits(run))}
    assert set(rows) == {"recall_at_5", "correctness", "leaks"}
    bar = rows["correctness"].bars[1]
    assert bar is not None
    assert (bar.split, bar.mean, bar.interval) == ("test", "0.625", "0.525 to 0.725")
    assert (bar.at, bar.low, bar.high) == (62.5, 52.5, 72.5)
    run.summary["format:md"] = run.summary["all"]
    maps = heat_maps(run)
    assert [row.name for row in maps["format"]] == ["md"]
    assert maps["category"][0].name == "single_fact"
    steps = {cell.key: cell.step for cell in maps["category"][0].cells if cell}
    assert steps == {"recall_at_5": 2, "correctness": 3, "leaks": 1}


def test_shares_of_outcomes_fill_the_bar_and_blame_is_counted(run: RunRecord) -> None:
    shares = outcome_shares(splits(run)["dev"])
    assert sum(share.width for share in shares) == pytest.approx(100)
    assert {share.key: share.count for share in shares} == dict.fromkeys(
        ("abstained", "right", "refused", "wrong"), 1
    )
    assert blamed(run)["retrieve"] == 1


def test_settings_that_were_changed_stand_out(run: RunRecord) -> None:
    found = {key: differs for key, _, differs in settings_of(run)}
    assert found == {"evidence_threshold": False, "top_k": True}


def test_the_risk_curve_marks_what_the_threshold_in_use_does(run: RunRecord) -> None:
    risk, trade = risk_plots(splits(run), 0.25)
    # dev: two of four are answered, none of them unanswerable; test: all, one of them is.
    assert risk.rows == (
        ("dev", "0.90", "50 %", "0 %", "0 %", "33.33 %"),
        ("test", "0.90", "100 %", "25 %", "100 %", "0 %"),
    )
    assert [dot.said for dot in risk.lines[1].dots] == [
        "test at threshold 0.25: questions answered 100 %, no answer exists 25 %"
    ]
    (dev,) = trade.lines[0].dots
    left, right = trade.x_ticks[0][0], trade.x_ticks[-1][0]
    assert dev.x == pytest.approx(left + (right - left) / 3, abs=0.1)
    assert not any(line.dots for line in risk_plots(splits(run), None)[0].lines)


def test_recall_by_k_is_computed_from_gold_and_retrieved() -> None:
    second = record("dev-001", retrieved=[passage("x", "No.", start=900), passage("p1", TRAVEL)])
    other = record("dev-002", retrieved=[passage("p1", TRAVEL)])
    unanswerable = record("dev-003", case={"answerable": False}, answer=abstention())
    plot = recall_plot({"dev": [second, other, unanswerable]})
    means = [row[1].split()[0] for row in plot.rows]
    assert means == ["0.50", *["1.00"] * 9]
    assert plot.rows[0][1] == "0.50 [0.00, 1.00]"
    assert recall_plot({"dev": [unanswerable]}).lines == ()


def test_markup_in_questions_and_documents_makes_no_element(parsed: _Elements) -> None:
    assert "img" not in parsed.names
    (data,) = [text for tag, text in parsed.raw if text.startswith("{")]
    assert not re.search("[<>&\u2028\u2029]", data)
    case = json.loads(data)["cases"][-1]
    assert case["question"] == case["truth"] == case["blame"]["command"] == ATTACK
    assert parsed.names.count("script") == len(SCRIPTS) + 1


def test_the_policy_allows_these_scripts_and_styles_and_no_request(parsed: _Elements) -> None:
    hashes = {
        tag: [
            f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
            for name, text in parsed.raw
            if name == tag and not text.startswith("{")
        ]
        for tag in ("script", "style")
    }
    assert parsed.policy == (
        f"default-src 'none'; script-src {' '.join(hashes['script'])}; "
        f"style-src {' '.join(hashes['style'])}; base-uri 'none'; form-action 'none'"
    )
    assert len(hashes["script"]) == len(SCRIPTS)


def test_the_command_writes_the_newest_run_and_explains_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    none = CliRunner().invoke(cli, ["report"])
    assert none.exit_code == 1 and "python -m eval run" in none.output
    folder = tmp_path / "results" / "20260102T030405Z"
    folder.mkdir(parents=True)
    kept = stored(every_outcome())
    for name, content in (("config", kept.config), ("summary", kept.summary)):
        (folder / f"{name}.json").write_text(json.dumps(content))
    lines = [record.model_dump_json(exclude={"blame"}) for record in kept.cases]
    # Lines end where JSON Lines says they do, not at every separator that Unicode knows.
    (folder / "cases.jsonl").write_text("\n".join(lines).replace("\u2028", "\\u2028"))
    done = CliRunner().invoke(cli, ["report"])
    assert done.exit_code == 0, done.output
    written = (folder / "report.html").read_text(encoding="utf-8")
    assert "8 cases" in written and "2026-01-02 03:04 UTC" in written
    elsewhere = tmp_path / "pages" / "one.html"
    assert CliRunner().invoke(cli, ["report", str(folder), "--out", str(elsewhere)]).exit_code == 0
    assert elsewhere.read_text(encoding="utf-8") == written
