"""A verdict on the terminal, and a run as Markdown for a pull request."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table

from eval.gate import ALPHA, Change, Verdict
from eval.measures import MEASURES
from eval.models import CATEGORIES, Measure
from eval.records import RunRecord
from eval.report import format_measure

LONGEST = 60_000
"""Characters of Markdown: GitHub takes 65,536 in a comment."""

_LISTED = 60
_BY_CATEGORY = (
    "recall_at_5",
    "correctness",
    "citation_precision",
    "citation_recall",
    "false_answers",
    "over_refusal",
)


def show_verdict(console: Console, verdict: Verdict) -> None:
    """What moved, what could not be paired, whether the gate is passed, and which cases fell."""
    base = verdict.baseline
    table = Table("Measure", title=f"Against {base.name}: {len(verdict.pairs)} cases in pairs")
    for heading in ("before", "now", "difference", "p", "worse/better", "n"):
        table.add_column(heading, justify="right")
    for change in _told(verdict):
        table.add_row(_label(change), *_cells(change))
    console.print(table)
    for line in (*_unpaired(verdict), *_sentence(verdict), *_named(verdict)):
        console.print(line, soft_wrap=True)


def markdown(run: RunRecord, verdict: Verdict | None) -> str:
    """A run for a pull request; without a verdict its means alone.

    At most LONGEST characters: lists of cases are cut first.
    """
    if verdict is None:
        return "\n".join(_plain(run)) + "\n"
    text = "\n".join(_compared(verdict)) + "\n"
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit("\n", 1)[0] + "\n\n(cut)\n"


def _plain(run: RunRecord) -> Iterator[str]:
    yield f"## Evaluation: {len(run.cases)} cases"
    yield from ("", "| Measure | mean [95 %] |", "|---|---|")
    for key, values in run.summary["all"].items():
        label = MEASURES[key].label if key in MEASURES else key
        yield f"| {label} | {format_measure(Measure(**values))} |"


def _compared(verdict: Verdict) -> Iterator[str]:
    base = verdict.baseline
    yield f"## Evaluation: gate {'passed' if verdict.passed else 'failed'}"
    yield from ("", f"{len(verdict.pairs)} cases in pairs with the baseline of {base.day or '?'}")
    yield f"(run {base.name}: {base.reason.rstrip('.') or 'no reason given'})."
    yield from _bullets([*_sentence(verdict), *_named(verdict)])
    yield from ("", "| Measure | before | now | difference | p | worse/better | n |")
    yield "|---|---|---|---|---|---|---|"
    for change in _told(verdict):
        label = f"**{_label(change)}**" if change.dropped else _label(change)
        yield f"| {label} | {' | '.join(_cells(change))} |"
    yield from _flipped(verdict)
    yield from _categories(verdict)
    yield from _bullets(list(_unpaired(verdict)))
    yield from (
        "",
        f"p: one-sided, by swapped signs, for all tests together; a drop fails below {ALPHA}.",
    )


def _bullets(lines: Sequence[str]) -> Iterator[str]:
    yield from ("", *(f"- {line}" for line in lines)) if lines else ()


def _told(verdict: Verdict) -> list[Change]:
    """Every measure over all cases, and the categories that dropped."""
    return [change for change in verdict.changes if change.category is None or change.dropped]


def _label(change: Change) -> str:
    label = MEASURES[change.measure].label
    return f"{label}, {change.category}" if change.category else label


def _cells(change: Change) -> tuple[str, ...]:
    moved = f"{len(change.worse)}/{len(change.better)}"
    p = f"{change.p:.3f}" if change.worse or change.better else "-"
    means = f"{change.before:.3f}", f"{change.after:.3f}"
    return (*means, f"{change.after - change.before:+.3f}", p, moved, str(change.n))


def _sentence(verdict: Verdict) -> Iterator[str]:
    if verdict.passed:
        yield "Gate passed: nothing dropped by more than chance, and nothing unsafe is new."
        return
    count = len(verdict.drops), len(verdict.breaches)
    yield f"Gate failed: {count[0]} significant drops, {count[1]} cases that are newly unsafe."


def _named(verdict: Verdict) -> Iterator[str]:
    """The cases behind a failure."""
    for change in verdict.drops:
        yield f"{_label(change)} fell in {_list(change.worse)}"
    for breach in verdict.breaches:
        yield f"{MEASURES[breach.measure].label}: {breach.id} ({breach.category})"


def _unpaired(verdict: Verdict) -> Iterator[str]:
    """What the run and the baseline do not share."""
    if verdict.settings:
        yield f"Other settings than the baseline's: {'; '.join(verdict.settings)}"
    for cases, text in (
        (verdict.absent, "only in the baseline"),
        (verdict.added, "only in this run"),
        (verdict.changed, "changed since the baseline"),
    ):
        if cases:
            # A sample leaves hundreds out, and their names say nothing.
            named = _list(cases) if len(cases) <= _LISTED else f"{len(cases)} cases"
            yield f"Left out, {text}: {named}"


def _list(cases: Sequence[str]) -> str:
    more = f" and {len(cases) - _LISTED} more" if len(cases) > _LISTED else ""
    return f"{len(cases)} cases: {', '.join(cases[:_LISTED])}{more}"


def _flipped(verdict: Verdict) -> Iterator[str]:
    """Cases that are right in only one of the two; right for the unanswerable is to abstain."""
    overall = verdict.overall()
    both = [overall[key] for key in ("correctness", "false_answers") if key in overall]
    lost = [case for change in both for case in change.worse]
    gained = [case for change in both for case in change.better]
    if lost or gained:
        yield from _bullets([f"Wrong now: {_list(lost)}", f"Right now: {_list(gained)}"])


def _categories(verdict: Verdict) -> Iterator[str]:
    labels = (MEASURES[key].label.split(" (")[0] for key in _BY_CATEGORY)
    yield from ("", f"| Category | n | {' | '.join(labels)} |")
    yield f"|---|---|{'---|' * len(_BY_CATEGORY)}"
    found = {(change.category, change.measure): change for change in verdict.changes}
    sizes = [after.category for _, after in verdict.pairs]
    for category in (name for name in CATEGORIES if name in sizes):
        cells = (_short(found.get((category, key))) for key in _BY_CATEGORY)
        yield f"| {category} | {sizes.count(category)} | {' | '.join(cells)} |"


def _short(change: Change | None) -> str:
    if change is None:
        return "-"
    if not change.worse and not change.better:
        return f"{change.after:.2f}"
    text = f"{change.after:.2f} ({change.after - change.before:+.2f})"
    return f"**{text}**" if change.dropped else text
