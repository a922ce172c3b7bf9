"""A judge against people: calibrated on one half of the tasks, reported on the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import fmean

import numpy as np

from eval.agreement import Agreement, agreement, best_threshold, kappa
from eval.dataset import CaseError
from eval.human import FAITHFUL, LabelledResponse, halves, passage_sentences
from ingestion.embed import TokenEmbedder, TokenVectors
from retrieval.claims import sentences
from retrieval.judge.alignment import AlignmentJudge

SEED = 20260101
_SPLITS = 20
_RESAMPLES = 2000
_CELLS = ((True, True), (False, False), (False, True), (True, False))
"""(passed, faithful), in the order of an Agreement's counts."""


class CachedTokens:
    """A token embedder that reads each text once."""

    def __init__(self, embedder: TokenEmbedder) -> None:
        self._embedder = embedder
        self._known: dict[str, TokenVectors] = {}

    def token_vectors(self, texts: Sequence[str]) -> list[TokenVectors]:
        """As the embedder gives them."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self._embedder.token_vectors(new), strict=True))
        return [self._known[text] for text in texts]


@dataclass(frozen=True, slots=True)
class JudgeReport:
    """`held_out` is of the half that did not choose `threshold`; `calibrated` that did.

    `interval` bounds the held-out kappa at 95 %, its tasks resampled. `spread` are the kappas of
    other splits by task, each with its own threshold. `people` are the kappas of one person with
    the mean of the others, over all answers that three people judged.
    """

    threshold: float
    calibrated: Agreement
    held_out: Agreement
    interval: tuple[float, float]
    spread: tuple[float, ...]
    people: tuple[float, ...]


def judge_scores(
    responses: Sequence[LabelledResponse],
    embedder: TokenEmbedder,
    on_response: Callable[[], object] = lambda: None,
) -> list[float]:
    """One score in [0, 1] for each answer: the mean of its sentences' alignment.

    The mean agreed with people far better than the lowest sentence did. An answer without passages
    has nothing to rest on and scores 0.
    """
    scores: dict[int, float] = {}
    order = sorted(range(len(responses)), key=lambda number: responses[number].task)
    for _, numbers in groupby(order, key=lambda number: responses[number].task):
        # The vectors of one task at a time: all of them would be gigabytes.
        tokens = CachedTokens(embedder)
        for number in numbers:
            scores[number] = _score(responses[number], tokens)
            on_response()
    return [scores[number] for number in range(len(responses))]


def judge_report(
    responses: Sequence[LabelledResponse], scores: Sequence[float], seed: int = SEED
) -> JudgeReport:
    """Raises CaseError when a half has labels of one kind only.

    Other splits of which a half has are left out of the spread.
    """
    found = _calibrated(responses, scores, seed)
    if found is None:
        raise CaseError(
            f"{len(responses)} labelled answers are too few: each half of their tasks needs "
            "faithful and unfaithful ones."
        )
    others = (_calibrated(responses, scores, seed + step) for step in range(1, _SPLITS + 1))
    return JudgeReport(
        threshold=found.threshold,
        calibrated=found.calibrated,
        held_out=found.held_out,
        interval=_interval(found, seed),
        spread=tuple(other.held_out.kappa for other in others if other),
        people=_people(responses),
    )


def _score(response: LabelledResponse, tokens: CachedTokens) -> float:
    evidence = [s for context in response.contexts for s in passage_sentences(context)]
    said = [sentence.text for sentence in sentences(response.text)]
    # All at once: the encoder is several times faster on a batch.
    tokens.token_vectors([*evidence, *said])
    judge = AlignmentJudge(tokens)
    return fmean(judge.score(text, evidence) for text in said) if said else 0.0


@dataclass(frozen=True, slots=True)
class _Calibrated:
    threshold: float
    calibrated: Agreement
    held_out: Agreement
    rows: tuple[tuple[str, float, bool], ...]
    """Task, score and label of the half held out."""


def _calibrated(
    responses: Sequence[LabelledResponse], scores: Sequence[float], seed: int
) -> _Calibrated | None:
    """None when a half has labels of one kind only."""
    by_response = dict(zip(map(id, responses), scores, strict=True))
    first, second = (
        tuple((r.task, by_response[id(r)], r.faithful) for r in half)
        for half in halves(responses, seed)
    )
    if any(len({faithful for _, _, faithful in half}) < 2 for half in (first, second)):
        return None
    sides = [([s for _, s, _ in half], [label for _, _, label in half]) for half in (first, second)]
    threshold = best_threshold(*sides[0])
    return _Calibrated(
        threshold, agreement(*sides[0], threshold), agreement(*sides[1], threshold), second
    )


def _interval(found: _Calibrated, seed: int) -> tuple[float, float]:
    """Percentile bootstrap over tasks: the answers to one task are judged alike."""
    table: dict[str, list[tuple[bool, bool]]] = {}
    for task, score, faithful in found.rows:
        table.setdefault(task, []).append((score >= found.threshold, faithful))
    counts = np.array([[pairs.count(cell) for cell in _CELLS] for pairs in table.values()])
    draws = np.random.default_rng(seed).integers(len(counts), size=(_RESAMPLES, len(counts)))
    kappas = [kappa(*row) for row in counts[draws].sum(axis=1)]
    low, high = np.percentile(kappas, [2.5, 97.5])
    return float(low), float(high)


def _people(responses: Sequence[LabelledResponse]) -> tuple[float, ...]:
    """Each place in the file is one person more or less; the mean shows the ceiling."""
    marks = [response.marks for response in responses if len(response.marks) == 3]
    kappas = []
    for person in range(3) if marks else ():
        others = [fmean(m for n, m in enumerate(row) if n != person) for row in marks]
        alone = [row[person] >= FAITHFUL for row in marks]
        if len(set(alone)) == 2:
            kappas.append(agreement(others, alone, FAITHFUL).kappa)
    return tuple(kappas)
