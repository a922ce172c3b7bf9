"""What differs from a source is named: values, names, negation, quantifiers."""

import pytest

from ingestion.embed import Bm25Encoder
from retrieval.faults import NearestText, faults
from retrieval.names import names
from retrieval.substitution import substitutions
from retrieval.values import Date, Quantity, values

SPARSE = Bm25Encoder()


def found(claim: str, unit: str, around: str = "") -> tuple[str, ...]:
    whole = f"Policy\n{around}\n{unit}"
    return faults(claim, NearestText((unit,), "Policy", whole), SPARSE)


def test_values_have_one_form() -> None:
    text = "Pay GBP 1,000.00 or €930 within two working days by 17 June 2026, at 06:30."
    seen = values(text)
    assert seen.dates == {Date(2026, 6, 17)}
    assert seen.quantities == {
        Quantity("1000", "gbp"),
        Quantity("930", "eur"),
        Quantity("2", "day"),
        Quantity("06:30", None),
    }
    assert values("2026-06-17").dates == values("June 17, 2026").dates == seen.dates
    assert values("it may open").dates == frozenset()


def test_names_are_identifiers_and_capitals_inside_a_sentence() -> None:
    text = "Order the LM-H4-24-B in Leeds. Write to a@b.example: Acme's SLA holds."
    assert names(text) == {"lm-h4-24-b", "leeds", "a@b.example", "sla"}


CAP = "Hotels in Leeds cost at most GBP 140 a night."


@pytest.mark.parametrize(
    ("claim", "unit", "expected"),
    [
        ("In Leeds hotels cost up to GBP 140", CAP, ()),
        ("In Leeds hotels cost GBP 141", CAP, ("number",)),
        ("In Leeds hotels cost EUR 140", CAP, ("unit",)),
        ("In Kassel hotels cost GBP 140", CAP, ("name",)),
        ("In Leeds hotels cost at least GBP 140", CAP, ("quantifier",)),
        ("In Leeds all hotels cost GBP 140", CAP, ("quantifier",)),
        ("In Leeds hotels do not cost GBP 140", CAP, ("negation",)),
        ("It ends on 2026-06-17", "It ends on 17 June 2026.", ()),
        ("It ends on 17 July 2026", "It ends on 17 June 2026.", ("date",)),
        ("It ends on 17 June 2027", "It ends on 17 June 2026.", ("date", "number")),
        ("Visitors may park here", "Visitors must not park here.", ("negation", "quantifier")),
        ("They mustn't park here", "They must not park here.", ()),
        ("Passwords are not sent by mail", "Never send passwords by mail.", ()),
        ("Staff must sign", "Staff may sign.", ("quantifier",)),
        ("It costs no more than 5 EUR", "It costs at most EUR 5.", ()),
    ],
)
def test_one_change_is_one_fault(claim: str, unit: str, expected: tuple[str, ...]) -> None:
    assert found(claim, unit) == expected


def test_a_name_may_stand_in_the_sentence_before_but_not_in_another_row() -> None:
    assert found("The pump of Acme weighs 2 kg", "It weighs 2 kg.", "This is the Acme pump.") == ()
    other = "Site: Kassel | Cap: EUR 120"
    assert found("The cap in Leeds is EUR 120", other, "Site: Leeds | Cap: GBP 1") == ("name",)


@pytest.mark.parametrize(
    ("claim", "unit", "expected"),
    [
        ("GBP: 58 | Role: Head", "Role: Head | GBP: 50 | EUR: 58", {"number"}),
        ("EUR: 58 | Role: Head", "Role: Head | GBP: 50 | EUR: 58", set()),
        ("Site: Leeds | Open: no", "Site: Leeds | Open: yes", {"negation"}),
        ("Site: Leeds | Shut: yes", "Site: Leeds | Open: yes", {"name"}),
        ("Stop after 3.4 hours here", "3.4 Stop after 24 hours here", {"number"}),
        ("In Spain subtract 3 here", "In Germany subtract 3 here; in Spain add 9", {"name"}),
        ("It is not late, nor is it shut", "It is late, nor is it shut", {"negation"}),
        ("between at least 1 and at least 3", "between at least 1 and at most 3", {"quantifier"}),
        (
            "liability of at least GBP 5 million per year",
            "It has insurance of GBP 5 million and liability of at least GBP 2 million per year",
            {"number"},
        ),
    ],
)
def test_what_is_in_the_wrong_place_though_it_is_in_the_source(
    claim: str, unit: str, expected: set[str]
) -> None:
    assert substitutions(claim, unit) == expected
