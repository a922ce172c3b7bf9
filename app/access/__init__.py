"""Who calls, what they may read, and whether they may change documents."""

from app.access.authenticate import Access
from app.access.models import AccessDeniedError, Caller, IdentityUnavailableError

__all__ = ["Access", "AccessDeniedError", "Caller", "IdentityUnavailableError"]
