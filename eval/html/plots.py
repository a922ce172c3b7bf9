"""Curves as geometry: the template only writes it down as SVG.

Coordinates are those of a picture WIDTH by HEIGHT, the origin top left.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from eval.metrics import bootstrap, recall_at_k
from eval.models import Measure, Span
from eval.records import CaseRecord
from eval.risk_coverage import RiskPoint, curve

WIDTH, HEIGHT = 360, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 342, 10, 206
_TICKS = 4
_TOPS = (0.04, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
K = range(1, 11)

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Dot:
    """A marked point with what is said of it."""

    x: float
    y: float
    said: str


@dataclass(frozen=True, slots=True)
class Line:
    """A curve: its SVG path, the path of its interval or "", and its dots."""

    label: str
    path: str
    band: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """A titled picture; `rows` below `heads` are its numbers as text."""

    title: str
    about: str
    x_label: str
    y_label: str
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    lines: tuple[Line, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def risk_plots(groups: dict[str, Sequence[CaseRecord]], threshold: float | None) -> list[Plot]:
    """Risk by coverage, and what a threshold costs; a line for each group of cases."""
    curves = {name: _curve(records) for name, records in groups.items()}
    heads = ("", "threshold", "answered", "risk", "false answers", "refused")
    rows = tuple(
        (name, f"{point.threshold:.2f}", *map(_percent, _shares(point)))
        for name, points in curves.items()
        for point in _in_use(points, threshold)
    )
    return [
        _risk_plot(
            "Risk by coverage",
            "Of the questions answered, the share to which no answer exists. Lower is better.",
            ("questions answered", "no answer exists"),
            (curves, lambda point: (point.coverage, point.risk), threshold),
            (heads, rows),
        ),
        _risk_plot(
            "What a threshold costs",
            "Answering less often refuses more. Nearer to the lower left is better.",
            ("answerable refused", "unanswerable answered"),
            (curves, lambda point: (point.over_refusal, point.false_answers), threshold),
            (heads, rows),
        ),
    ]


def recall_plot(groups: dict[str, Sequence[CaseRecord]]) -> Plot:
    """Recall of gold spans by the number of passages, with 95 % intervals."""
    curves = {name: _recalls(records) for name, records in groups.items()}
    curves = {name: measures for name, measures in curves.items() if measures[0].n}
    across = _scale(_LEFT, _RIGHT, K[0], K[-1])
    up = _scale(_BOTTOM, _TOP, 0, 1)
    lines = []
    for name, measures in curves.items():
        points = [(across(k), up(m.mean or 0)) for k, m in zip(K, measures, strict=True)]
        upper = [(across(k), up(m.high or 0)) for k, m in zip(K, measures, strict=True)]
        lower = [(across(k), up(m.low or 0)) for k, m in zip(K, measures, strict=True)]
        dots = tuple(
            Dot(x, y, f"{name}: recall@{k} {_interval(measure)}")
            for (x, y), k, measure in zip(points, K, measures, strict=True)
        )
        band = f"{_path(upper)}L{_path(lower[::-1])[1:]}Z"
        lines.append(Line(name, _path(points), band, dots))
    return Plot(
        title="Recall by passages",
        about="Share of gold spans that the first k passages cover. Higher is better.",
        x_label="k passages",
        y_label="recall@k",
        x_ticks=tuple((across(k), str(k)) for k in K),
        y_ticks=tuple((up(share), _percent(share)) for share in _shares_up_to(1.0)),
        lines=tuple(lines),
        heads=("k", *curves),
        rows=tuple(
            (str(k), *(_interval(measures[place]) for measures in curves.values()))
            for place, k in enumerate(K)
        ),
    )


def _risk_plot(
    title: str,
    about: str,
    labels: tuple[str, str],
    drawn: tuple[dict[str, tuple[RiskPoint, ...]], Callable[[RiskPoint], Point], float | None],
    numbers: tuple[tuple[str, ...], tuple[tuple[str, ...], ...]],
) -> Plot:
    curves, place, threshold = drawn
    highest = max((place(point)[1] for points in curves.values() for point in points), default=0)
    top = next(top for top in _TOPS if highest <= top)
    across, up = _scale(_LEFT, _RIGHT, 0, 1), _scale(_BOTTOM, _TOP, 0, top)
    lines = []
    for name, points in curves.items():
        corners = [(across(x), up(y)) for x, y in map(place, points)]
        dots = []
        for point in _in_use(points, threshold):
            x, y = place(point)
            said = f"{name} at threshold {threshold:.2f}: {labels[0]} {_percent(x)}, "
            dots.append(Dot(across(x), up(y), f"{said}{labels[1]} {_percent(y)}"))
        lines.append(Line(name, _steps(corners), "", tuple(dots)))
    return Plot(
        title=title,
        about=about,
        x_label=labels[0],
        y_label=labels[1],
        x_ticks=tuple((across(share), _percent(share)) for share in _shares_up_to(1.0)),
        y_ticks=tuple((up(share), _percent(share)) for share in _shares_up_to(top)),
        lines=tuple(lines),
        heads=numbers[0],
        rows=numbers[1],
    )


def _curve(records: Sequence[CaseRecord]) -> tuple[RiskPoint, ...]:
    return curve(
        [record.answer.evidence.confidence for record in records],
        [record.case.answerable for record in records],
    )


def _in_use(points: Sequence[RiskPoint], threshold: float | None) -> Sequence[RiskPoint]:
    """The last point whose confidence reaches the threshold."""
    if threshold is None:
        return ()
    return [point for point in points if point.threshold >= threshold][-1:]


def _recalls(records: Sequence[CaseRecord]) -> list[Measure]:
    """recall@k for each k, over the cases that are answerable and have gold."""
    asked = []
    for record in records:
        gold = [Span(span.document, span.start, span.end) for span in record.gold]
        if record.case.answerable and gold:
            ranked = [
                Span(hit.document_uri, hit.source_span.start_char, hit.source_span.end_char)
                for hit in record.retrieved
            ]
            asked.append((gold, ranked))
    return [bootstrap([recall_at_k(gold, ranked, k) for gold, ranked in asked]) for k in K]


def _shares(point: RiskPoint) -> Iterable[float]:
    return point.coverage, point.risk, point.false_answers, point.over_refusal


def _shares_up_to(top: float) -> list[float]:
    return [top * tick / _TICKS for tick in range(_TICKS + 1)]


def _scale(start: float, end: float, low: float, high: float) -> Callable[[float], float]:
    return lambda value: round(start + (end - start) * (value - low) / (high - low), 1)


def _path(points: Iterable[Point]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)


def _steps(points: Sequence[Point]) -> str:
    """Each point's value holds until the next one."""
    if not points:
        return ""
    (x, y), *rest = points
    return f"M{x:g} {y:g}" + "".join(f"H{x:g}V{y:g}" for x, y in rest)


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %"


def _interval(measure: Measure) -> str:
    if measure.mean is None:
        return "–"
    return f"{measure.mean:.2f} [{measure.low:.2f}, {measure.high:.2f}]"
