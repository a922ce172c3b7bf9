"""What a check for drift found: in the terminal, as JSON, as Markdown, as metrics."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from eval.drift.checks import ALPHA, Drift, Finding, Unit, with_vector
from eval.drift.windows import Window

_HEADER = ("", "then", "now", "p", "")


def show_drift(console: Console, found: Drift) -> None:
    """A line for each check, then the verdict."""
    table = Table(*_HEADER, title="Drift")
    for column in table.columns[1:4]:
        column.justify = "right"
    for finding in found.findings:
        table.add_row(*cells(finding), style="bold" if finding.alarm else None)
    console.print(table)
    for line in (*sizes(found), verdict(found)):
        console.print(line, soft_wrap=True)
    for question in found.novel:
        console.print(f"  asked now, not then: {question}", markup=False, soft_wrap=True)


def cells(finding: Finding) -> tuple[str, str, str, str, str]:
    """Label, then, now, p, verdict."""
    outcome, unit = finding.outcome, finding.check.unit
    if outcome is None or finding.p is None:
        return finding.check.label, "", "", "", f"not checked: {finding.skipped}"
    word = "DRIFT" if finding.alarm else "moved, no alarm" if finding.p < ALPHA else "same"
    then = "" if outcome.then is None else written(outcome.then, unit)
    return finding.check.label, then, written(outcome.now, unit), f"{finding.p:.3f}", word


def written(value: float, unit: Unit) -> str:
    """A value as people read its unit."""
    if unit == "share":
        return f"{value:.1%}"
    return (
        f"{value:.0f} ms" if unit == "ms" else f"{value:.3g}" if unit == "words" else f"{value:.3f}"
    )


def sizes(found: Drift) -> tuple[str, str]:
    """What was compared with what."""
    then, now = found.reference, found.current
    return (
        f"then: {then.name}, {len(then.rows)} questions{_without(then)}",
        f"now: {now.name}, {len(now.rows)}{_without(now)}",
    )


def _without(window: Window) -> str:
    missing = len(window.rows) - len(with_vector(window.rows))
    return f" ({missing} without a vector)" if missing else ""


def verdict(found: Drift) -> str:
    """One sentence."""
    if not found.alarms:
        return f"No drift. (p: Holm-adjusted over all checks; alarm below {ALPHA})"
    names = ", ".join(finding.check.label for finding in found.alarms)
    return f"Drift in {len(found.alarms)} of {len(found.findings)} checks: {names}."


def drift_json(found: Drift) -> dict[str, Any]:
    """Everything but the rows."""
    checks = {}
    for finding in found.findings:
        outcome = finding.outcome
        checks[finding.check.key] = {
            "label": finding.check.label,
            "unit": finding.check.unit,
            "then": outcome and outcome.then,
            "now": outcome and outcome.now,
            "effect": outcome and outcome.effect,
            "p": outcome and outcome.p,
            "p_adjusted": finding.p,
            "alarm": finding.alarm,
            "skipped": finding.skipped or None,
        }
    return {
        "reference": {"window": found.reference.name, "questions": len(found.reference.rows)},
        "current": {"window": found.current.name, "questions": len(found.current.rows)},
        "drift": bool(found.alarms),
        "checks": checks,
        "novel_questions": list(found.novel),
    }


def drift_markdown(found: Drift) -> str:
    """For a ticket or a chat."""
    lines = [f"**{verdict(found)}**", "", *(f"- {size}" for size in sizes(found)), ""]
    lines += ["| " + " | ".join(_HEADER) + " |", "|---|---:|---:|---:|---|"]
    lines += ["| " + " | ".join(cells(finding)) + " |" for finding in found.findings]
    lines += [""] * bool(found.novel) + [f"- asked now, not then: {text}" for text in found.novel]
    return "\n".join(lines) + "\n"


def metrics(found: Drift, now: datetime | None = None) -> list[tuple[str, str, float]]:
    """Gauges: name, labels as they are written, value. A check that did not run has none."""
    checked = (now or datetime.now(UTC)).timestamp()
    gauges = [("footnote_drift_checked_timestamp_seconds", "", checked)]
    for kind, window in (("reference", found.reference), ("current", found.current)):
        gauges.append(("footnote_drift_questions", f'{{window="{kind}"}}', len(window.rows)))
    for finding in found.findings:
        outcome, check = finding.outcome, finding.check
        if outcome is None or finding.p is None:
            continue
        label = f'{{check="{check.key}"}}'
        gauges.append(("footnote_drift_alarm", label, float(finding.alarm)))
        gauges.append(("footnote_drift_p_adjusted", label, finding.p))
        gauges.append(("footnote_drift_effect", label, outcome.effect))
        for kind, value in (("reference", outcome.then), ("current", outcome.now)):
            if value is not None:
                both = f'{{check="{check.key}",window="{kind}"}}'
                gauges.append(("footnote_drift_value", both, value))
    return sorted(gauges, key=lambda gauge: gauge[0])


def write_metrics(found: Drift, path: Path) -> None:
    """The gauges in Prometheus's text format, for node_exporter's textfile collector.

    Written beside and renamed, so that no half file is ever scraped.
    """
    lines, before = [], ""
    for name, label, value in metrics(found):
        if name != before:
            lines.append(f"# TYPE {name} gauge")
        lines.append(f"{name}{label} {value!r}")
        before = name
    _write(path, "\n".join(lines) + "\n")


def write_report(found: Drift, path: Path) -> None:
    """HTML, JSON or Markdown, as the name ends. HTML raises PlotsMissingError."""
    if path.suffix == ".json":
        text = json.dumps(drift_json(found), indent=1) + "\n"
    elif path.suffix == ".md":
        text = drift_markdown(found)
    else:
        # Imported here: only the page needs a picture.
        from eval.drift.page import drift_page

        text = drift_page(found)
    _write(path, text)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
