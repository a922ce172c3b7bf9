"""A lab's page: its lesson with the numbers of a run, its table and its picture."""

import json
from collections.abc import Mapping
from pathlib import Path

from eval.dataset import CaseError
from eval.labs.lab import Lab
from eval.labs.play import Lost, Outcome
from eval.measures import MEASURES
from eval.models import STAGES
from eval.paired import Paired
from eval.picture import new_figure

PAGES = Path("docs") / "labs"
_EXAMPLE = 160
_BREAK = "\n---\n"
_FRAME = """# {title}

{opening}

Seen on {cases} questions over {documents} documents, asked before and after, in pairs. Again:
`python -m eval lab {name}`

## What moved

{table}

Differences are broken minus healthy, with a 95 % bootstrap interval over the cases; p is McNemar's
exact test for yes-or-no measures, else a permutation test.

![differences with their intervals, and failed cases by blamed stage]({name}.svg)

The fault cost {lost} answers and mended {gained}. Failed cases by the first stage to blame:

{blame}

{rest}

## One case

{example}
"""


def page(lab: Lab, found: Outcome) -> str:
    """The Markdown of a lab: what is broken, the numbers, then the rest of its lesson.

    Raises KeyError where the lesson names a number that the run does not have.
    """
    numbers = {key: _Number(measure) for key, measure in found.measures.items()}
    lost = str(len(found.lost))
    known = {
        **numbers,
        "lost": lost,
        "gained": str(found.gained),
        "costs": _counts(found.costs),
        "documents": str(found.documents),
    }
    opening, rest = lab.lesson.format(**known).split(_BREAK)
    return _FRAME.format(
        title=lab.title,
        name=lab.name,
        cases=found.cases,
        documents=found.documents,
        opening=opening.strip(),
        table=table(found.measures),
        blame=blame_table(found),
        lost=lost,
        gained=found.gained,
        rest=rest.strip(),
        example=_example(found.lost[0]) if found.lost else "The fault cost no case.",
    )


class _Number:
    """One measure as a lesson writes it: `{recall_at_5}`, `{recall_at_5.before}`."""

    def __init__(self, measure: Paired) -> None:
        self.before = f"{measure.first:.2f}"
        self.after = f"{measure.second:.2f}"
        self.p = f"{measure.p:.3f}"
        self.n = str(measure.n)
        self.worse = str(measure.lost)
        self.better = str(measure.gained)

    def __str__(self) -> str:
        return f"{self.before} to {self.after}"


def table(measures: Mapping[str, Paired]) -> str:
    """A line for each measure: healthy, broken, and the difference with its 95 % interval."""
    lines = ["| Measure | healthy | broken | difference | p | n |", "|---|---|---|---|---|---|"]
    for key, found in measures.items():
        same = not (found.gained or found.lost)
        bounds = f"{found.difference:+.2f} [{found.low:+.2f}, {found.high:+.2f}]"
        cells = ("same", "-") if same else (bounds, f"{found.p:.3f}")
        means = f"{found.first:.2f}", f"{found.second:.2f}"
        lines.append(f"| {' | '.join((MEASURES[key].label, *means, *cells, str(found.n)))} |")
    return "\n".join(lines)


def blame_table(found: Outcome) -> str:
    """Failed cases by the stage that is blamed, before and after the fault."""
    stages = [stage for stage in STAGES if found.healthy.get(stage) or found.broken.get(stage)]
    lines = ["| Stage | healthy | broken | newly failed |", "|---|---|---|---|"]
    for stage in stages:
        counts = (run.get(stage, 0) for run in (found.healthy, found.broken, found.costs))
        lines.append(f"| {stage} | {' | '.join(map(str, counts))} |")
    return "\n".join(lines)


def write(lab: Lab, found: Outcome, folder: Path = PAGES) -> None:
    """The run as JSON, the page and the picture, below `folder`.

    Raises PlotsMissingError where matplotlib is missing, before anything is written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    draw(lab, found, folder / f"{lab.name}.svg")
    content = json.dumps(found.json(), indent=1)
    (folder / f"{lab.name}.json").write_text(content + "\n", encoding="utf-8")
    (folder / f"{lab.name}.md").write_text(page(lab, found), encoding="utf-8")


def stored(name: str, folder: Path = PAGES) -> Outcome:
    """The run that a page was made of. Raises CaseError when there is none."""
    path = folder / f"{name}.json"
    try:
        return Outcome.of(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise CaseError(f"{path} holds no run: python -m eval lab {name} --write") from error


def draw(lab: Lab, found: Outcome, path: Path) -> None:
    """Differences with their intervals, and failed cases by stage. Raises PlotsMissingError."""
    figure = new_figure(9, 3.2)
    from matplotlib import rc_context

    moved, blamed = figure.subplots(1, 2, width_ratios=(3, 2))
    shown = {MEASURES[key].label: measure for key, measure in found.measures.items()}
    places = range(len(shown))
    for place, measure in zip(places, shown.values(), strict=True):
        moved.plot([measure.low, measure.high], [place, place], color="#4878a8", linewidth=2)
        moved.plot(measure.difference, place, "o", color="#d1873f")
    moved.axvline(0, color="black", linewidth=0.8)
    moved.set_yticks(list(places), list(shown), fontsize=8)
    moved.invert_yaxis()
    moved.set(title="Broken minus healthy, 95 % interval", xlim=(-1.05, 1.05))
    stages = list(STAGES)
    for shift, (label, run) in zip((-0.2, 0.2), _runs(found), strict=True):
        heights = [run.get(stage, 0) for stage in stages]
        color = "#9db8d2" if label == "healthy" else "#d1873f"
        blamed.bar([n + shift for n in range(len(stages))], heights, 0.4, label=label, color=color)
    blamed.set_xticks(range(len(stages)), stages, rotation=45, ha="right", fontsize=8)
    blamed.set_title("Failed cases by blamed stage")
    blamed.legend(fontsize=8)
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": lab.name}):
        figure.savefig(path, metadata={"Date": None})


def _runs(found: Outcome) -> tuple[tuple[str, Mapping[str, int]], ...]:
    return ("healthy", found.healthy), ("broken", found.broken)


def _counts(costs: Mapping[str, int]) -> str:
    return ", ".join(f"{stage} {count}" for stage, count in costs.items()) or "none"


def _example(case: Lost) -> str:
    lines = (
        ("Question", case.question),
        ("Healthy", case.before),
        ("Broken", case.after),
        (f"Blamed: {case.stage}", case.reason),
    )
    return "\n".join(
        f"- **{label}** ({case.id}): {_short(text)}"
        if label == "Question"
        else f"- **{label}**: {_short(text)}"
        for label, text in lines
    )


def _short(text: str) -> str:
    whole = " ".join(text.split()).replace("|", "\\|").replace("[", "\\[").replace("<", "&lt;")
    return whole if len(whole) <= _EXAMPLE else f"{whole[:_EXAMPLE]}…"
