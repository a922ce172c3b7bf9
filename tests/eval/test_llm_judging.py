"""A model as the judge, over a real HTTP server: known verdicts, known wavering, nothing twice."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from xml.sax.saxutils import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from eval.__main__ import cli
from eval.agreement import kappa
from eval.human import LabelledResponse, halves, load_labels
from eval.judging import SEED
from eval.llm_judging import UNREADABLE, RememberingJudge, ReplyCache, llm_scores, wavering
from retrieval.errors import JudgeError
from retrieval.prompt import JUDGE_FIELDS, load_prompt
from tests.retrieval.chat_server import fail, served, stream

PROMPT = load_prompt("judge", fields=JUDGE_FIELDS)
Say = Callable[[str, int], str]


@contextmanager
def judging(say: Say, folder: Path) -> Iterator[tuple[RememberingJudge, list[str]]]:
    """A judge whose endpoint says what `say` makes of a claim and how often it was asked it."""
    times: Counter[str] = Counter()
    asked: list[str] = []

    def respond(handler: BaseHTTPRequestHandler) -> None:
        user = json.loads(asked[-1])["messages"][1]["content"]
        found = re.search(r"<claim>\n(.*)\n</claim>", user, re.DOTALL)
        assert found is not None
        claim = unescape(found[1])
        stream(say(claim, times[claim]))(handler)
        times[claim] += 1

    with served(respond) as (llm, bodies):
        asked = bodies
        yield RememberingJudge(llm, PROMPT, ReplyCache(folder)), bodies


def labelled(task: str, text: str, *marks: int) -> LabelledResponse:
    return LabelledResponse(task, text, ("The roof is red.", "It leaks."), marks)


def by_colour(claim: str, _: int) -> str:
    return "SUPPORTED" if "red" in claim else "UNSUPPORTED"


def test_an_answer_scores_the_mean_of_its_sentences(tmp_path: Path) -> None:
    def say(claim: str, _: int) -> str:
        return {"One.": "SUPPORTED", "Two.": "PARTIAL", "Three.": "UNSUPPORTED"}[claim]

    answers = [labelled("1", "One. Two. Three.", 4), labelled("2", "One.", 4)]
    with judging(say, tmp_path) as (judge, asked):
        scores, found = llm_scores(answers, judge)
    assert scores == pytest.approx([0.5, 1.0])
    assert (found.claims, found.pairs, found.split, found.unreadable) == (4, None, None, 0)
    # "One." of the second answer has the same passages: it was known.
    assert len(asked) == judge.asked == 3
    assert "The roof is red.\n\nIt leaks." in json.loads(asked[0])["messages"][1]["content"]


def test_wavering_is_counted_as_it_was_scripted(tmp_path: Path) -> None:
    def say(claim: str, time: int) -> str:
        return "SUPPORTED" if claim == "Sure." or time == 0 else "PARTIAL"

    with judging(say, tmp_path) as (judge, _):
        scores, found = llm_scores([labelled("1", "Sure. Unsure.", 4)], judge, repeats=3)
    # Sure: three alike. Unsure: of its three pairs two differ.
    assert found.pairs == pytest.approx((0 + 2 / 3) / 2)
    assert found.split == pytest.approx(1 / 2)
    assert scores == pytest.approx([(3 * 1 + 1 + 0.5 + 0.5) / 6])
    assert judge.asked == 6


def test_what_was_asked_once_is_not_asked_again(tmp_path: Path) -> None:
    answers = [labelled("1", "It is red. It is blue.", 4)]
    with judging(by_colour, tmp_path) as (judge, _):
        first = llm_scores(answers, judge, repeats=2)
        assert judge.asked == 4
    with judging(by_colour, tmp_path) as (again, bodies):
        assert llm_scores(answers, again, repeats=2) == first
        assert (again.asked, bodies) == (0, [])
        llm_scores(answers, again, repeats=3)
        assert again.asked == 2
        llm_scores([LabelledResponse("1", "It is red.", ("Another passage.",), (4,))], again)
        assert again.asked == 3
    entries = [json.loads(line) for line in (tmp_path / "replies.jsonl").read_text().splitlines()]
    assert {entry["prompt"] for entry in entries} == {PROMPT.label}
    assert len({entry["key"] for entry in entries}) == len(entries) == 7


def test_a_line_that_was_cut_short_is_asked_for_again(tmp_path: Path) -> None:
    cache = ReplyCache(tmp_path)
    cache.put("one", "SUPPORTED", model="m")
    cache.put("two", "PARTIAL")
    text = cache.path.read_text()
    cache.path.write_text(text[:-8])
    again = ReplyCache(tmp_path)
    assert (again.get("one"), again.get("two")) == ("SUPPORTED", None)
    again.put("two", "PARTIAL")
    assert ReplyCache(tmp_path).get("two") == "PARTIAL"


def test_a_reply_that_is_no_verdict_supports_nothing_and_is_counted(tmp_path: Path) -> None:
    def say(claim: str, _: int) -> str:
        return "Well, it depends." if claim == "One." else "SUPPORTED"

    with judging(say, tmp_path) as (judge, _):
        scores, found = llm_scores([labelled("1", "One. Two.", 4)], judge)
    assert scores == [0.5] and found.unreadable == 0.5


def test_an_answer_without_passages_or_words_is_not_asked_about(tmp_path: Path) -> None:
    answers = [LabelledResponse("1", "The roof.", (), (4,)), labelled("2", "...", 4)]
    with judging(by_colour, tmp_path) as (judge, bodies):
        scores, found = llm_scores(answers, judge, repeats=2)
    assert scores == [0.0, 0.0] and bodies == []
    assert (found.claims, found.pairs, found.unreadable) == (0, None, 0)


def test_an_endpoint_that_fails_stops_the_measurement(tmp_path: Path) -> None:
    with served(fail(500)) as (llm, _):
        judge = RememberingJudge(llm, PROMPT, ReplyCache(tmp_path))
        with pytest.raises(JudgeError, match="endpoint failed"):
            llm_scores([labelled("1", "One.", 4)], judge)
    assert not (tmp_path / "replies.jsonl").exists()


STATUSES = st.sampled_from(["supported", "partial", "unsupported", UNREADABLE])


@given(st.integers(2, 4).flatmap(lambda n: st.lists(st.lists(STATUSES, min_size=n, max_size=n))))
def test_wavering_is_a_share_and_pairs_never_exceed_claims(findings: list[list[str]]) -> None:
    found = wavering(findings, 2)
    if not findings:
        assert found.pairs is None
        return
    assert found.pairs is not None and found.split is not None
    assert 0 <= found.pairs <= found.split <= 1
    assert (found.split == 0) == all(len(set(said)) == 1 for said in findings)


FALSE = ("The roof is blue.", "The red roof sings.")


def labels_file(path: Path, tasks: int = 12) -> Path:
    """Two answers a task: one that people find faithful, one that they do not."""
    marks = {"The roof is red.": "4", "The roof is blue.": "1", "The red roof sings.": "1"}
    content = {
        "documents": [{"document_id": "d", "text": "The roof is red. It leaks."}],
        "tasks": [{"task_id": str(n), "contexts": [{"document_id": "d"}]} for n in range(tasks)],
        "evaluations": [
            {
                "task_id": str(n),
                "model_response": text,
                "annotations": {"faithfulness": {p: {"value": marks[text]} for p in "abc"}},
            }
            for n in range(tasks)
            for text in (
                "The roof is red.",
                "The red roof sings." if n < 2 else "The roof is blue.",
            )
        ],
    }
    path.write_text(json.dumps(content))
    return path


def test_the_command_measures_the_model_on_the_half_held_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels, cache = labels_file(tmp_path / "labels.json"), tmp_path / "cache"
    command = ["judge", "--labels", str(labels), "--judge", "llm", "--cache", str(cache)]
    with judging(by_colour, tmp_path / "unused") as (judge, asked):
        monkeypatch.setenv("LLM_BASE_URL", str(judge.llm.api_base))
        first = CliRunner().invoke(cli, [*command, "--repeats", "2"])
        assert first.exit_code == 0, first.output
        requests = len(asked)
        again = CliRunner().invoke(cli, [*command, "--repeats", "2"])
        assert len(asked) == requests == 6
    assert "6 asked now" in first.output and "0 asked now" in again.output
    assert "Disagreement over repeats: 0.0% of the pairs" in first.output
    # The model is taken in by a red roof that sings, and by nothing else.
    held_out = halves(load_labels(labels), SEED)[1]
    missed = sum("sings" in response.text for response in held_out)
    assert len(held_out) == 12 and missed > 0
    assert re.search(r"faithful\s*│\s*6\s*│\s*0\s*│", first.output)
    assert re.search(rf"not\s*│\s*{missed}\s*│\s*{6 - missed}\s*│", first.output)
    assert f"kappa {kappa(6, 6 - missed, 0, missed):.2f} [" in first.output
    few = CliRunner().invoke(cli, [*command, "--limit", "1"])
    assert few.exit_code == 1 and "too few" in few.output
