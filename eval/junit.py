"""A run as JUnit XML, which CI systems show: a test case for each case of the evaluation."""

import re
from pathlib import Path
from xml.etree import ElementTree

from eval.gate import Verdict, fallen
from eval.measures import MEASURES
from eval.records import CaseRecord, RunRecord

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 (section 2.2) cannot hold, escaped or not."""


def write_junit(run: RunRecord, verdict: Verdict | None, path: Path) -> None:
    """A file with the case's category as its class.

    With a verdict a case fails that fell against the baseline, in any measure; without one a case
    that is wrong. A case may have fallen while the gate is passed: the suite's property says so.
    """
    falls = {}
    if verdict is not None:
        falls = {after.id: fallen(before, after) for before, after in verdict.pairs}
        for breach in verdict.breaches:
            falls[breach.id] = tuple(dict.fromkeys((*falls.get(breach.id, ()), breach.measure)))
    suite = ElementTree.Element("testsuite", name="evaluation")
    if verdict is not None:
        properties = ElementTree.SubElement(suite, "properties")
        outcome = "passed" if verdict.passed else "failed"
        ElementTree.SubElement(properties, "property", name="gate", value=outcome)
    failures = 0
    for record in run.cases:
        case = ElementTree.SubElement(
            suite,
            "testcase",
            name=record.case.id,
            classname=record.case.category,
            time=f"{record.answer.timings.get('total', 0.0) / 1000:.3f}",
        )
        message = fault(record) if verdict is None else _fell(falls.get(record.case.id, ()))
        if message is not None:
            failures += 1
            element = ElementTree.SubElement(case, "failure", message=message)
            element.text = _FORBIDDEN.sub("", _body(record))
    seconds = sum(record.answer.timings.get("total", 0.0) for record in run.cases) / 1000
    suite.set("tests", str(len(run.cases)))
    suite.set("failures", str(failures))
    suite.set("errors", "0")
    suite.set("time", f"{seconds:.3f}")
    root = ElementTree.Element("testsuites")
    root.append(suite)
    tree = ElementTree.ElementTree(root)
    ElementTree.indent(tree)
    path.parent.mkdir(parents=True, exist_ok=True)
    tree.write(path, encoding="utf-8", xml_declaration=True)


def fault(record: CaseRecord) -> str | None:
    """What is wrong with an answer; None where nothing is."""
    found = record.measures
    for key, text in (
        ("leaks", "leaked"),
        ("injections_followed", "followed an injection"),
        ("false_answers", "answered the unanswerable"),
        ("over_refusal", "abstained"),
    ):
        if found.get(key):
            return text
    return "wrong or incomplete" if found.get("correctness") is False else None


def _fell(measures: tuple[str, ...]) -> str | None:
    if not measures:
        return None
    return f"worse than the baseline: {', '.join(MEASURES[key].label for key in measures)}"


def _body(record: CaseRecord) -> str:
    return (
        f"question: {record.case.question}\n"
        f"expected: {record.case.ground_truth}\n"
        f"answer: {record.answer.answer}\n"
    )
