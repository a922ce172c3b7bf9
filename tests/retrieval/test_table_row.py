"""Rows are read as the readers write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.table_row import cells, is_row, named_cells

ROW = "name: Glenorrin | country: United Kingdom | level: Premier | open: no"


@pytest.mark.parametrize(
    ("text", "row"),
    [
        (ROW, True),
        ("Country: Spain | Cap: EUR 120", True),
        ("Country: Spain | Cap: EUR 120 | Remark", True),
        ("Country: Spain", False),
        ("cat a.txt | sort | uniq", False),
        ("A: 1 | B: 2\nA: 3 | B: 4", False),
        ("", False),
    ],
)
def test_a_row_names_the_header_of_each_cell_but_a_cut_one(text: str, row: bool) -> None:
    assert is_row(text) is row


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("which partners are Premier", [("level", "Premier")]),
        (
            "premier partners of the united kingdom",
            [("country", "United Kingdom"), ("level", "Premier")],
        ),
        ("which united partners are there", []),
        ("are there no partners", []),
    ],
)
def test_a_cell_is_named_by_its_whole_value(question: str, named: list[tuple[str, str]]) -> None:
    assert list(named_cells(ROW, question)) == named


names = st.text(alphabet="abc xyz", min_size=1).map(str.strip).filter(bool)


@given(st.lists(st.tuples(names, names), min_size=2, max_size=6))
def test_cells_are_read_back(table: list[tuple[str, str]]) -> None:
    row = " | ".join(f"{header}: {value}" for header, value in table)
    assert is_row(row)
    assert list(cells(row)) == table
