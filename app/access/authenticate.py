"""From a request's header to its caller."""

from dataclasses import dataclass
from typing import Literal

from app.access.hosts import is_loopback
from app.access.keys import KeyStore
from app.access.models import AccessDeniedError, Caller
from app.access.tokens import TokenVerifier, looks_like_token
from retrieval.models import Principal

Anonymous = Literal["auto", "always", "never"]


@dataclass(frozen=True, slots=True)
class Access:
    """Keys and tokens; `anonymous` says who may come without: auto means while there are neither.

    An anonymous caller has `default_groups` and may write; it may operate only where nobody can
    have a key.
    """

    keys: KeyStore
    tokens: TokenVerifier | None
    anonymous: Anonymous
    default_groups: tuple[str, ...]

    @property
    def open(self) -> bool:
        """Whether callers without a key are let in."""
        return self.anonymous == "always" or (self.anonymous == "auto" and self.keyless)

    @property
    def keyless(self) -> bool:
        """Nobody can have a key: none was ever made, and no issuer is set."""
        return self.tokens is None and not self.keys.any()

    def caller(self, credentials: str | None) -> Caller:
        """Whoever the bearer token stands for.

        One that does not hold is refused even where none is needed; where nobody can have one, it
        is ignored: OpenAI's clients always send something. Raises AccessDeniedError, or
        IdentityUnavailableError when a token's keys cannot be fetched.
        """
        # Looked up once: it is asked on every request.
        ignored = self.anonymous != "never" and self.keyless
        if credentials is None or ignored:
            if ignored or self.anonymous == "always":
                anonymous = Principal("anonymous", self.default_groups)
                return Caller(anonymous, writes=True, operates=ignored)
            raise AccessDeniedError(
                "This service needs a key: send the header Authorization: Bearer KEY. "
                "Whoever runs it makes one with: rag keys create NAME --groups ..."
            )
        if self.tokens is not None and looks_like_token(credentials):
            return self.tokens.caller(credentials)
        found = self.keys.caller(credentials)
        if found is None:
            raise AccessDeniedError("The key is not known, has expired or was revoked.")
        return found

    def exposure(self, host: str) -> str | None:
        """What is unsafe about listening on `host`, with what to do; None when nothing is."""
        if self.anonymous == "always" or not self.open or is_loopback(host):
            return None
        return (
            f"On {host} everybody who reaches this machine could read and change the documents. "
            "Make a key first: rag keys create NAME --groups everyone --writes. "
            "Or listen on 127.0.0.1, or set ANONYMOUS=always if something in front checks callers."
        )

    def close(self) -> None:
        """Release the file of keys."""
        self.keys.close()
