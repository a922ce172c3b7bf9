"""A caller, and what goes wrong in finding out who it is."""

from dataclasses import dataclass

from retrieval.models import Principal


class AccessDeniedError(Exception):
    """There is no key or token, or it is not valid."""


class IdentityUnavailableError(Exception):
    """What callers are checked against cannot be had: a token's keys, or the file of keys."""


class InvalidKeyError(Exception):
    """A key cannot be made or changed as asked."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. `writes`: may upload and delete documents, not only read.

    `operates`: may see how the service does, over all callers.
    """

    principal: Principal
    writes: bool
    operates: bool = False
