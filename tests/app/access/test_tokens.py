"""Tokens of a provider whose keys are served by a real HTTP server."""

import base64
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from app.access.models import AccessDeniedError, IdentityUnavailableError
from app.access.tokens import TokenVerifier, looks_like_token, verifier

ISSUER, AUDIENCE = "https://id.example", "footnote"
PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
JWKS = {
    "keys": [
        json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(PRIVATE.public_key()))
        | {"kid": "one", "use": "sig", "alg": "RS256"}
    ]
}

Make = Callable[..., str]


class _Keys(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(JWKS).encode())

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def jwks_url() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Keys)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/jwks.json"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def tokens(jwks_url: str) -> TokenVerifier:
    return verifier(ISSUER, AUDIENCE, jwks_url, "groups", "footnote:write", "footnote:operate")


def token(key: Any = PRIVATE, kid: str = "one", algorithm: str = "RS256", **claims: Any) -> str:
    content = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "hanna",
        "exp": datetime.now(UTC) + timedelta(minutes=5),
        "groups": ["hr", "everyone"],
    } | claims
    kept = {name: value for name, value in content.items() if value is not None}
    return jwt.encode(kept, key, algorithm=algorithm, headers={"kid": kid})


def test_a_good_token_stands_for_its_subject_and_groups(tokens: TokenVerifier) -> None:
    caller = tokens.caller(token())
    assert (caller.principal.name, caller.principal.groups) == ("jwt:hanna", ("hr", "everyone"))
    assert not caller.writes
    writer = tokens.caller(token(scope="openid footnote:write"))
    assert writer.writes and not writer.operates
    operator = tokens.caller(token(scope="footnote:operate"))
    assert operator.operates and not operator.writes
    assert tokens.caller(token(groups="hr, sales")).principal.groups == ("hr", "sales")


@pytest.mark.parametrize("groups", [None, 7, {"hr": True}, [1, 2]])
def test_groups_of_another_kind_are_none(tokens: TokenVerifier, groups: object) -> None:
    assert tokens.caller(token(groups=groups)).principal.groups == ()


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": datetime.now(UTC) - timedelta(minutes=5)},
        {"exp": None},
        {"sub": None},
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"aud": None},
        {"nbf": datetime.now(UTC) + timedelta(hours=1)},
    ],
)
def test_a_token_for_another_time_place_or_person_is_refused(
    tokens: TokenVerifier, claims: dict[str, Any]
) -> None:
    with pytest.raises(AccessDeniedError, match="not valid"):
        tokens.caller(token(**claims))


def test_another_key_and_an_unknown_key_are_refused(tokens: TokenVerifier) -> None:
    for bad in (token(key=OTHER), token(kid="two")):
        with pytest.raises(AccessDeniedError):
            tokens.caller(bad)


def test_no_signature_and_the_public_key_as_a_secret_are_refused(tokens: TokenVerifier) -> None:
    unsigned = token(key=None, algorithm="none")
    with pytest.raises(AccessDeniedError):
        tokens.caller(unsigned)
    header, payload, _ = token().split(".")
    # By hand: the library refuses to sign with a public key.
    public = PRIVATE.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    symmetric = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"one","typ":"JWT"}').decode()
    signed = f"{symmetric.rstrip('=')}.{payload}"
    digest = hmac.digest(public, signed.encode(), "sha256")
    confused = f"{signed}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"
    for bad in (confused, f"{header}.{payload}.", f"{header}.{payload}"):
        with pytest.raises(AccessDeniedError):
            tokens.caller(bad)


def test_without_the_providers_keys_nobody_gets_in() -> None:
    absent = verifier(ISSUER, AUDIENCE, "http://127.0.0.1:9/jwks.json", "groups", "w", "o")
    with pytest.raises(IdentityUnavailableError, match="try again later"):
        absent.caller(token())


def test_a_key_is_no_token() -> None:
    assert looks_like_token(token()) and not looks_like_token("fn_0123_abc.def.ghi")
    assert not looks_like_token("") and not looks_like_token("a.b.c")
