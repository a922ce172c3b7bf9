"""Arithmetic over quoted figures: what is asked, which operands, and that nothing false passes."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.embed import Bm25Encoder
from ingestion.models import Chunk, Document, ScoredChunk
from retrieval.answers import Statement
from retrieval.calculate import Calculator
from retrieval.calculate.arithmetic import result, verify
from retrieval.calculate.quantity import Day, Quantity, days, figures, quantities
from retrieval.check import ClaimChecker
from retrieval.cite import cite
from retrieval.generate.extractive import ExtractiveGenerator, ExtractiveOptions
from retrieval.generate.windows import WindowOptions
from retrieval.models import Evidence, PartEvidence, Passage, Sufficiency, Unit

SPARSE = Bm25Encoder()
CALCULATOR = Calculator(SPARSE)
CHECKER = ClaimChecker(SPARSE)
ENOUGH = Sufficiency(0.9, 0.9, 0.9, True)

PRICES = (
    "Part: SP-1 | Description: Steel bracket | Price GBP: 17.50 | Price EUR: 20.30 | Days: 5",
    "Part: SP-2 | Description: Rubber seal | Price GBP: 1,039.00 | Price EUR: 1,205.24 | Days: 9",
    "Part: SP-3 | Description: Copper pipe | Price GBP: 8.25 | Price EUR: 9.57 | Days: 2",
)
VISITS = (
    "Month: January 2026 | Visitors: 410 | Tours: 12",
    "Month: February 2026 | Visitors: 380 | Tours: 9",
    "Month: March 2026 | Visitors: 505 | Tours: 17",
)
TERMS = (
    "Year: 1 | From: 2025-04-01 | To: 2026-03-31 | Rent, EUR: 64,000 | Deposit, EUR: 5,000",
    "Year: 2 | From: 2026-04-01 | To: 2027-03-31 | Rent, EUR: 78,000 | Deposit, EUR: 5,000",
    "Year: 3 | From: 2027-04-01 | To: 2028-03-31 | Rent, EUR: 93,000 | Deposit, EUR: 5,000",
)


def passage(*units: str, number: int = 1, title: str = "Handbook") -> Passage:
    """One passage of which every unit is a line."""
    text, offset, spans = "\n".join(units), 50, []
    for unit in units:
        start = offset + text.index(unit)
        spans.append((start, start + len(unit)))
    chunk = Chunk(
        f"c{number}", f"d{number}", 0, text, offset, offset + len(text), (), (), tuple(spans)
    )
    document = Document(f"d{number}", f"{number}.md", title, "1", ("everyone",))
    return Passage(number, ScoredChunk(chunk, document, 1.0))


def evidence(question: str, *passages: Passage, as_of: date | None = None) -> Evidence:
    """All units of the passages in their order, each a little worse than the one before."""
    units: list[Unit] = []
    for one in passages:
        for start, end in one.hit.chunk.quotable:
            score = 1 - len(units) / 100
            text = one.hit.chunk.quote(start, end)
            units.append(Unit(one, start, end, text, score, score, score, score, score, True))
    part = PartEvidence(question, tuple(units), ENOUGH)
    return Evidence(question, passages, (part,), (), as_of)


def quotes_of(found: Evidence, count: int) -> list[Statement]:
    """Quotes of the first units."""
    units = found.parts[0].units[:count]
    return [Statement(unit.text, (unit.passage.number,)) for unit in units]


def worked_out(
    question: str, *passages: Passage, quoted: int = 1, as_of: date | None = None
) -> list[str]:
    """The calculations of an answer that quotes the first units, as far as they hold."""
    found = evidence(question, *passages, as_of=as_of)
    statements = CALCULATOR.statements(found, quotes_of(found, quoted))
    cited = cite(statements, passages, CHECKER)
    assert cited.dropped == 0
    return [claim.text for claim in cited.claims if claim.calculation]


@pytest.mark.parametrize(
    ("question", "rows", "expected"),
    [
        (
            "What do the steel bracket and the rubber seal cost together in pounds?",
            PRICES,
            "GBP 17.50 + GBP 1,039.00 = GBP 1,056.50",
        ),
        (
            "How many visitors came in January, February and March combined?",
            VISITS,
            "410 + 380 + 505 = 1,295",
        ),
        ("How many tours in jan plus mar?", VISITS, "12 + 17 = 29"),
        (
            "How much more does the seal cost than the bracket in euros?",
            PRICES,
            "EUR 1,205.24 − EUR 20.30 = EUR 1,184.94",
        ),
        ("What do 4 brackets cost in pounds?", PRICES, "GBP 17.50 × 4 = GBP 70.00"),
        ("What do three brackets cost in pounds?", PRICES, "GBP 17.50 × 3 = GBP 52.50"),
        ("What is 19 % of the bracket's price in pounds?", PRICES, "19 % of GBP 17.50 ≈ GBP 3.33"),
        ("By how many did visitors fall from January to February?", VISITS, "410 − 380 = 30"),
    ],
)
def test_rows_of_a_table(question: str, rows: tuple[str, ...], expected: str) -> None:
    assert worked_out(question, passage(*rows)) == [expected]


def test_a_time_seen_from_today_is_the_row_whose_dates_hold_it() -> None:
    question = "By how much does the rent rise from this year to the next one?"
    rows = passage(*TERMS)
    assert worked_out(question, rows, quoted=2, as_of=date(2026, 9, 1)) == [
        "EUR 93,000 − EUR 78,000 = EUR 15,000"
    ]
    assert worked_out(question, rows, quoted=3, as_of=date(2027, 9, 1)) == []
    assert worked_out(question, rows, quoted=3) == []


@pytest.mark.parametrize(
    ("question", "sentences", "expected"),
    [
        (
            "How much space do both archives take up together?",
            ("The archive in Oslo holds 4.1 TB and the one in Bergen 5.6 TB.",),
            "4.1 TB + 5.6 TB = 9.7 TB",
        ),
        (
            "How many days does the notice in Oslo differ, what is the difference between Oslo "
            "and Bergen?",
            ("Notice in Oslo is 30 days.", "Notice in Bergen is 45 days."),
            "45 days − 30 days = 15 days",
        ),
        (
            "What does the guided tour cost for 12 people?",
            ("The guided tour costs GBP 7.50 per person.",),
            "GBP 7.50 × 12 = GBP 90.00",
        ),
        (
            "How much is the late fee on an invoice of EUR 1,200?",
            ("A late fee of 2.5 % of the invoice is charged.",),
            "2.5 % of EUR 1,200 = EUR 30",
        ),
        (
            "How much is 20 % of the day rate?",
            ("The day rate is GBP 333.",),
            "20 % of GBP 333 = GBP 66.60",
        ),
        (
            "I have used 7 days of leave, how many are left?",
            ("Leave is 25 days a year.",),
            "25 days − 7 days = 18 days",
        ),
        (
            "Until when can I return it if I bought it on 31 January 2028?",
            ("Goods can be returned within 1 month of purchase.",),
            "31 January 2028 + 1 month = 29 February 2028",
        ),
        (
            "What date is the deadline for a move on 2026-03-15?",
            ("Tell us 2 weeks before a move.",),
            "2026-03-15 − 2 weeks = 2026-03-01",
        ),
        (
            "How many days are there from 1 March 2026 until the fair?",
            ("The fair opens on 14 April 2026.",),
            "1 March 2026 to 14 April 2026 = 44 days",
        ),
    ],
)
def test_sentences(question: str, sentences: tuple[str, ...], expected: str) -> None:
    assert worked_out(question, passage(*sentences), quoted=len(sentences)) == [expected]


def test_no_currency_asked_means_one_calculation_for_each() -> None:
    assert worked_out(
        "What is the price difference between bracket and pipe?", passage(*PRICES)
    ) == [
        "GBP 17.50 − GBP 8.25 = GBP 9.25",
        "EUR 20.30 − EUR 9.57 = EUR 10.73",
    ]


@pytest.mark.parametrize(
    ("question", "units"),
    [
        # Nothing is asked to be worked out.
        ("What does the steel bracket cost?", PRICES),
        ("Who sells brackets and seals together?", PRICES),
        # What is left out is not what the columns hold.
        ("How many visitors did not come in January and February together?", VISITS),
        # Two columns, and no word that decides.
        ("How many came in January and February together?", VISITS),
        # One column, about something else.
        (
            "What do Oslo and Bergen cost together?",
            ("Site: Oslo | Staff: 8", "Site: Bergen | Staff: 9"),
        ),
        (
            "How many rooms have Oslo and Bergen together?",
            ("Site: Oslo | Staff: 8", "Site: Bergen | Staff: 9"),
        ),
        # One of the things has no row, or two.
        ("What do the steel bracket and the brass hinge cost together in pounds?", PRICES),
        (
            "How many visitors came in January and March together?",
            (*VISITS, "Month: March 2025 | Visitors: 480 | Tours: 11"),
        ),
        # Different units.
        (
            "What is the difference between Oslo and Bergen?",
            ("Notice in Oslo is 30 days.", "Notice in Bergen is 6 weeks."),
        ),
        (
            "What do Oslo and Bergen cost together?",
            ("Oslo costs EUR 30.", "Bergen costs GBP 40."),
        ),
        # More figures than things.
        (
            "How much space do both archives take up together?",
            ("Oslo holds 4.1 TB, Bergen 5.6 TB and Tromso 2.0 TB.",),
        ),
        # Shares of different wholes have no sum.
        ("What is the rate of Oslo plus Bergen?", ("Oslo has 30 %.", "Bergen has 40 %.")),
        # A price that is not for one of what is counted.
        ("What does the tour cost for 12 people?", ("The tour costs GBP 90 per group.",)),
        ("What do 3 hinges cost?", ("A hinge is sold for GBP 6.20 in a pack of 10 each.",)),
        # Rows of different things.
        (
            "What is the budget of Quality in Oslo and Bergen together?",
            (
                "Team: Quality | Site: Oslo | Budget, EUR: 80",
                "Team: Sales | Site: Bergen | Budget, EUR: 90",
            ),
        ),
        # Two rows that are as near.
        (
            "What do 4 nights in Oslo cost?",
            ("Where: outside Oslo | Cap per night: EUR 80", "Where: Oslo | Cap per night: EUR 90"),
        ),
        # A false premise: it falls, or is less.
        ("How much more does the pipe cost than the seal in pounds?", PRICES),
        ("By how many did visitors rise from January to February?", VISITS),
        # Working days depend on holidays.
        (
            "By when must I answer a letter of 2 March 2026?",
            ("Letters are answered within 5 working days of receipt.",),
        ),
        # More taken than there was.
        ("I have used 30 days of leave, how many are left?", ("Leave is 25 days a year.",)),
        # Another model than the one asked for.
        (
            "What does the tour of the X4 cost for 12 people?",
            ("The tour of the X2 costs GBP 7.50 per person.",),
        ),
        # Two periods: which one runs?
        (
            "Until when can I return it if I bought it on 3 March 2026?",
            ("Goods can be returned within 30 days, gifts within 60 days of purchase.",),
        ),
    ],
)
def test_refuses_where_it_is_not_clear(question: str, units: tuple[str, ...]) -> None:
    assert worked_out(question, passage(*units), quoted=len(units)) == []


def test_two_tables_are_not_mixed() -> None:
    one, other = passage(PRICES[0]), passage(PRICES[1], number=2)
    question = "What do the steel bracket and the rubber seal cost together in pounds?"
    assert worked_out(question, one, other) == []


def test_an_operand_that_was_not_quoted_is_quoted_and_cited() -> None:
    """The generator quotes one row; the other comes along, and each has its own footnote."""
    question = "What do the steel bracket and the copper pipe cost together in pounds?"
    rows = passage(*PRICES)
    alone = ExtractiveOptions(max_units=1, window=WindowOptions(row=2))
    generator = ExtractiveGenerator(alone, CALCULATOR)
    draft = generator.generate(evidence(question, rows))
    assert [statement.text for statement in draft.statements] == [
        PRICES[0],
        PRICES[2],
        "GBP 17.50 + GBP 8.25 = GBP 25.75",
    ]
    cited = cite(draft.statements, [rows], CHECKER)
    assert [citation.cited_text for citation in cited.citations] == [PRICES[0], PRICES[2]]
    claim = cited.claims[-1]
    assert (claim.citations, claim.verification.method) == ((1, 2), "calculation")
    assert cited.text.endswith("GBP 17.50 + GBP 8.25 = GBP 25.75 【1】【2】")
    assert len(cited.citations[1].answer_spans) == 2


def statement() -> tuple[Statement, Passage]:
    """A calculation that holds."""
    question = "What do the steel bracket and the copper pipe cost together in pounds?"
    rows = passage(*PRICES)
    found = evidence(question, rows)
    return CALCULATOR.statements(found, quotes_of(found, 1))[-1], rows


def test_what_was_tampered_with_is_not_supported() -> None:
    good, rows = statement()
    assert verify(good, [rows]).status == "supported"
    calculation = good.calculation
    assert calculation is not None
    first, second = calculation.operands
    start, end = rows.hit.chunk.quotable[1]
    forged = [
        replace(calculation, result="GBP 26.75"),
        replace(calculation, operation="difference"),
        replace(calculation, operands=(first, replace(second, text="8.2"))),
        replace(calculation, operands=(first, replace(second, text="25"))),
        replace(calculation, operands=(first, replace(second, field="Price EUR"))),
        replace(calculation, operands=(first, replace(second, passage=None))),
        replace(calculation, operands=(first, replace(second, passage=7))),
        replace(calculation, operands=(first, replace(second, start=start, end=end))),
        replace(calculation, operands=(first, replace(second, start=0))),
    ]
    for wrong in forged:
        assert verify(replace(good, calculation=wrong), [rows]).status == "unsupported"
    assert verify(replace(good, text=good.text.replace("25", "26")), [rows]).score == 0
    assert verify(good, [passage(*PRICES[:2])]).status == "unsupported"
    assert verify(Statement("1 + 1 = 2", (1,)), [rows]).status == "unsupported"
    dropped = cite([replace(good, calculation=forged[0])], [rows], CHECKER)
    assert (dropped.dropped, dropped.text) == (1, "")


money = st.decimals(0, 10**6, places=2)


@given(money, money)
def test_sums_and_differences_are_exact_and_keep_their_decimals(a: Decimal, b: Decimal) -> None:
    pair = [Quantity(f"{value:,}", value, "GBP") for value in (a, b)]
    total = quantities(result("sum", pair) or "")
    assert [(found.value, found.unit) for found in total] == [(a + b, "GBP")]
    pair.sort(key=lambda quantity: quantity.value, reverse=True)
    written = result("difference", pair) or ""
    assert quantities(written)[0].value == abs(a - b)
    assert written[-3] == "."


@given(money, money, money)
def test_a_false_result_is_never_supported(a: Decimal, b: Decimal, claimed: Decimal) -> None:
    rows = passage(f"Item: left | Cost GBP: {a:,}", f"Item: right | Cost GBP: {b:,}")
    found = evidence("What do left and right cost together?", rows)
    (*_, good) = CALCULATOR.statements(found, quotes_of(found, 2))
    assert good.calculation is not None
    said = f"GBP {claimed:,.2f}"
    text = good.text.replace(good.calculation.result, said)
    other = replace(good, text=text, calculation=replace(good.calculation, result=said))
    assert (verify(other, [rows]).status == "supported") == (claimed == a + b)


@given(st.lists(st.sampled_from(["GBP", "EUR", "day", "kg", ""]), min_size=2, max_size=4))
def test_units_are_never_mixed(units: list[str]) -> None:
    given_ = [Quantity("2", Decimal(2), unit) for unit in units]
    assert (result("sum", given_) is not None) == (len(set(units)) == 1)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 900))
def test_a_moved_date_is_so_many_days_away(day: date, count: int) -> None:
    start = Day(day.isoformat(), day)
    moved = result("later", [start, Quantity(f"{count} days", Decimal(count), "day")]) or ""
    assert result("days", [start, days(moved)[0]]) == f"{count} day{'' if count == 1 else 's'}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It costs GBP 17.50 or €20.", [("17.5", "GBP"), ("20", "EUR")]),
        ("Up to 1,234.50 euros in 24 months", [("1234.5", "EUR"), ("24", "month")]),
        ("two weeks or 3 working days", [("2", "week"), ("3", "working day")]),
        ("70k pounds and EUR 1.5 million", [("70000", "GBP"), ("1500000", "EUR")]),
        ("−20 °C to 60 °C, 7.1 TB", [("-20", "°C"), ("60", "°C"), ("7.1", "TB")]),
        ("155 of 44,640 minutes lost", [("155", "minute")]),
        ("71 calls by 18:30 on 2026-03-01 or 3 June 2026 in 2027", [("71", "calls")]),
        ("7.1 Backups of SV-0301, H4, Q2, 2-8, 5–9, 2-line, #12 and 4.2.1", []),
        ("1.150 euros in German are 1,15 elsewhere", []),
        (
            "Fee: 12 % | Price_gbp: 4.20 | Sum, EUR: 7,000",
            [("12", "%"), ("4.2", "GBP"), ("7000", "EUR")],
        ),
    ],
)
def test_figures_are_read_with_their_unit(text: str, expected: list[tuple[str, str]]) -> None:
    found = [figure for figure in figures(text) if isinstance(figure, Quantity)]
    assert [(f.value, f.unit) for f in found] == [(Decimal(v), unit) for v, unit in expected]


@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    for figure in figures(text):
        assert figure.text in text
