"""JSON Web Tokens of an identity provider, checked against its published keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from app.access.models import AccessDeniedError, Caller, IdentityUnavailableError
from retrieval.models import Principal

_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Signatures by a key pair only: a shared secret, or none, is never accepted."""

_LEEWAY_S = 30
_CACHED_S = 300
_TIMEOUT_S = 5


@dataclass(frozen=True, slots=True)
class TokenVerifier:
    """RFC 7519 with the keys of a JWKS (RFC 7517), which are fetched again every five minutes.

    A caller's groups are in the claim `groups_claim`, as a list or separated by spaces or commas;
    `write_scope` in the claim `scope` (RFC 8693, section 4.2) lets it change documents,
    `operate_scope` see how the service does.
    """

    issuer: str
    audience: str
    groups_claim: str
    write_scope: str
    operate_scope: str
    keys: jwt.PyJWKClient

    def caller(self, token: str) -> Caller:
        """Raises AccessDeniedError for a bad token, IdentityUnavailableError without keys."""
        try:
            key = self.keys.get_signing_key_from_jwt(token)
            claims = jwt.decode(
                token,
                key.key,
                algorithms=_ALGORITHMS,
                issuer=self.issuer,
                audience=self.audience,
                leeway=_LEEWAY_S,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.PyJWKClientConnectionError as error:
            raise IdentityUnavailableError(
                "The identity provider's keys cannot be fetched; try again later."
            ) from error
        except jwt.PyJWTError as error:
            raise AccessDeniedError(f"The token is not valid: {error}.") from error
        name = f"jwt:{claims['sub']}"
        groups = _names(claims.get(self.groups_claim))
        scopes = _names(claims.get("scope"))
        may = self.write_scope in scopes, self.operate_scope in scopes
        return Caller(Principal(name, groups), *may)


def verifier(
    issuer: str, audience: str, jwks: str, groups_claim: str, write_scope: str, operate_scope: str
) -> TokenVerifier:
    """A verifier with the keys at the URL `jwks`; they are fetched when the first token comes."""
    keys = jwt.PyJWKClient(jwks, lifespan=_CACHED_S, timeout=_TIMEOUT_S)
    return TokenVerifier(issuer, audience, groups_claim, write_scope, operate_scope, keys)


def _names(claim: object) -> tuple[str, ...]:
    """Names in a claim; none where it is missing or of another kind."""
    if isinstance(claim, str):
        return tuple(claim.replace(",", " ").split())
    if isinstance(claim, list):
        return tuple(name for name in claim if isinstance(name, str))
    return ()


def looks_like_token(text: str) -> bool:
    """Three parts with a JSON header: a JWT, whatever it is worth."""
    try:
        header: Mapping[str, Any] = jwt.get_unverified_header(text)
    except jwt.PyJWTError:
        return False
    return "alg" in header
