"""Who the caller is."""

from fastapi import APIRouter

from app.dependencies import Identified
from app.problems import RESPONSES
from app.schemas.identity import Identity

router = APIRouter(prefix="/v1", tags=["identity"], responses=RESPONSES)


@router.get("/me", summary="Who am I?")
def me(caller: Identified) -> Identity:
    """The caller's name, groups, and whether it may change documents."""
    who = caller.principal
    return Identity(name=who.name, groups=list(who.groups), writes=caller.writes)
