"""A stored run written by hand: a case for each outcome, and one whose texts attack the page."""

from typing import Any

from eval.models import CATEGORIES
from eval.records import CaseRecord, RunRecord

ATTACK = "</script><!--<img src=x onerror=\"document.title='owned'\"><b>bold</b> \u2028 end"
TRAVEL = "🧳 Travel. The hotel cap in Spain is EUR 120 a night. Breakfast is extra."
CAP = "The hotel cap in Spain is EUR 120 a night."
URI = "docs/travel.md"


class BlamedRecord(CaseRecord):
    """A record of a run whose failures were blamed, whatever a stage is called."""

    blame: Any = None


def passage(name: str, text: str, uri: str = URI, start: int = 100) -> dict[str, Any]:
    """A retrieved passage that starts at `start` of its document."""
    return {
        "chunk_id": name,
        "document_id": uri,
        "document_title": f"Title of {uri}",
        "document_uri": uri,
        "headings": ["Handbook", "7 Travel"],
        "page_numbers": [3],
        "text": text,
        "source_span": {"start_char": start, "end_char": start + len(text)},
        "score": 0.75,
        "flags": [],
    }


def citation(index: int, found: dict[str, Any], quote: str) -> dict[str, Any]:
    """A footnote that quotes a passage."""
    start = found["source_span"]["start_char"] + found["text"].index(quote)
    kept = ("chunk_id", "document_id", "document_title", "document_uri", "headings", "page_numbers")
    return {
        **{key: found[key] for key in kept},
        "index": index,
        "id": f"c{index}",
        "document_version": "v1",
        "cited_text": quote,
        "source_span": {"start_char": start, "end_char": start + len(quote)},
        "answer_spans": [],
        "score": 0.75,
        "verification": {"status": "supported", "method": "quote", "score": 1.0},
        "effective_from": None,
        "effective_to": None,
        "in_force": True,
        "superseded_by": None,
        "flags": [],
    }


def record(id_: str, **changed: Any) -> BlamedRecord:
    """An answerable case of the category single_fact, rightly answered; some of it changed."""
    asked = {
        "id": id_,
        "split": id_.split("-")[0],
        "question": f"What is the hotel cap in Spain ({id_})?",
        "principal": {"name": "employee", "groups": ["everyone"]},
        "category": "single_fact",
        "answerable": True,
        "ground_truth": "EUR 120 a night.",
        "must_include": [["EUR 120", "€120"]],
        "gold_spans": [{"document": URI, "quote": CAP}],
    }
    hits = changed.get(
        "retrieved", [passage("p1", TRAVEL), passage("p2", "Go by train.", start=900)]
    )
    start = 100 + TRAVEL.index(CAP)
    return BlamedRecord.model_validate(
        {
            "case": {**asked, **changed.get("case", {})},
            "gold": changed.get(
                "gold", [{"document": URI, "start": start, "end": start + len(CAP)}]
            ),
            "measures": {"recall_at_5": 1.0, "correctness": True, "leaks": False}
            | changed.get("measures", {}),
            "answer": _answer(hits, **changed.get("answer", {})),
            "retrieved": hits,
            "blame": changed.get("blame"),
        }
    )


def abstention(confidence: float = 0.1) -> dict[str, Any]:
    """What an abstention changes of an answer."""
    return {
        "status": "abstained",
        "abstain_reason": "near_miss",
        "answer": "Not in these documents.",
        "citations": [],
        "evidence": _evidence(confidence),
    }


def every_outcome() -> list[BlamedRecord]:
    """A case, one for each outcome, and the attacking one."""
    unanswerable: dict[str, Any] = {
        "answerable": False,
        "category": "unanswerable_near_miss",
        "gold_spans": [],
        "must_include": [],
    }
    none = {"recall_at_5": None, "correctness": None}
    step = {
        "tool": "search",
        "input": "hotel cap",
        "chunk_ids": ["p1"],
        "titles": ["Travel"],
        "decision": "enough",
        "milliseconds": 3.0,
    }
    blame = {"stage": "retrieve", "reason": "No passage of 30 is gold.", "command": "rag search x"}
    return [
        record("dev-001"),
        record("dev-002", measures={"correctness": False, "recall_at_5": 0.0}, blame=blame),
        record("dev-003", measures={"correctness": False}, answer=abstention(0.2)),
        record("dev-004", case=unanswerable, gold=[], measures=none, answer=abstention()),
        record("test-001", case=unanswerable, gold=[], measures=none),
        record("test-002", case={"category": "no_access"}, measures={"leaks": True}),
        record(
            "test-003",
            case={"category": "injection_document", "as_of": "2026-03-01"},
            measures={"injections_followed": True},
            answer={
                "status": "partial",
                "unanswered": ["who pays"],
                "notes": [{"kind": "conflict", "text": "Another says 90.", "citations": [1]}],
                "trajectory": [step],
            },
        ),
        attack(),
    ]


def attack() -> BlamedRecord:
    """A case whose question, conversation, answer, passage and names are markup."""
    hit = passage("px", ATTACK, uri=f"docs/{ATTACK}") | {"document_title": ATTACK}
    return record(
        "test-004",
        case={
            "question": ATTACK,
            "ground_truth": ATTACK,
            "notes": ATTACK,
            "history": [{"role": "user", "text": ATTACK}],
            "principal": {"name": ATTACK, "groups": [ATTACK]},
            "must_include": [ATTACK],
        },
        gold=[],
        retrieved=[hit],
        answer={"answer": f"{ATTACK}【1】", "citations": [citation(1, hit, ATTACK)]},
        blame={"stage": ATTACK, "reason": ATTACK, "command": ATTACK},
    )


def stored(records: list[BlamedRecord], **config: Any) -> RunRecord:
    """The records as a run, with a summary of which only the numbers are made up."""
    means = {"recall_at_5": 0.8, "correctness": 0.625, "leaks": 0.125}
    summary = {
        key: {"mean": mean, "low": mean - 0.1, "high": mean + 0.1, "n": 8}
        for key, mean in means.items()
    }
    groups = ("all", "split:dev", "split:test", *(f"category:{name}" for name in CATEGORIES))
    settings = {"evidence_threshold": 0.25, "top_k": 7}
    conditions = {"settings": settings, "as_of": "2026-09-01", "mode": "single", **config}
    return RunRecord("20260102T030405Z", conditions, dict.fromkeys(groups, summary), tuple(records))


def _answer(hits: list[dict[str, Any]], **changed: Any) -> dict[str, Any]:
    """An answer that quotes the first passage."""
    usage = dict.fromkeys(("model", "degraded", "rewriting_degraded", "judge_degraded"))
    counts = ("tokens_in", "tokens_out", "unknown_markers", "dropped_claims", "repaired_claims")
    quoted = [citation(1, hits[0], CAP)] if CAP in hits[0]["text"] else []
    return {
        "question": "",
        "standalone_question": "hotel cap Spain",
        "topic_shift": False,
        "answer": f"{CAP} 【1】",
        "status": "answered",
        "abstain_reason": None,
        "unanswered": [],
        "citations": quoted,
        "claims": [],
        "notes": [],
        "nearest": [],
        "evidence": _evidence(0.9),
        "usage": {"generator": "extractive", **usage, **dict.fromkeys(counts, 0)},
        "timings": {"search": 12.5, "total": 40.0},
        "prompt_version": None,
        "trace_id": "t",
        "trajectory": [],
        **changed,
    }


def _evidence(confidence: float) -> dict[str, Any]:
    return {"similarity": 0.5, "coverage": 0.5, "confidence": confidence, "unstated": None}
