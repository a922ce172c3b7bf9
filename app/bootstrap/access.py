"""Keys and tokens by their settings."""

from app.access import Access
from app.access.keys import KeyStore
from app.settings import Settings


def build_access(settings: Settings) -> Access:
    """The keys below DATA_DIR, and the identity provider's tokens where one is set."""
    tokens = None
    if settings.jwt_issuer is not None:
        # Imported here: keys need no cryptography.
        from app.access.tokens import verifier

        tokens = verifier(
            settings.jwt_issuer,
            settings.jwt_audience,
            settings.jwt_jwks or f"{settings.jwt_issuer.rstrip('/')}/.well-known/jwks.json",
            settings.jwt_groups_claim,
            settings.jwt_write_scope,
            settings.jwt_operate_scope,
        )
    store = KeyStore(settings.data_dir / "access.sqlite")
    return Access(store, tokens, settings.anonymous, settings.default_groups)
