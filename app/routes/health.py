"""Alive, ready, and counting."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from app.dependencies import App, Caller
from app.problems import RESPONSES
from app.schemas.health import Health, Ready
from ingestion.models import SearchScope
from retrieval.clock import today
from retrieval.models import Principal, Query

router = APIRouter(tags=["health"], responses=RESPONSES)


@router.get("/health", summary="Is the process alive?")
def health() -> Health:
    """Answers as long as the process does."""
    return Health()


@router.get("/ready", summary="Does a real query work?")
def ready(app: App) -> Ready:
    """Embeds and searches; 503 when the index does not answer."""
    searcher, groups = app.rag.searcher, app.settings.default_groups
    probe = Query("ready", Principal("readiness", groups), today())
    with app.metrics.probing():
        searcher.search(probe, searcher.vector("ready"), limit=1)
    # Who has no key must not learn how much there is.
    visible = app.index.documents(SearchScope(groups)) if app.access.open else None
    return Ready(documents=None if visible is None else len(visible))


@router.get("/metrics", summary="Counts for Prometheus", response_class=Response)
def metrics(app: App, _: Caller) -> Response:
    """Requests, answers, steps and claims. Wants a key like every route: counts tell things."""
    app.metrics.held(*app.manifest.size(), app.tasks.by_state())
    return Response(app.metrics.exposition(), media_type=CONTENT_TYPE_LATEST)
