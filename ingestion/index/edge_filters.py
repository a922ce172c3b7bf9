"""The filters of the embedded engine. `server_filters` says the same for a server."""

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


def live() -> qe.Filter:
    return qe.Filter(must=[_equals("state", LIVE)])


def visible(scope: SearchScope, **also: str | int) -> qe.Filter:
    """What is live, for one of the scope's groups, in force on its day, and equal in `also`."""
    must: list[Any] = [
        _equals("state", LIVE),
        qe.FieldCondition(key="groups", match=qe.MatchAny(list(scope.groups))),
        *(_equals(key, value) for key, value in also.items()),
    ]
    if scope.as_of is not None:
        day = timestamp(scope.as_of)
        bounds = {
            "effective_from": qe.RangeDateTime(lte=day),
            "effective_to": qe.RangeDateTime(gte=day),
        }
        must += [
            qe.Filter(
                should=[
                    qe.IsEmptyCondition(key=key),
                    qe.FieldCondition(key=key, range=bound),
                ]
            )
            for key, bound in bounds.items()
        ]
    return qe.Filter(must=must)


def _equals(key: str, value: str | int) -> qe.FieldCondition:
    return qe.FieldCondition(key=key, match=qe.MatchValue(value))
