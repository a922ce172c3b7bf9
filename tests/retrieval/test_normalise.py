"""Questions in the documents' words, and only in words that the principal can read."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.encoder import SentenceTransformerEmbedder
from ingestion.models import Document
from retrieval.lexicon import Lexicon, long_form, read_lexicon
from retrieval.normalise import Normaliser


def document(number: int, *groups: str) -> Document:
    return Document(str(number), f"{number}.md", "Rules", "1", groups, date(2026, 1, 1))


LEXICON = read_lexicon(
    [
        (document(1, "everyone"), "The calibration interval of a relay. Bring the badge."),
        (document(2, "everyone"), "Calibration of relays is due. An interval is a span. A badge."),
        (document(3, "everyone"), "First contact resolution (FCR) is 71 %. Use a lockout."),
        (document(4, "hr"), "The redundancy payments; compensation committee (CC) of redundancy."),
        (document(5, "hr"), "Redundancy payments again."),
        (document(6, "everyone"), "Short: RMA | Long: return of material agreed | Note: none"),
    ]
)


@pytest.fixture(scope="module")
def normaliser(embedder: SentenceTransformerEmbedder) -> Normaliser:
    return Normaliser(lambda: LEXICON, embedder)


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("calibraton intervall?", "calibration interval?"),
        ("who pays the nanny", "who pays the nanny"),
        ("what is FCR", "what is FCR (First contact resolution)"),
        ("rma for a relay", "rma (return of material agreed) for a relay"),
        ("error LM-H4-RBX on K-131", "error LM-H4-RBX on K-131"),
        ("xqzzyv", "xqzzyv"),
        (
            "wie lange gilt das Interval der Kalibrierung",
            "wie lange gilt das Interval der Kalibrierung",
        ),
    ],
)
def test_typing_errors_are_mended_and_abbreviations_spelt_out(
    normaliser: Normaliser, asked: str, meant: str
) -> None:
    assert normaliser.normalise(asked, ["everyone"]) == meant


@pytest.mark.parametrize("asked", ["redundanccy payments", "what does the CC do"])
def test_words_of_hidden_documents_are_not_given_away(normaliser: Normaliser, asked: str) -> None:
    assert normaliser.normalise(asked, ["everyone"]) == asked
    assert normaliser.normalise(asked, ["hr"]) != asked


def test_a_hidden_document_does_not_make_a_word_common() -> None:
    one, other = (document(1, "everyone"), "A turnstile."), (document(2, "hr"), "The turnstile.")
    mine, both = frozenset({"everyone"}), frozenset({"everyone", "hr"})
    alone, lexicon = read_lexicon([one]), read_lexicon([one, other])
    assert lexicon.is_common("turnstile", mine) == alone.is_common("turnstile", mine) is False
    assert lexicon.knows("turnstile", mine) and not lexicon.knows("turnstile", frozenset({"it"}))
    assert lexicon.readable(mine) == alone.readable(mine) == []
    assert lexicon.is_common("Turnstile", both) and lexicon.readable(both) == ["turnstile"]


@pytest.mark.parametrize(
    ("short", "before", "long"),
    [
        ("FCR", "we measure first contact resolution", "first contact resolution"),
        ("ESD", "beware of electrostatic discharge", "electrostatic discharge"),
        ("IC", "the incident commander", "incident commander"),
        ("ABC", "nothing like that", None),
        ("GBP", "for the amount of", None),
    ],
)
def test_long_forms(short: str, before: str, long: str | None) -> None:
    assert long_form(short, before) == long


def test_two_meanings_are_not_guessed_between(embedder: SentenceTransformerEmbedder) -> None:
    lexicon = read_lexicon(
        [
            (document(1, "everyone"), "A risk assessment (RA) is made."),
            (document(2, "everyone"), "The return authorisation (RA) is needed."),
        ]
    )
    assert lexicon.meanings("ra", ["everyone"]) == ["return authorisation", "risk assessment"]
    assert Normaliser(lambda: lexicon, embedder).normalise("RA", ["everyone"]) == "RA"


@given(st.text(max_size=60))
def test_without_a_lexicon_nothing_changes(question: str) -> None:
    class OnePiece:
        def pieces(self, word: str) -> int:
            return len(word)

    assert Normaliser(lambda: Lexicon({}, {}), OnePiece()).normalise(question, ["g"]) == question
