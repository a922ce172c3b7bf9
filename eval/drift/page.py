"""The drift report as one HTML file without scripts, its picture inside."""

from collections.abc import Callable
from io import StringIO

import numpy as np
from jinja2 import Environment

from app.question_log import LoggedQuestion
from eval.drift.checks import Drift
from eval.drift.report import cells, sizes, verdict
from eval.picture import new_figure

_THEN, _NOW = "#4878a8", "#d1873f"
_PANELS: tuple[tuple[str, Callable[[LoggedQuestion], float]], ...] = (
    ("retrieval score (cosine)", lambda row: row.similarity),
    ("time (ms, log scale)", lambda row: max(row.milliseconds, 0.1)),
    ("words in a question", lambda row: row.words),
)
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Drift</title>
<style>
body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse}
td,th{padding:.3rem .8rem;border-bottom:1px solid #ddd;text-align:left}
td:nth-child(n+2):nth-child(-n+4){text-align:right;font-variant-numeric:tabular-nums}
tr.alarm{background:#fdeee0;font-weight:600}.wide{overflow-x:auto}svg{max-width:100%;height:auto}
</style>
<h1>{{ verdict }}</h1>
{% for size in sizes %}<p>{{ size }}</p>{% endfor %}
<div class="wide"><table><tr><th>check<th>then<th>now<th>p<th></tr>
{% for alarm, row in rows %}<tr{% if alarm %} class="alarm"{% endif %}>
{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table></div>
{% if novel %}<h2>Asked now, not then</h2><ul>{% for text in novel %}<li>{{ text }}</li>
{% endfor %}</ul>{% endif %}
<h2>Then and now</h2>
{{ picture | safe }}
"""


def drift_page(found: Drift) -> str:
    """The page. Raises PlotsMissingError where matplotlib is missing."""
    template = Environment(autoescape=True).from_string(_PAGE)
    return template.render(
        verdict=verdict(found),
        sizes=sizes(found),
        rows=[(finding.alarm, cells(finding)) for finding in found.findings],
        novel=found.novel,
        picture=_picture(found),
    )


def _picture(found: Drift) -> str:
    """Inline SVG: distributions, and the shares of status, of both windows."""
    figure = new_figure(12, 6.5)
    axes = figure.subplots(2, 2).flat
    for place, (title, value) in zip(axes, _PANELS, strict=False):
        then, now = ([value(row) for row in w.rows] for w in (found.reference, found.current))
        logarithmic = "log" in title
        low, high = min(*then, *now), max(*then, *now)
        bins = np.geomspace(low, high + 1e-9, 30) if logarithmic else np.linspace(low, high, 30)
        for values, label, colour in ((then, "then", _THEN), (now, "now", _NOW)):
            share = np.full(len(values), 1 / len(values))
            place.hist(values, bins, weights=share, alpha=0.55, label=label, color=colour)
        place.set(title=title, ylabel="share of questions")
        if logarithmic:
            place.set_xscale("log")
        place.legend()
    _shares(axes[3], found)
    out = StringIO()
    figure.savefig(out, format="svg")
    return out.getvalue().partition("<svg")[1] + out.getvalue().partition("<svg")[2]


def _shares(axes, found: Drift) -> None:  # type: ignore[no-untyped-def]
    shown = [
        (finding.check.label, finding.outcome)
        for finding in found.findings
        if finding.check.unit == "share" and finding.outcome is not None
    ]
    places = np.arange(len(shown))
    then = [outcome.then or 0.0 for _, outcome in shown]
    axes.barh(places - 0.2, then, 0.4, label="then", color=_THEN)
    axes.barh(places + 0.2, [outcome.now for _, outcome in shown], 0.4, label="now", color=_NOW)
    axes.set_yticks(places, [label for label, _ in shown])
    axes.invert_yaxis()
    axes.set(title="shares")
    axes.legend()
