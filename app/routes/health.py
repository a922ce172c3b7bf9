"""Alive and ready."""

from fastapi import APIRouter

from app.dependencies import App
from app.problems import RESPONSES
from app.schemas.health import Health, Ready
from ingestion.models import SearchScope
from retrieval.clock import today
from retrieval.models import Query

router = APIRouter(tags=["health"], responses=RESPONSES)


@router.get("/health", summary="Is the process alive?")
def health() -> Health:
    """Answers as long as the process does."""
    return Health()


@router.get("/ready", summary="Does a real query work?")
def ready(app: App) -> Ready:
    """Embeds and searches; 503 when the index does not answer."""
    searcher = app.rag.searcher
    searcher.search(Query("ready", app.anonymous, today()), searcher.vector("ready"), limit=1)
    visible = app.index.documents(SearchScope(app.anonymous.groups))
    return Ready(documents=len(visible))
