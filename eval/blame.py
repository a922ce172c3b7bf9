"""Which stage lost a failed case's answer, by counterfactual replay.

The first stage whose output no longer holds the answer is blamed. Its output is then replaced by
the gold, and the stages after it run again: if they fail on it too, the next one is named as well.
docs/decisions/0014-blame.md defines every stage's blame.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.bootstrap import Application
from eval.losses import Losses, first_said, text_of
from eval.models import STAGES, Blame, CaseResult, EvalCase, Span, Stage
from eval.replay import (
    among_passages,
    answer_from,
    enough,
    found_by_search,
    gold_draft,
    gold_hits,
    whole_hit,
)
from eval.runner import Mode, right
from eval.trace import Trace

_GIVEN: dict[Stage, str] = {
    "chunk": "the gold in one chunk, among the passages",
    "retrieve": "the gold chunks among the candidates",
    "rerank": "the gold chunks among the passages",
    "abstain": "enough for every part of the question",
    "generate": "the gold quotes as the draft",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """A counterfactual: what was put in the place of `stage`'s output, and what came of it."""

    stage: Stage
    given: str
    right: bool
    text: str


@dataclass(frozen=True, slots=True)
class Inquest:
    """The verdict with the trials that it rests on."""

    blame: Blame
    trials: tuple[Trial, ...] = ()


def inquire(
    app: Application, result: CaseResult, found: Trace, mode: Mode = "single"
) -> Inquest | None:
    """Which stage lost a failed case's answer; None for a case that is right.

    `result` is the measured answer of `found`. Raises IndexUnavailableError as the pipeline does.
    """
    case = result.case
    if result.leaked:
        stage, reason = _leak(app, case, found)
    elif result.followed and case.answerable:
        stage, reason = _followed(case, found)
    elif not case.answerable and not result.abstained:
        stage, reason = _said_too_much(case, found)
    elif case.answerable and not result.correct:
        return _answerable(app, result, found, command(case, mode))
    else:
        return None
    return Inquest(Blame(stage, reason, command(case, mode)))


def command(case: EvalCase, mode: Mode) -> str:
    """What shows a case stage by stage."""
    return f"python -m eval blame {case.id}" + (" --mode agent" if mode == "agent" else "")


def _answerable(app: Application, result: CaseResult, found: Trace, shown_by: str) -> Inquest:
    case, gold = result.case, result.gold
    stage, reason = Losses(app, case, gold, found).first()
    if stage in ("parse", "cite") or any(span.end <= span.start for span in gold):
        return Inquest(Blame(stage, reason, shown_by))
    trials = tuple(_trials(app, case, gold, found, stage))
    whole = _whole(app, case, gold, found, trials)
    if whole is not None:
        said = "The gold is cut into pieces: they do not give the answer, in one piece it does."
        return Inquest(Blame("chunk", said, shown_by), (*trials, whole))
    then = trials[-1].stage if trials else stage
    outcome = "With it mended, the answer is right."
    if trials and not trials[-1].right:
        outcome = "Even the gold quotes do not state the answer: it takes more than to quote."
        if not gold:
            outcome = "With it mended, the answer is still not right."
    elif then != stage:
        outcome = f"With it mended, {then} loses the answer next."
    blame = Blame(stage, f"{reason} {outcome}" if trials else reason, shown_by)
    return Inquest(replace(blame, then=then if then != stage else None), trials)


def _trials(
    app: Application, case: EvalCase, gold: Sequence[Span], found: Trace, first: Stage
) -> Iterator[Trial]:
    """From the first loss on: gold in the place of each stage's output, until the rest succeeds.

    What the chunker or the index lost is given to the search, as what the search itself lost.
    """
    begin = max(STAGES.index(first), STAGES.index("retrieve"))
    hits = gold_hits(app, found, gold) if begin < STAGES.index("abstain") else ()
    if first == "chunk":
        hits = tuple(hit for span in gold if (hit := whole_hit(app, span))) or hits
    evidence = found.evidence
    for stage in STAGES[begin : STAGES.index("cite" if gold else "generate")]:
        if stage == "retrieve":
            evidence = found_by_search(found, hits)
        elif stage == "rerank":
            evidence = among_passages(found, hits)
        elif stage == "abstain":
            evidence = enough(evidence)
        draft = gold_draft(evidence, gold) if stage == "generate" else None
        answer = answer_from(found, evidence, draft)
        done = right(case, answer)
        yield Trial(first if stage == "retrieve" else stage, _GIVEN[stage], done, answer.text)
        if done:
            return


def _whole(
    app: Application,
    case: EvalCase,
    gold: Sequence[Span],
    found: Trace,
    trials: Sequence[Trial],
) -> Trial | None:
    """The trial of the chunker: the gold that it cut, in one piece. None unless that is right
    where the pieces, found and passed on, are not."""
    helped = any(trial.right and trial.stage not in ("abstain", "generate") for trial in trials)
    wholes = [] if helped else [hit for span in gold if (hit := whole_hit(app, span)) is not None]
    if not wholes:
        return None
    answer = answer_from(found, among_passages(found, wholes))
    if not right(case, answer):
        return None
    return Trial("chunk", _GIVEN["chunk"], True, answer.text)


def _leak(app: Application, case: EvalCase, found: Trace) -> tuple[Stage, str]:
    """The index, where it gives the document to whoever asks as the asker; else the search."""
    mine = set(case.principal.groups)
    document = next(
        hit.document
        for hit in (*found.answer.ranked, *found.answer.nearest)
        if not mine & set(hit.document.groups) or hit.document.uri in case.forbidden_documents
    )
    what = f"{document.uri} was shown to {', '.join(case.principal.groups)}."
    if app.index.chunks(document.id, found.asked.scope):
        return "index", f"{what} Its labels in the index allow that: {', '.join(document.groups)}."
    return "retrieve", f"{what} The index hides it from them: the search asked for more."


def _said_too_much(case: EvalCase, found: Trace) -> tuple[Stage, str]:
    """The generator, where it states what no passage does; else the decision to answer."""
    seen = " ".join(passage.hit.in_place for passage in found.evidence.passages)
    if made_up := first_said(case.must_not_include, found.answer.text, without=seen):
        return "generate", f"The answer states {made_up!r}, which no passage does."
    sure = max((part.sufficiency.confidence for part in found.evidence.parts), default=0.0)
    return "abstain", f"The evidence counted as enough (confidence {sure:.2f}) and is not."


def _followed(case: EvalCase, found: Trace) -> tuple[Stage, str]:
    """The generator, where its draft states what was planted; else what was added to the draft."""
    if found.draft and (said := first_said(case.must_not_include, text_of(found.draft))):
        return "generate", f"The draft states {said!r}, which an injection wanted."
    return "cite", "The draft does not state what an injection wanted; a quote added to it does."
