"""The filters of a Qdrant server. `edge_filters` says the same for the embedded engine."""

from collections.abc import Sequence
from datetime import date

from qdrant_client import models as qm

from ingestion.index.payload import LIVE, STAGED
from ingestion.models import SearchScope


def of_document(document_id: str) -> qm.Filter:
    return qm.Filter(must=[_equals("document_id", document_id)])


def of_version(document_id: str, version: str) -> qm.Filter:
    return qm.Filter(must=[_equals("document_id", document_id), _equals("version", version)])


def of_other_versions(document_id: str, version: str) -> qm.Filter:
    return qm.Filter(
        must=[_equals("document_id", document_id)], must_not=[_equals("version", version)]
    )


def staged_of(document_id: str) -> qm.Filter:
    return qm.Filter(must=[_equals("document_id", document_id), _equals("state", STAGED)])


def live_of(document_id: str) -> qm.Filter:
    return qm.Filter(must=[_equals("document_id", document_id), _equals("state", LIVE)])


def visible(
    scope: SearchScope,
    replaced: Sequence[str] = (),
    ordinals: tuple[int, int] | None = None,
    **also: str | int,
) -> qm.Filter:
    """What is live, for one of the scope's groups, in its languages, in force on its day.

    Without those of the documents `replaced` (URIs) that name no end themselves; only the chunks
    from the first to the last of `ordinals`; equal in `also`.
    """
    must = [*_readable(scope), *(_equals(key, value) for key, value in also.items())]
    if scope.languages:
        must.append(qm.FieldCondition(key="language", match=qm.MatchAny(any=list(scope.languages))))
    if scope.as_of is not None:
        must += [_begun(scope.as_of), _not_ended(scope.as_of)]
    if ordinals is not None:
        first, last = ordinals
        must.append(qm.FieldCondition(key="ordinal", range=qm.Range(gte=first, lte=last)))
    if not replaced:
        return qm.Filter(must=must)
    named = qm.FieldCondition(key="uri", match=qm.MatchAny(any=list(replaced)))
    gone = qm.Filter(must=[named, _empty("effective_to")])
    return qm.Filter(must=must, must_not=[gone])


def superseding(scope: SearchScope, day: date) -> qm.Filter:
    """One chunk of each document that the scope's groups can see and that had begun by a day.

    Not whether it has ended: what it replaced does not come back.
    """
    return qm.Filter(must=[*_readable(scope), _begun(day), _equals("ordinal", 0)])


def _readable(scope: SearchScope) -> list[qm.Condition]:
    return [
        _equals("state", LIVE),
        qm.FieldCondition(key="groups", match=qm.MatchAny(any=list(scope.groups))),
    ]


def _begun(day: date) -> qm.Filter:
    return _empty_or("effective_from", qm.DatetimeRange(lte=day))


def _not_ended(day: date) -> qm.Filter:
    return _empty_or("effective_to", qm.DatetimeRange(gte=day))


def _empty_or(key: str, bound: qm.DatetimeRange) -> qm.Filter:
    return qm.Filter(should=[_empty(key), qm.FieldCondition(key=key, range=bound)])


def _empty(key: str) -> qm.IsEmptyCondition:
    return qm.IsEmptyCondition(is_empty=qm.PayloadField(key=key))


def _equals(key: str, value: str | int) -> qm.FieldCondition:
    return qm.FieldCondition(key=key, match=qm.MatchValue(value=value))
