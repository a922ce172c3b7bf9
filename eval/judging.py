"""The offline judge against people: calibrated on one half of the tasks, reported on the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import fmean

from rich.console import Console
from rich.table import Table

from eval.agreement import Agreement, agreement, best_threshold
from eval.human import FAITHFUL, LabelledResponse, halves, passage_sentences
from ingestion.embed import TokenEmbedder, TokenVectors
from retrieval.claims import sentences
from retrieval.judge.alignment import AlignmentJudge

SEED = 20260101
_SPLITS = 20


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
    """`held_out` is of the half that did not choose `threshold`.

    `spread` are the kappas of other splits by task, each with its own threshold. `people` are the
    kappas of one person with the mean of the others, over all answers that three people judged.
    """

    threshold: float
    held_out: Agreement
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
    """Raises ValueError when a half has labels of one kind only."""
    threshold, held_out = _calibrated(responses, scores, seed)
    spread = tuple(
        _calibrated(responses, scores, seed + step)[1].kappa for step in range(1, _SPLITS + 1)
    )
    return JudgeReport(threshold, held_out, spread, _people(responses))


def show_judge(console: Console, report: JudgeReport) -> None:
    """The confusion table and the three numbers to read it by."""
    found = report.held_out
    table = Table("People", "judge: faithful", "judge: not", title="The half held out")
    table.add_row("faithful", str(found.kept), str(found.false_alarms))
    table.add_row("not", str(found.missed), str(found.caught))
    console.print(table)
    console.print(f"AUROC {found.auroc:.3f}, kappa {found.kappa:.2f} at {report.threshold:.3f}")
    low, high = min(report.spread), max(report.spread)
    console.print(
        f"kappa over {len(report.spread)} other splits: mean {fmean(report.spread):.2f}, "
        f"{low:.2f} to {high:.2f}"
    )
    if report.people:
        kappas = ", ".join(f"{kappa:.2f}" for kappa in report.people)
        console.print(f"kappa of one person with the mean of the others: {kappas}")


def _score(response: LabelledResponse, tokens: CachedTokens) -> float:
    evidence = [s for context in response.contexts for s in passage_sentences(context)]
    said = [sentence.text for sentence in sentences(response.text)]
    # All at once: the encoder is several times faster on a batch.
    tokens.token_vectors([*evidence, *said])
    judge = AlignmentJudge(tokens)
    return fmean(judge.score(text, evidence) for text in said) if said else 0.0


def _calibrated(
    responses: Sequence[LabelledResponse], scores: Sequence[float], seed: int
) -> tuple[float, Agreement]:
    by_response = dict(zip(map(id, responses), scores, strict=True))
    first, second = halves(responses, seed)
    sides = [([by_response[id(r)] for r in h], [r.faithful for r in h]) for h in (first, second)]
    threshold = best_threshold(*sides[0])
    return threshold, agreement(*sides[1], threshold)


def _people(responses: Sequence[LabelledResponse]) -> tuple[float, ...]:
    """Each place in the file is one person more or less; the mean shows the ceiling."""
    marks = [response.marks for response in responses if len(response.marks) == 3]
    kappas = []
    for person in range(3) if marks else ():
        others = [fmean(m for n, m in enumerate(row) if n != person) for row in marks]
        alone = [row[person] >= FAITHFUL for row in marks]
        kappas.append(agreement(others, alone, FAITHFUL).kappa)
    return tuple(kappas)
