"""Values as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.matching import normalise, stated


@pytest.mark.parametrize(
    ("wanted", "answer"),
    [
        ("GBP 140", "The cap is £140.00 a night."),
        ("GBP 1,400", "It costs 1400 GBP."),
        ("1,400", "It costs EUR 1\u00a0400 in all."),
        ("EUR 87,000", "at least 87,000 euros"),
        ("17 September", "All hands: 2026-09-17"),
        ("2026-09-17", "on 17 Sept 2026"),
        ("September 17, 2026", "am 17.09.2026"),
        ("2026-09-17", "on the 17th of September 2026."),
        ("30 minutes", "within 30min"),
        ("20 min", "for twenty, that is 20 minutes"),
        ("two", "2 quotes are needed"),
        ("six months", "every 6-month period"),
        ("50 %", "half, i.e. 50 percent"),
        ("4 °C", "it starts at 4°C"),
        ("-20", "\u221220 to 65 °C"),
        ("33F8-C2E0", "checksum 33f8-c2e0."),
        ("0.30", "EUR 0.30 per km"),
        ("36 h", "36 hours"),
        ("EUR 9", "son 9 €"),
        ("GBP 20", "20 £ each"),
        ("3,80 EUR", "EUR 3,80"),
        ("255.255.255.0", "The mask is 255.255.255.0."),
        ("6 °C", "P020 is 6.0 °C by default"),
    ],
)
def test_is_stated(wanted: str, answer: str) -> None:
    assert stated(wanted, answer)


@pytest.mark.parametrize(
    ("wanted", "answer"),
    [
        ("140", "It is 1,400 EUR."),
        ("14", "GBP 140"),
        ("4.2", "version 4.2.1"),
        ("GBP 140", "EUR 140"),
        ("17 September", "2026-09-18"),
        ("30 minutes", "30 hours"),
        ("60 days", "60 【2】 and some days"),
        ("2 h", "12 hours"),
        ("0.3", "0.35"),
        ("", "anything"),
    ],
)
def test_is_not_stated(wanted: str, answer: str) -> None:
    assert not stated(wanted, answer)


def test_one_alternative_is_enough() -> None:
    assert stated(["TD-0512", "RG-11873"], "serial RG-11873")
    assert not stated([], "anything")


@given(st.text(max_size=80))
def test_any_text_is_normalised_to_a_fixed_point_of_spaces(text: str) -> None:
    assert normalise(text) == " ".join(normalise(text).split())


@given(st.dates().map(str))
def test_an_iso_date_is_left_alone(day: str) -> None:
    assert normalise(day) == day and stated(day, f"on {day}, at noon")
