"""The rule planner: what to do next, without a model."""

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import zip_longest

from retrieval.agent.names import names, remaining
from retrieval.agent.notebook import (
    Action,
    Finding,
    Finish,
    Notebook,
    ReadAction,
    SearchAction,
    best_bridge,
)
from retrieval.agent.rows import cells
from retrieval.agent.tools import Tools
from retrieval.decompose import parts
from retrieval.models import Unit

_ENUMERATING = re.compile(
    r"\bevery \w|\b(?:full|whole|complete) (?:\w+ )?list\b|\blist (?:all|of|the)\b"
    r"|\ball (?:the|of|our|my|its|\w+s)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"^(?:which|what) (?:of (?:our|the|my|your|their) )?(?:[\w-]+ ){0,2}?[a-z]{2,}[^siu\W]s\b"
    r"|^who\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w[\w'’-]*")

SOURCES = 8
"""Names are taken from so many of the best units."""

BRIDGES = 2
"""So many names are searched with."""

MOST_NAMES = 24
"""So many names are probed, which costs a keyword search each."""

WHOLE = 0.5
"""A table is listed whole only when its best row has this share of the question's terms."""

NEARER = 0.95
"""What a name weighs against the one before it in the same unit."""

COVERED = 0.8
"""A unit that fits and has this share of the question's terms leaves nothing to look for."""


@dataclass(frozen=True, slots=True)
class RulePlanner:
    """Each part once; then, as the question asks, the list, the other side, or the next hop."""

    name: str = "rules"

    def next(self, notebook: Notebook, tools: Tools) -> Action:
        """The next action, from what was found until now."""
        question = notebook.query.text
        asked = parts(question)
        found = notebook.of("part")
        if len(found) < len(asked):
            return SearchAction(asked[len(found)])
        if len(asked) > 1:
            return self._counterpart(notebook, asked, found)
        if is_list(question) and not notebook.reads():
            lead = list_lead(found[0].units)
            if lead is not None:
                return ReadAction(lead, enumerates(question) and lead.coverage >= WHOLE)
        if notebook.reads():
            some = any(finding.units for finding in notebook.reads())
            return Finish(f"the table is read: {'rows' if some else 'no rows'} that are meant")
        return self._bridge(notebook, tools, found[0])

    def _counterpart(
        self, notebook: Notebook, asked: tuple[str, ...], found: list[Finding]
    ) -> Action:
        """The weaker side of a comparison is searched with the words of the stronger one."""
        if notebook.of("counterpart") or len(asked) != 2:
            return Finish("every part is searched")
        weak, strong = sorted((0, 1), key=lambda side: found[side].sufficiency.confidence)
        best = next((unit for unit in found[strong].units if unit.fits), None)
        if best is None or not _is_comparison(asked):
            return Finish("every part is searched")
        own = {word.lower() for word in _WORD.findall(asked[strong])}
        other = {word.lower() for word in _WORD.findall(asked[weak])} - own
        if other & {word.lower() for word in _WORD.findall(best.text)}:
            return Finish("one passage speaks of both sides")
        words = [w for w in _WORD.findall(best.text) if w.isalpha() and w.lower() not in own]
        query = f"{asked[weak].rstrip('?')} {' '.join(dict.fromkeys(words))}"
        return SearchAction(query, "counterpart", sources=(best,), side=weak)

    def _bridge(self, notebook: Notebook, tools: Tools, found: Finding) -> Action:
        """A name leads on only from a passage that is near enough but for the kind of its value.

        Near any name stands something that sounds like an answer: a bridge from thin evidence
        would answer what the documents do not say.
        """
        question = notebook.query.text
        near = tuple(replace(unit, fits=True) for unit in found.units)
        if not tools.pipeline.ranker.weigh(question, near).sufficiency.enough:
            return Finish("nothing is near enough to lead on")
        best = next((unit for unit in found.units if unit.fits), None)
        if best is not None and best.coverage >= COVERED:
            return Finish("a passage speaks to the whole question")
        if best_bridge(notebook) is not None:
            return Finish("what stands behind the bridge is enough")
        tried = {f.action.name for f in notebook.of("bridge") if isinstance(f.action, SearchAction)}
        if len(tried) >= BRIDGES:
            return Finish("the names found are searched")
        for action in bridges(question, found.units[:SOURCES], tools):
            if action.name not in tried:
                return action
        return Finish("no name leads on")


def is_list(question: str) -> bool:
    """True for a question whose answer may be several rows or items."""
    return enumerates(question) or _SEVERAL.search(question.strip()) is not None


def enumerates(question: str) -> bool:
    """True for a question that says that it wants all of them."""
    return _ENUMERATING.search(question) is not None


def list_lead(units: tuple[Unit, ...]) -> Unit | None:
    """The best unit of the table that most of the best units' score lies in."""
    scores: dict[tuple[str, tuple[str, ...]], float] = defaultdict(float)
    first: dict[tuple[str, tuple[str, ...]], Unit] = {}
    for unit in units[:SOURCES]:
        if not cells(unit.text):
            continue
        hit = unit.passage.hit
        key = (hit.document.id, hit.chunk.headings)
        scores[key] += unit.score
        first.setdefault(key, unit)
    if not scores:
        return None
    return first[max(scores, key=lambda key: scores[key])]


def bridges(question: str, units: tuple[Unit, ...], tools: Tools) -> list[SearchAction]:
    """Searches with a name that the units state: the most promising of each unit by turns.

    The unit with most of the question's terms comes first: there the question's own names stand.
    """
    by_unit: list[list[tuple[float, SearchAction]]] = []
    seen: set[str] = set()
    for unit in sorted(units, key=lambda unit: -unit.coverage):
        words = _unanswered(question, unit, tools)
        scored: list[tuple[float, SearchAction]] = []
        weight = 1.0
        for name in names(unit, question):
            if name.lower() not in seen and len(seen) < MOST_NAMES:
                seen.add(name.lower())
                score = weight * tools.probe(words, name, unit.passage.hit.chunk.id)
                weight *= NEARER
                scored.append((score, SearchAction(f"{words} {name}", "bridge", name, (unit,))))
        by_unit.append(sorted(scored, key=lambda pair: -pair[0]))
    turns = zip_longest(*by_unit)
    return [pair[1] for turn in turns for pair in turn if pair is not None and pair[0] > 0]


def _unanswered(question: str, unit: Unit, tools: Tools) -> str:
    """The question's words that neither a unit nor its place has; all of them if none is left."""
    known = tools.terms(unit.passage.hit.in_place)
    found = [word for word in _WORD.findall(question) if _is_in(word, known, tools)]
    return remaining(question, found)


def _is_in(word: str, known: frozenset[int], tools: Tools) -> bool:
    terms = tools.terms(word)
    return bool(terms) and terms <= known


def _is_comparison(asked: tuple[str, ...]) -> bool:
    """True when the parts differ in few words: two sides of one question."""
    one, other = ({word.lower() for word in _WORD.findall(part)} for part in asked)
    return len(one & other) >= len(one ^ other)
