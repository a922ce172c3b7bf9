"""A fault is planted in one stage of the real pipeline; that stage is blamed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from rich.console import Console

from app.bootstrap import Application
from eval.blame import Inquest, inquire
from eval.blamed import blamed_case
from eval.commands.blame import show_inquest, show_trace
from eval.dataset import GoldFinder, load_cases
from eval.labs.bench import Bench, bench
from eval.labs.search import Widened, widened
from eval.models import CaseResult, EvalCase
from eval.records import read, write
from eval.runner import measure, query_of
from eval.trace import Trace, trace
from ingestion.chunk import document_id
from ingestion.models import ParsedDocument, ScoredChunk, Vectors
from ingestion.parse import parse
from retrieval.answers import Draft, Statement, Verification
from retrieval.check import ClaimChecker
from retrieval.evidence import EvidenceOptions
from retrieval.models import Evidence, Passage, Query
from retrieval.search import Searcher
from tests.conftest import ROOT

DOCUMENTS = (
    "company/press-and-social-media-rules.md",
    "finance/corporate-card-guide-2025.md",
    "finance/corporate-card-guide.md",
    "quality/forklift-and-loading-dock-rules.txt",
)
CASES = {case.id: case for case in load_cases() if case.split == "dev"}


@pytest.fixture(scope="module")
def small() -> Iterator[Bench]:
    with bench(ROOT, DOCUMENTS) as made:
        yield made


@pytest.fixture(scope="module")
def case() -> EvalCase:
    """Right in the healthy pipeline: how long a new company card takes."""
    return CASES["dev-094"]


def inquest(app: Application, case: EvalCase) -> tuple[CaseResult, Trace, Inquest | None]:
    found = trace(app, query_of(case))
    result = measure(app, case, GoldFinder(app).found(case), found.answer)
    return result, found, inquire(app, result, found)


def blamed(app: Application, case: EvalCase) -> Inquest:
    _, _, verdict = inquest(app, case)
    assert verdict is not None
    return verdict


def with_rag(app: Application, **parts: object) -> Application:
    return replace(app, rag=replace(app.rag, **parts))  # type: ignore[arg-type]


def test_a_right_answer_has_nothing_to_blame(small: Bench, case: EvalCase) -> None:
    result, found, verdict = inquest(small.app, case)
    assert result.correct and verdict is None
    assert found.answer.text == small.app.rag.ask(query_of(case)).text


def test_parse_when_the_text_lacks_the_quote(small: Bench, case: EvalCase) -> None:
    def without_digits(name: str, data: bytes) -> ParsedDocument:
        parsed = parse(name, data)
        return replace(parsed, text=parsed.text.translate({ord(d): "x" for d in "0123456789"}))

    with small.rebuilt(ingestion=lambda i: replace(i, reader=without_digits)) as app:
        verdict = blamed(app, case)
    assert verdict.blame.stage == "parse" and not verdict.trials


def test_chunk_when_the_gold_is_cut(small: Bench, case: EvalCase) -> None:
    both_ends = case.model_copy(update={"must_include": ("3 working days", "costs nothing")})
    quote = "A new card takes 3 working days and costs the cost centre nothing."
    whole = case.model_copy(update={"must_include": (quote,)})
    assert inquest(small.app, both_ends)[0].correct is False, "it is not stated like this"
    assert inquest(small.app, whole)[0].correct
    with small.rebuilt({"chunk_max_chars": 50, "chunk_overlap_chars": 0}) as app:
        verdict = blamed(app, whole)
    assert verdict.blame.stage == "chunk"
    assert [trial.right for trial in verdict.trials if trial.stage == "chunk"] == [True]


def test_index_when_the_store_lacks_the_chunk(small: Bench, case: EvalCase) -> None:
    with small.copied() as app:
        app.index.delete(document_id(case.gold_spans[0].document))
        verdict = blamed(app, case)
    assert verdict.blame.stage == "index" and "not in the store" in verdict.blame.reason
    assert verdict.blame.then is None and verdict.trials[0].right


def test_index_when_labels_hide_the_document(small: Bench, case: EvalCase) -> None:
    with small.copied() as app:
        record = app.manifest.get(document_id(case.gold_spans[0].document))
        assert record is not None
        app.index.relabel(replace(record.document, groups=("nobody",)))
        verdict = blamed(app, case)
    assert verdict.blame.stage == "index"


def test_index_when_the_file_has_changed_since(
    small: Bench, case: EvalCase, tmp_path: Path
) -> None:
    document = case.gold_spans[0].document
    file = tmp_path / document
    file.parent.mkdir(parents=True)
    text = (ROOT / document).read_text(encoding="utf-8")
    file.write_text(text.replace("3 working days", "9 working days"), encoding="utf-8")
    with small.copied(tmp_path) as app:
        app.ingestion.run([file], tmp_path)
        file.write_text(text, encoding="utf-8")
        verdict = blamed(app, case)
    assert verdict.blame.stage == "index" and "another version" in verdict.blame.reason


@dataclass(frozen=True, slots=True)
class Blind(Searcher):
    """Never finds the passages with some words."""

    words: str = field(kw_only=True)

    def search(self, query: Query, vector: Vectors, limit: int) -> list[ScoredChunk]:
        hits = Searcher.search(self, query, vector, limit)
        return [hit for hit in hits if self.words not in hit.chunk.text]


def test_retrieve_when_the_search_misses_the_gold(small: Bench, case: EvalCase) -> None:
    parts = {part.name: getattr(small.app.rag.searcher, part.name) for part in fields(Searcher)}
    verdict = blamed(with_rag(small.app, searcher=Blind(**parts, words="A new card takes")), case)
    assert (verdict.blame.stage, verdict.blame.then) == ("retrieve", None)
    assert [trial.right for trial in verdict.trials] == [True]


class Inverted:
    """The worst first."""

    def __init__(self, scores: Callable[[str, Sequence[str]], NDArray[np.float32]]) -> None:
        self._scores = scores

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        return -self._scores(question, texts)


def test_rerank_when_the_gold_is_ranked_too_low(small: Bench, case: EvalCase) -> None:
    ranker = small.app.rag.ranker
    options = EvidenceOptions(coverage_weight=0.0, rerank_weight=1.0, threshold=0.0)
    upside_down = replace(ranker, reranker=Inverted(ranker.late.scores), options=options)
    verdict = blamed(with_rag(small.app, ranker=upside_down), case)
    assert verdict.blame.stage == "rerank" and "to answer from" in verdict.blame.reason
    # Among the passages its sentence is still the last: the generator has no reason to take it.
    assert verdict.blame.then == "generate"


def test_abstain_when_the_evidence_counts_as_too_little(small: Bench, case: EvalCase) -> None:
    ranker = small.app.rag.ranker
    strict = replace(ranker, options=replace(ranker.options, threshold=1.0))
    verdict = blamed(with_rag(small.app, ranker=strict), case)
    assert (verdict.blame.stage, verdict.blame.then) == ("abstain", None)
    assert [trial.stage for trial in verdict.trials] == ["abstain"]


class WorstQuote:
    """Quotes the sentence that fits least."""

    name = "worst"
    prompt_version = None

    def generate(self, evidence: Evidence) -> Draft:
        unit = evidence.parts[0].units[-1]
        return Draft((Statement(unit.text, (unit.passage.number,)),))


def test_generate_when_the_wrong_sentence_is_quoted(small: Bench, case: EvalCase) -> None:
    verdict = blamed(with_rag(small.app, generator=WorstQuote()), case)
    assert (verdict.blame.stage, verdict.blame.then) == ("generate", None)
    assert [trial.right for trial in verdict.trials] == [True]


def test_generate_when_quotes_do_not_state_the_answer(small: Bench, case: EvalCase) -> None:
    worked_out = case.model_copy(update={"must_include": ("72 hours",)})
    verdict = blamed(small.app, worked_out)
    assert verdict.blame.stage == "generate" and "more than to quote" in verdict.blame.reason


@dataclass(frozen=True, slots=True)
class Doubting(ClaimChecker):
    """Believes nothing."""

    def check(self, _: str, __: Sequence[Passage]) -> Verification:
        return Verification("unsupported", "lexical", 0.0)


def test_cite_when_the_check_drops_what_was_right(small: Bench, case: EvalCase) -> None:
    doubting = Doubting(small.app.rag.checker.sparse)
    verdict = blamed(with_rag(small.app, checker=doubting), case)
    assert verdict.blame.stage == "cite" and "none of its claims" in verdict.blame.reason


def test_what_should_not_have_been_answered(small: Bench, case: EvalCase) -> None:
    unanswerable = case.model_copy(
        update={"answerable": False, "must_include": (), "gold_spans": ()}
    )
    assert blamed(small.app, unanswerable).blame.stage == "abstain"


def test_a_leak_is_the_indexs_or_the_searchs(small: Bench, case: EvalCase) -> None:
    parts = {part.name: getattr(small.app.rag.searcher, part.name) for part in fields(Searcher)}
    stranger = case.model_copy(
        update={
            "principal": case.principal.model_copy(update={"groups": ("visitors",)}),
            "answerable": False,
        }
    )
    assert inquest(small.app, stranger)[2] is None
    wide = with_rag(small.app, searcher=Widened(**parts, groups=("everyone",)))
    assert blamed(wide, stranger).blame.stage == "retrieve"
    with small.copied() as app:
        record = app.manifest.get(document_id(case.gold_spans[0].document))
        assert record is not None
        app.index.relabel(replace(record.document, groups=("everyone", "visitors")))
        forbidden = stranger.model_copy(update={"forbidden_documents": (record.document.uri,)})
        assert blamed(app, forbidden).blame.stage == "index"


def test_a_document_out_of_force_that_is_cited_is_the_searchs(small: Bench) -> None:
    superseded = [
        case
        for case in CASES.values()
        if case.category in ("superseded", "effective_date")
        and {gold.document for gold in case.gold_spans} <= {f"sample_docs/{d}" for d in DOCUMENTS}
    ]
    before = [blamed_case(small.app, c, GoldFinder(small.app).spans(c)) for c in superseded]
    wide = widened(small.app, any_day=True)
    after = [blamed_case(wide, c, GoldFinder(wide).spans(c)) for c in superseded]
    lost = [b for a, b in zip(before, after, strict=True) if a.correct and not b.correct]
    assert lost and all(r.blame and r.blame.stage == "retrieve" for r in lost)


def test_the_command_shows_every_stage(small: Bench, case: EvalCase) -> None:
    result, found, verdict = inquest(with_rag(small.app, generator=WorstQuote()), case)
    out = StringIO()
    console = Console(file=out, width=200, highlight=False)
    show_trace(console, result, found, 0.25, 5)
    show_inquest(console, verdict)
    text = out.getvalue()
    for part in (case.question, "candidates", "confidence", "draft", "claim", "【1】", "*"):
        assert part in text
    assert "generate" in text.splitlines()[-1]


def test_blame_is_stored_with_the_run(small: Bench, case: EvalCase, tmp_path: Path) -> None:
    right = blamed_case(small.app, case, GoldFinder(small.app).spans(case))
    assert right.blame is None
    wrong = case.model_copy(update={"must_include": ("72 hours",)})
    failed = blamed_case(small.app, wrong, GoldFinder(small.app).spans(wrong))
    write([right, failed], {}, tmp_path)
    run = read(tmp_path)
    assert run.cases[0].blame is None and run.cases[1].blame is not None
    assert run.cases[1].blame.command == f"python -m eval blame {case.id}"
    assert run.summary["blame"] == {"generate": 1}


def test_an_agents_answer_is_blamed_likewise(small: Bench, case: EvalCase) -> None:
    wrong = case.model_copy(update={"must_include": ("72 hours",)})
    failed = blamed_case(small.app, wrong, GoldFinder(small.app).spans(wrong), "agent")
    assert failed.answer.trajectory and failed.blame is not None
    assert (failed.blame.stage, failed.blame.command.split()[-1]) == ("generate", "agent")


def test_a_case_without_gold_is_blamed_for_what_can_be_seen(small: Bench, case: EvalCase) -> None:
    bare = case.model_copy(update={"must_include": ("72 hours",), "gold_spans": ()})
    assert blamed(small.app, bare).blame.stage == "generate"
    ranker = small.app.rag.ranker
    strict = replace(ranker, options=replace(ranker.options, threshold=1.0))
    verdict = blamed(with_rag(small.app, ranker=strict), bare)
    assert verdict.blame.stage == "abstain" and "still not right" in verdict.blame.reason
