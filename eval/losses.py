"""Where an answerable case's answer was lost: what each stage passed on, against the gold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from app.bootstrap import Application
from eval.matching import stated
from eval.metrics import FOUND, correct, covered
from eval.models import EvalCase, Span, Stage
from eval.replay import answer_from, enough
from eval.runner import right, span_of
from eval.trace import Trace
from ingestion.chunk import chunk, document_id
from ingestion.models import Document, ScoredChunk, SearchScope
from retrieval.answers import Draft
from retrieval.as_of import named_day

Loss = tuple[Stage, str]


def first_said(
    items: Sequence[str | Sequence[str]], text: str, without: str = ""
) -> str | Sequence[str] | None:
    """The first of the items that the text states, and `without` does not."""
    said = (item for item in items if stated(item, text))
    return next((item for item in said if not (without and stated(item, without))), None)


def text_of(draft: Draft) -> str:
    """What a generator wrote, in one string."""
    return " ".join(statement.text for statement in draft.statements)


@dataclass(frozen=True, slots=True)
class Losses:
    """Of one answerable case. Gold that the parsed text does not have is an empty span."""

    app: Application
    case: EvalCase
    gold: Sequence[Span]
    found: Trace

    def first(self) -> Loss:
        """The first stage that lost the answer, with a sentence that says how."""
        for step in (self._parse, self._index, self._let_in, self._retrieve, self._rerank):
            if (loss := step()) is not None:
                return loss
        return self._written()

    def _lost(self, kept: Sequence[Span]) -> bool:
        """Whether what is kept of the gold no longer gives the answer.

        Where the quotes state it, those that are kept must; where it takes more than to quote,
        all of them are needed.
        """
        if len(kept) == len(self.gold):
            return False
        quotes = dict(zip(self.gold, self.case.gold_spans, strict=True))
        whole = " ".join(gold.quote for gold in quotes.values())
        part = " ".join(quotes[span].quote for span in kept)
        wanted = self.case.must_include, self.case.must_not_include
        return not correct(part, *wanted) if correct(whole, *wanted) else True

    def _parse(self) -> Loss | None:
        kept = [span for span in self.gold if span.end > span.start]
        if not self._lost(kept):
            return None
        lost = zip(self.gold, self.case.gold_spans, strict=True)
        uri, quote = next((s.document, g.quote) for s, g in lost if s.end <= s.start)
        record = self.app.manifest.get(document_id(uri))
        if record is None:
            return "index", f"{uri} is not in the index."
        file = self.app.settings.docs_root / uri
        if file.is_file() and sha256(file.read_bytes()).hexdigest() != record.document.version:
            return "index", f"The index holds another version of {uri} than the file has."
        return "parse", f"Not verbatim in the parsed text of {uri}: {quote[:60]!r}."

    def _index(self) -> Loss | None:
        kept = [span for span in self.gold if _covers(self._visible(span.document), span)]
        if not self._lost(kept):
            return None
        span = next(span for span in self.gold if span not in kept)
        if not _covers(self._cut(span.document), span):
            return "chunk", f"No chunk of {span.document} holds its gold passage."
        groups = ", ".join(self.case.principal.groups)
        document = self._document(span.document)
        if document and not set(document.groups) & set(self.case.principal.groups):
            return "index", f"{span.document} is for {document.groups} only, hidden from {groups}."
        everything = self._chunks(span.document, SearchScope(self.case.principal.groups))
        if not _covers(everything, span):
            return "index", f"The chunk of {span.document} that holds the gold is not in the store."
        days = ", ".join(sorted({str(day) for day in self._days()}))
        return "index", f"{span.document} is hidden on {days}: out of force, or replaced."

    def _let_in(self) -> Loss | None:
        """A wrong answer that cites what the index hides on that day: the search asked for more."""
        asked = self.found.asked
        days = {day for day in self._days() if day}
        scopes = [SearchScope(asked.principal.groups, day) for day in days] or [asked.scope]
        for citation in self.found.answer.citations:
            if not any(self.app.index.chunks(citation.document_id, s, (0, 0)) for s in scopes):
                return "retrieve", f"It found {citation.document_uri}, which the index hides then."
        return None

    def _retrieve(self) -> Loss | None:
        evidence = self.found.evidence
        hits = [*evidence.ranked, *(passage.hit for passage in evidence.passages)]
        return self._missing("retrieve", hits, f"the {len(evidence.ranked)} candidates")

    def _rerank(self) -> Loss | None:
        hits = [passage.hit for passage in self.found.evidence.passages]
        return self._missing("rerank", hits, f"the {len(hits)} passages to answer from")

    def _missing(self, stage: Stage, hits: Sequence[ScoredChunk], where: str) -> Loss | None:
        spans = [span_of(hit) for hit in hits]
        kept = [span for span in self.gold if _covers(spans, span)]
        if not self._lost(kept):
            return None
        missing = len(self.gold) - len(kept)
        return stage, f"{missing} of {len(self.gold)} gold passages not among {where}."

    def _written(self) -> Loss:
        """The gold was there to answer from, and the answer is not right."""
        answer, draft = self.found.answer, self.found.draft
        if draft is None:
            sure = answer.sufficiency.confidence
            return "abstain", f"The evidence counted as not enough (confidence {sure:.2f})."
        if answer.unanswered and self._right_with_all_parts():
            return "abstain", f"Not enough for a part of the question: {answer.unanswered[0]!r}."
        if draft.declined:
            return "generate", "The model declined, and its passages hold the answer."
        if not correct(text_of(draft), self.case.must_include, self.case.must_not_include):
            return "generate", f"The draft {self._wrong(text_of(draft))}."
        if answer.status == "abstained":
            return "cite", "The draft was right; none of its claims passed the check."
        usage = answer.usage
        checked = f"{usage.dropped_claims} claims dropped, {usage.repaired_claims} replaced"
        return "cite", f"The draft was right; the answer {self._wrong(answer.text)} ({checked})."

    def _right_with_all_parts(self) -> bool:
        return right(self.case, answer_from(self.found, enough(self.found.evidence)))

    def _wrong(self, text: str) -> str:
        if said := first_said(self.case.must_not_include, text):
            return f"states {said!r}"
        lacks = [item for item in self.case.must_include if not stated(item, text)]
        return f"does not state {lacks[0]!r}" if lacks else "is incomplete"

    def _days(self) -> set[date | None]:
        """The days that the question may be about: the asker's, and one that it names itself."""
        asked = self.found.asked
        days = {asked.as_of, self.found.evidence.as_of}
        return days | {named_day(asked.text, asked.as_of)} if asked.as_of else days

    def _visible(self, uri: str) -> list[Span]:
        groups, asked = self.case.principal.groups, self.found.asked.scope
        scopes = [SearchScope(groups, day, asked.languages) for day in self._days() if day]
        return [span for scope in scopes or [asked] for span in self._chunks(uri, scope)]

    def _chunks(self, uri: str, scope: SearchScope) -> list[Span]:
        return [span_of(hit) for hit in self.app.index.chunks(document_id(uri), scope)]

    def _document(self, uri: str) -> Document | None:
        record = self.app.manifest.get(document_id(uri))
        return record.document if record else None

    def _cut(self, uri: str) -> list[Span]:
        """The document's chunks as the chunker cuts it now."""
        document = self._document(uri)
        parsed = self.app.manifest.parsed(document.id, document.version) if document else None
        if document is None or parsed is None:
            return []
        pieces = chunk(document, parsed, self.app.ingestion.chunker)
        return [Span(uri, piece.start, piece.end) for piece in pieces]


def _covers(spans: Sequence[Span], gold: Span) -> bool:
    return covered(gold, spans) >= FOUND
