"""People's labels are read, halved by task, and compared with a score."""

import json
from pathlib import Path

import pytest
from rich.console import Console

from eval.agreement import agreement, auroc, best_threshold, kappa
from eval.dataset import CaseError
from eval.human import LabelledResponse, halves, load_labels, passage_sentences, sample
from eval.judge_table import LIMITS, show_judge
from eval.judging import judge_report, judge_scores
from tests.fakes import HashEmbedder


def file_of(tmp_path: Path, marks: list[str]) -> Path:
    content = {
        "documents": [{"document_id": "d", "title": "t", "text": "The roof is red. It leaks."}],
        "tasks": [{"task_id": "1", "contexts": [{"document_id": "d"}], "input": []}],
        "evaluations": [
            {
                "task_id": "1",
                "model_response": "The roof is red.",
                "annotations": {
                    "faithfulness": {str(n): {"value": mark} for n, mark in enumerate(marks)},
                    "RougeL": {"system": {"value": 1.0}},
                },
            }
        ],
    }
    path = tmp_path / "labels.json"
    path.write_text(json.dumps(content))
    return path


def test_labels_are_read(tmp_path: Path) -> None:
    (found,) = load_labels(file_of(tmp_path, ["4", "2", "3"]))
    assert found.contexts == ("The roof is red. It leaks.",)
    assert (found.marks, found.faithful) == ((4, 2, 3), True)
    assert not load_labels(file_of(tmp_path, ["4", "2", "2"]))[0].faithful


@pytest.mark.parametrize("text", ["no json", "{}", '{"documents": [], "tasks": [1]}'])
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "labels.json"
    path.write_text(text)
    with pytest.raises(CaseError, match="MTRAG"):
        load_labels(path)
    with pytest.raises(CaseError, match="cannot be read"):
        load_labels(tmp_path / "none.json")


def responses() -> list[LabelledResponse]:
    context = ("The roof is red. It leaks in the rain.",)
    true = [LabelledResponse(str(n), "The roof is red.", context, (4, 4, 3)) for n in range(8)]
    false = [LabelledResponse(str(n), "Penguins swim fast.", context, (1, 1, 2)) for n in range(8)]
    return [*true, *false]


def test_halves_share_no_task_and_repeat() -> None:
    first, second = halves(responses(), 3)
    assert {r.task for r in first} & {r.task for r in second} == set()
    assert len(first) == len(second) == 8
    assert halves(responses(), 3) == (first, second)


def test_agreement_by_hand() -> None:
    found = agreement([0.9, 0.8, 0.3, 0.2], [True, False, True, False], 0.5)
    assert (found.kept, found.caught, found.false_alarms, found.missed) == (1, 1, 1, 1)
    assert found.kappa == pytest.approx(0.0)
    assert found.auroc == pytest.approx(0.75)
    assert agreement([1, 1, 0, 0], [True, True, False, False], 0.5).kappa == pytest.approx(1.0)
    assert auroc([0.5, 0.5], [True, False]) == pytest.approx(0.5)
    assert best_threshold([0.1, 0.4, 0.6, 0.7], [False, False, True, True]) == 0.6
    with pytest.raises(ValueError, match="one negative"):
        auroc([1.0], [True])


def test_a_judge_that_hears_the_difference_agrees() -> None:
    labelled = responses()
    scores = judge_scores(labelled, HashEmbedder(256))
    assert scores[0] == pytest.approx(1.0, abs=1e-3)
    assert scores[-1] < 0.3
    report = judge_report(labelled, scores)
    assert report.held_out.kappa == pytest.approx(1.0)
    assert report.people == pytest.approx((1.0, 1.0, 1.0))
    assert report.interval == (1.0, 1.0)
    assert report.calibrated.n == report.held_out.n == 8
    console = Console(width=100, record=True)
    show_judge(console, report)
    shown = console.export_text()
    assert "AUROC 1.000, kappa 1.00 [1.00, 1.00]" in shown
    assert "Of 4 unfaithful answers 100% are caught; of 4 faithful ones 0% are stopped." in shown
    assert LIMITS[:40] in shown


def test_too_few_labels_are_refused_in_words() -> None:
    true = [response for response in responses() if response.faithful]
    with pytest.raises(CaseError, match="8 labelled answers are too few"):
        judge_report(true, [1.0] * 8)


def test_the_interval_is_wider_for_fewer_tasks_and_holds_the_kappa() -> None:
    context = ("The roof is red.",)
    few, many = (
        [LabelledResponse(str(n), "t", context, (4 if n % 2 else 1,)) for n in range(size)]
        for size in (40, 400)
    )
    widths = []
    for labelled in (few, many):
        # Wrong for every fifth answer.
        scores = [float(r.faithful != (int(r.task) % 5 == 0)) for r in labelled]
        report = judge_report(labelled, scores)
        low, high = report.interval
        assert low < report.held_out.kappa < high
        widths.append(high - low)
    assert widths[1] < widths[0] / 2


def test_a_sample_takes_whole_tasks_and_repeats() -> None:
    chosen = sample(responses(), 3, seed=5)
    tasks = {response.task for response in chosen}
    assert len(tasks) == 3 and len(chosen) == 6
    assert sample(responses(), 3, seed=5) == chosen
    assert sample(responses(), None, seed=5) == responses()


def test_kappa_by_hand() -> None:
    """Cohen 1960 by his formula: observed 0.7; chance 0.5 * 0.6 + 0.5 * 0.4."""
    assert kappa(20, 15, 5, 10) == pytest.approx((0.7 - 0.5) / 0.5)
    assert kappa(9, 0, 0, 0) == 0.0


def test_an_answer_without_passages_or_words_rests_on_nothing() -> None:
    silent = LabelledResponse("1", "...", ("The roof.",), (4,))
    alone = LabelledResponse("2", "The roof.", (), (4,))
    assert judge_scores([silent, alone], HashEmbedder(256)) == [0.0, 0.0]


def test_passages_are_read_by_sentence_and_line() -> None:
    assert list(passage_sentences("Title\nOne is. Two is!\n\n--\n")) == [
        "Title",
        "One is.",
        "Two is!",
    ]
