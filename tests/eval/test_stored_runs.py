"""What is made of stored runs: the verdict as text, Markdown and JUnit, and the history."""

import subprocess
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.console import Console
from typer.testing import CliRunner

from app.bootstrap import Application
from eval.__main__ import cli
from eval.baseline import CASES_FILE, SUMMARY, of_run, write_baseline
from eval.dataset import CaseError, load_cases
from eval.gate import judge
from eval.gate_text import LONGEST, markdown, show_verdict
from eval.history import draw_history, of_commits, of_runs, show_history
from eval.junit import fault, write_junit
from eval.records import CaseRecord, RunRecord, read, write
from eval.runner import run_cases
from eval.session import conditions

COUNT = 12
DAY = date(2026, 1, 2)


@pytest.fixture(scope="module")
def stored(sample_app: Application, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real run of a few cases, with one that nothing answers."""
    cases = [case for case in load_cases() if case.split == "dev"]
    chosen = [*cases[: COUNT - 1], next(case for case in cases if not case.answerable)]
    folder = tmp_path_factory.mktemp("results") / "20260101T000000Z"
    results = run_cases(sample_app, chosen, lambda _: None)
    write(results, conditions(sample_app, "dev", "single"), folder)
    return folder


def changed(record: CaseRecord, **measures: bool | float) -> CaseRecord:
    return record.model_copy(update={"measures": {**record.measures, **measures}})


def versions(stored: Path) -> tuple[RunRecord, RunRecord]:
    """The run with every answerable case right, and with six of them wrong and one leak."""
    run = read(stored)
    fine = [changed(r, correctness=True) if r.case.answerable else r for r in run.cases]
    bad = [changed(r, correctness=False) if n < 6 else r for n, r in enumerate(fine)]
    bad[0] = changed(bad[0], leaks=True)
    before = RunRecord("good", run.config, run.summary, tuple(fine))
    return before, RunRecord("bad", run.config, run.summary, tuple(bad))


def save(run: RunRecord, folder: Path, like: Path) -> Path:
    """A run's record as files; its summary is `like`'s."""
    folder.mkdir(parents=True)
    for name in ("config.json", "summary.json"):
        (folder / name).write_bytes((like / name).read_bytes())
    lines = [record.model_dump_json() for record in run.cases]
    (folder / "cases.jsonl").write_text("\n".join(lines) + "\n")
    return folder


def test_the_verdict_names_the_cases(stored: Path) -> None:
    before, after = versions(stored)
    console = Console(width=200, record=True)
    show_verdict(console, judge(of_run(before), of_run(after)))
    shown = console.export_text()
    names = [record.case.id for record in after.cases]
    assert "Gate failed: 1 significant drops, 1 cases" in shown
    assert f"answer correctness fell in 6 cases: {', '.join(names[:6])}\n" in shown
    assert f"leaks: {names[0]}" in shown


def test_markdown_has_differences_flips_and_categories(stored: Path) -> None:
    before, after = versions(stored)
    text = markdown(after, judge(of_run(before), of_run(after)))
    assert text.startswith("## Evaluation: gate failed")
    assert "| **answer correctness** | 1.000 | 0.455 | -0.545 | 0.016 | 6/0 | 11 |" in text
    assert "| single_fact |" in text and "Wrong now: 6 cases: dev-001" in text
    same = markdown(before, judge(of_run(before), of_run(before)))
    assert "gate passed" in same and "Wrong now" not in same
    assert "| answer correctness | 0." in markdown(read(stored), None)


def test_markdown_of_many_cases_fits_a_comment(stored: Path) -> None:
    before, after = versions(stored)
    many = []
    for run in (before, after):
        cases = [
            record.model_copy(update={"case": record.case.model_copy(update={"id": f"{n}-" * 40})})
            for n in range(900)
            for record in run.cases[:1]
        ]
        many.append(of_run(RunRecord(run.name, run.config, run.summary, tuple(cases))))
    assert len(markdown(after, judge(*many))) <= LONGEST + 10


def test_junit_fails_what_fell_or_else_what_is_wrong(stored: Path, tmp_path: Path) -> None:
    before, after = versions(stored)
    write_junit(after, judge(of_run(before), of_run(after)), tmp_path / "gated.xml")
    suite = ElementTree.parse(tmp_path / "gated.xml").getroot()[0]
    cases = suite.findall("testcase")
    assert [case.get("name") for case in cases] == [r.case.id for r in after.cases]
    assert cases[0].get("classname") == "single_fact"
    failed = [case for case in cases if case.find("failure") is not None]
    assert (suite.get("tests"), suite.get("failures")) == (str(COUNT), "6") and len(failed) == 6
    message = failed[0].find("failure")
    assert message is not None
    assert message.get("message") == "worse than the baseline: answer correctness, leaks"
    assert message.text is not None and after.cases[0].case.question in message.text
    write_junit(before, None, tmp_path / "plain.xml")
    suite = ElementTree.parse(tmp_path / "plain.xml").getroot()[0]
    assert suite.get("failures") == str(sum(fault(r) is not None for r in before.cases))


def test_junit_survives_what_xml_cannot_hold(stored: Path, tmp_path: Path) -> None:
    run = read(stored)
    record = changed(run.cases[0], correctness=False, over_refusal=False)
    answer = record.answer.model_copy(update={"answer": "a\x0bb\x00c <&>"})
    odd = record.model_copy(update={"answer": answer})
    write_junit(RunRecord("odd", {}, {}, (odd,)), None, tmp_path / "odd.xml")
    (failure,) = ElementTree.parse(tmp_path / "odd.xml").iter("failure")
    assert failure.get("message") == "wrong or incomplete"
    assert failure.text is not None and "abc <&>" in failure.text


def test_the_command_judges_a_stored_run(stored: Path, tmp_path: Path) -> None:
    before, after = versions(stored)
    write_baseline(before, "made up", tmp_path / "base", DAY)
    good, bad = (save(run, tmp_path / run.name, stored) for run in (before, after))
    against = ["--baseline", str(tmp_path / "base" / CASES_FILE)]
    passed = CliRunner().invoke(cli, ["gate", str(good), *against])
    assert passed.exit_code == 0 and "Gate passed" in passed.output
    files = ["--junit", str(tmp_path / "a" / "j.xml"), "--markdown", str(tmp_path / "b" / "m.md")]
    failed = CliRunner().invoke(cli, ["gate", str(bad), *against, *files])
    assert failed.exit_code == 1 and "Gate failed" in failed.output
    assert (tmp_path / "a" / "j.xml").exists() and (tmp_path / "b" / "m.md").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gate", "no-such-run"], "holds no run"),
        (["baseline", "no-such-run", "--reason", "x"], "holds no run"),
    ],
)
def test_the_commands_say_what_is_missing(arguments: list[str], message: str) -> None:
    shown = CliRunner().invoke(cli, arguments)
    assert shown.exit_code == 1 and message in shown.output


def test_a_baseline_needs_a_reason_and_all_cases(stored: Path, tmp_path: Path) -> None:
    out = ["--out", str(tmp_path)]
    no_reason = CliRunner().invoke(cli, ["baseline", str(stored), *out])
    assert no_reason.exit_code == 1 and "Say why" in no_reason.output
    partial = CliRunner().invoke(cli, ["baseline", str(stored), "--reason", "x", *out])
    assert partial.exit_code == 1 and "did not ask all cases" in partial.output
    assert not list(tmp_path.iterdir())


def test_history_marks_the_run_that_fell(stored: Path, tmp_path: Path) -> None:
    before, after = versions(stored)
    for name, run in (("1", before), ("2", after), ("3", after)):
        save(run, tmp_path / name, stored)
    first, second, third = of_runs(tmp_path, 20)
    assert (first.fell, third.fell) == (frozenset(), frozenset())
    assert second.fell == {"correctness"}
    console = Console(width=120, record=True)
    show_history(console, "Stored runs", [first, second, third])
    assert console.export_text().count("▼") == 1
    draw_history({"Stored runs": [first, second, third]}, tmp_path / "history.png")
    assert (tmp_path / "history.png").stat().st_size > 1000
    assert [moment.name for moment in of_runs(tmp_path, 2)] == ["2", "3"]


def test_history_follows_the_commits_of_the_baseline(stored: Path, tmp_path: Path) -> None:
    before, after = versions(stored)
    _git(tmp_path, "init", "--quiet")
    for number, run in enumerate((before, before, after)):
        write_baseline(run, f"reason {number}", tmp_path, DAY)
        if number == 0:
            # As it was before the gate: the summary alone.
            (tmp_path / CASES_FILE).unlink()
        (tmp_path / SUMMARY).write_text((tmp_path / SUMMARY).read_text() + "\n" * number)
        _git(tmp_path, "add", "--all")
        _git(tmp_path, "commit", "--quiet", "--message", f"Baseline {number}")
    moments = of_commits(tmp_path, 20)
    assert [moment.note.split(" ", 1)[1] for moment in moments] == [
        f"Baseline {number}" for number in range(3)
    ]
    assert [moment.cases is None for moment in moments] == [True, False, False]
    assert [sorted(moment.fell) for moment in moments] == [[], [], ["correctness"]]


def test_outside_a_repository_there_is_no_history(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="no history that git can read"):
        of_commits(tmp_path, 5)
    shown = CliRunner().invoke(cli, ["history", "--no-commits", "--results", str(tmp_path)])
    assert shown.exit_code == 1 and "holds no run" in shown.output


def _git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)
