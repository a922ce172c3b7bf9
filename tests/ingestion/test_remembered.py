"""What was read once is not read again, and gives the same numbers."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ingestion.embed import TokenEmbedder, TokenVectors
from ingestion.remembered import RememberedTokens
from tests.fakes import HashEmbedder


class Counting:
    """A token embedder that lists what it was asked to read."""

    def __init__(self, embedder: TokenEmbedder) -> None:
        self.read: list[str] = []
        self._embedder = embedder

    def token_vectors(self, texts: Sequence[str]) -> list[TokenVectors]:
        self.read.extend(texts)
        return self._embedder.token_vectors(texts)


def test_a_text_is_read_once() -> None:
    counting = Counting(HashEmbedder())
    tokens = RememberedTokens(counting, 1)
    tokens.token_vectors(["one two", "three", "one two"])
    tokens.token_vectors(["three", "four"])
    assert counting.read == ["one two", "three", "four"]


def test_without_memory_everything_is_read_again() -> None:
    counting = Counting(HashEmbedder())
    tokens = RememberedTokens(counting, 0)
    tokens.token_vectors(["one"])
    tokens.token_vectors(["one"])
    assert counting.read == ["one", "one"]


def test_what_was_used_longest_ago_goes_first() -> None:
    counting = Counting(HashEmbedder())
    tokens = RememberedTokens(counting, 1)
    long = [f"{name} " * 2000 for name in "abc"]
    for text in (*long, long[2], long[0]):
        tokens.token_vectors([text])
    assert counting.read[:3] == long and counting.read[3:] == [long[0]]


@given(st.lists(st.text(st.characters(codec="ascii"), max_size=20), max_size=6))
def test_the_first_reading_and_the_next_give_the_same(texts: list[str]) -> None:
    plain = HashEmbedder().token_vectors(texts)
    tokens = RememberedTokens(HashEmbedder(), 1)
    for given_ in (tokens.token_vectors(texts), tokens.token_vectors(texts)):
        assert [t.spans for t in given_] == [t.spans for t in plain]
        for one, other in zip(given_, plain, strict=True):
            assert one.vectors.dtype == np.float32
            np.testing.assert_array_equal(one.vectors, other.vectors.astype(np.float16))
