"""The filters of the embedded engine. `server_filters` says the same for a server."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import qdrant_edge as qe

from ingestion.index.payload import LIVE, STAGED, timestamp
from ingestion.models import SearchScope


def of_document(document_id: str) -> qe.Filter:
    return qe.Filter(must=[_equals("document_id", document_id)])


def of_version(document_id: str, version: str) -> qe.Filter:
    return qe.Filter(must=[_equals("document_id", document_id), _equals("version", version)])


def of_other_versions(document_id: str, version: str) -> qe.Filter:
    return qe.Filter(
        must=[_equals("document_id", document_id)], must_not=[_equals("version", version)]
    )


def staged_of(document_id: str) -> qe.Filter:
    return qe.Filter(must=[_equals("document_id", document_id), _equals("state", STAGED)])


def live_of(document_id: str) -> qe.Filter:
    return qe.Filter(must=[_equals("document_id", document_id), _equals("state", LIVE)])


def visible(
    scope: SearchScope,
    replaced: Sequence[str] = (),
    ordinals: tuple[int, int] | None = None,
    **also: str | int,
) -> qe.Filter:
    """What is live, for one of the scope's groups, in its languages, in force on its day.

    Without those of the documents `replaced` (URIs) that name no end themselves; only the chunks
    from the first to the last of `ordinals`; equal in `also`.
    """
    must = [*_readable(scope), *(_equals(key, value) for key, value in also.items())]
    if scope.languages:
        must.append(qe.FieldCondition(key="language", match=qe.MatchAny(list(scope.languages))))
    if scope.as_of is not None:
        must += [_begun(scope.as_of), _not_ended(scope.as_of)]
    if ordinals is not None:
        first, last = ordinals
        must.append(qe.FieldCondition(key="ordinal", range=qe.RangeFloat(gte=first, lte=last)))
    if not replaced:
        return qe.Filter(must=must)
    named = qe.FieldCondition(key="uri", match=qe.MatchAny(list(replaced)))
    gone = qe.Filter(must=[named, _empty("effective_to")])
    return qe.Filter(must=must, must_not=[gone])


def superseding(scope: SearchScope, day: date) -> qe.Filter:
    """One chunk of each document that the scope's groups can see and that had begun by a day.

    Not whether it has ended: what it replaced does not come back.
    """
    return qe.Filter(must=[*_readable(scope), _begun(day), _equals("ordinal", 0)])


def _readable(scope: SearchScope) -> list[Any]:
    return [
        _equals("state", LIVE),
        qe.FieldCondition(key="groups", match=qe.MatchAny(list(scope.groups))),
    ]


def _begun(day: date) -> qe.Filter:
    return _empty_or("effective_from", qe.RangeDateTime(lte=timestamp(day)))


def _not_ended(day: date) -> qe.Filter:
    return _empty_or("effective_to", qe.RangeDateTime(gte=timestamp(day)))


def _empty_or(key: str, bound: qe.RangeDateTime) -> qe.Filter:
    return qe.Filter(should=[_empty(key), qe.FieldCondition(key=key, range=bound)])


def _empty(key: str) -> qe.IsEmptyCondition:
    return qe.IsEmptyCondition(key=key)


def _equals(key: str, value: str | int) -> qe.FieldCondition:
    return qe.FieldCondition(key=key, match=qe.MatchValue(value))
