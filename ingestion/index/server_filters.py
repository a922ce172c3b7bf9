"""The filters of a Qdrant server. `edge_filters` says the same for the embedded engine."""

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


def live() -> qm.Filter:
    return qm.Filter(must=[_equals("state", LIVE)])


def visible(scope: SearchScope, **also: str | int) -> qm.Filter:
    """What is live, for one of the scope's groups, in force on its day, and equal in `also`."""
    must: list[qm.Condition] = [
        _equals("state", LIVE),
        qm.FieldCondition(key="groups", match=qm.MatchAny(any=list(scope.groups))),
        *(_equals(key, value) for key, value in also.items()),
    ]
    if scope.as_of is not None:
        day = scope.as_of
        bounds = {
            "effective_from": qm.DatetimeRange(lte=day),
            "effective_to": qm.DatetimeRange(gte=day),
        }
        must += [
            qm.Filter(
                should=[
                    qm.IsEmptyCondition(is_empty=qm.PayloadField(key=key)),
                    qm.FieldCondition(key=key, range=bound),
                ]
            )
            for key, bound in bounds.items()
        ]
    return qm.Filter(must=must)


def _equals(key: str, value: str | int) -> qm.FieldCondition:
    return qm.FieldCondition(key=key, match=qm.MatchValue(value=value))
