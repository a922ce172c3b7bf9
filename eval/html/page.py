"""Puts a run, the template, the style and the scripts into one file.

Questions and documents are data. The template escapes what it writes; the cases travel as JSON
that no HTML parser can leave, and the scripts show them as text. A content security policy
allows these scripts and styles by their hashes and nothing else, so the page can't load or
send anything even if a document tries to make it.
"""

import base64
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from eval.html import overview
from eval.html.cases import page_data
from eval.html.plots import HEIGHT, WIDTH, recall_plot, risk_plots
from eval.records import RunRecord, read

NAME = "report.html"
_FOLDER = Path(__file__).parent
STYLES = ("theme.css", "overview.css", "cases.css", "print.css")
SCRIPTS = ("dom.js", "filter.js", "answer.js", "case.js", "list.js", "app.js")


def write_report(folder: Path, out: Path | None = None) -> Path:
    """Write a stored run's page to `out`, or beside its records.

    Raises CaseError when the folder holds no run.
    """
    path = folder / NAME if out is None else out
    path.parent.mkdir(parents=True, exist_ok=True)
    # The hashes are of lines that end in "\n", on every system.
    path.write_text(page(read(folder)), encoding="utf-8", newline="\n")
    return path


def page(run: RunRecord) -> str:
    """The whole page."""
    scripts, styles = _texts(SCRIPTS), _texts(STYLES)
    groups, data = overview.splits(run), page_data(run)
    threshold = (run.config.get("settings") or {}).get("evidence_threshold")
    return _template().render(
        policy=_policy(scripts, styles),
        styles=[Markup(style) for style in styles],
        scripts=[Markup(script) for script in scripts],
        data=Markup(_json(data)),
        run=run,
        day=overview.day_of(run),
        groups=groups,
        shares={name: overview.outcome_shares(records) for name, records in groups.items()},
        times={name: overview.milliseconds(records) for name, records in groups.items()},
        rows=overview.measure_rows(run, groups),
        heads=overview.HEAT,
        steps=overview.STEPS,
        maps=overview.heat_maps(run),
        plots=[*risk_plots(groups, threshold), recall_plot(groups)],
        size=(WIDTH, HEIGHT),
        conditions=overview.conditions(run),
        settings=overview.settings_of(run),
        fingerprint=overview.fingerprint_of(run),
        stages=overview.blamed(run),
        choices=_choices(data),
    )


def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html")


def _choices(data: dict[str, Any]) -> dict[str, list[str]]:
    """What can be chosen from beyond split and category; nothing where no case has any."""
    cases = data["cases"]
    return {
        "format": sorted({name for case in cases for name in case["formats"]}),
        "difficulty": sorted({case["difficulty"] for case in cases} - {None}),
        "blame": sorted({case["blame"]["stage"] for case in cases if case["blame"]}),
    }


def _texts(names: Iterable[str]) -> list[str]:
    return [(_FOLDER / name).read_text(encoding="utf-8") for name in names]


def _policy(scripts: list[str], styles: list[str]) -> str:
    """The content security policy: these scripts and these styles, and no request at all."""
    script, style = (" ".join(map(_hash, texts)) for texts in (scripts, styles))
    return (
        f"default-src 'none'; script-src {script}; style-src {style}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _json(data: object) -> str:
    """JSON in which nothing can end a script element or, for older parsers, a line."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
