"""Who the caller is."""

from fastapi import APIRouter

from app.dependencies import App, Identified
from app.problems import RESPONSES
from app.schemas.identity import Identity
from app.uploads import upload_uri

router = APIRouter(prefix="/v1", tags=["identity"], responses=RESPONSES)


@router.get("/me", summary="Who am I?")
def me(app: App, caller: Identified) -> Identity:
    """The caller's name, groups, and what it may do."""
    who = caller.principal
    return Identity(
        name=who.name,
        groups=list(who.groups),
        writes=caller.writes,
        operates=caller.operates,
        rates=app.questions is not None,
        uploads=upload_uri(who.name, ""),
    )
