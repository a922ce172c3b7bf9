"""What a quote takes along: sentences that go on, never a heading, never too much."""

from hypothesis import given
from hypothesis import strategies as st

from ingestion.chunk import ChunkerOptions, chunk, document_id
from ingestion.models import Block, BlockKind, Document, ParsedDocument, ScoredChunk
from retrieval.generate.windows import Span, WindowOptions, overlaps, windows
from retrieval.models import PartEvidence, Passage, Sufficiency
from tests.retrieval.conftest import ENOUGH, MakePassages, unit


def passage_of(*blocks: tuple[BlockKind, str], gap: str = "\n") -> Passage:
    """One passage of blocks that stand `gap` apart."""
    text, made = "", []
    for kind, content in blocks:
        text += gap if text else ""
        made.append(Block(kind, len(text), len(text) + len(content), int(kind == "heading")))
        text += content
    document = Document(document_id("a.md"), "a.md", "A", "1", ("everyone",))
    (piece,) = chunk(document, ParsedDocument(text, tuple(made)), ChunkerOptions(5000, 0))
    return Passage(1, ScoredChunk(piece, document, 1.0))


def quoted(
    passage: Passage,
    scores: dict[int, float],
    question: str = "q",
    taken: tuple[Span, ...] = (),
    options: WindowOptions | None = None,
) -> str:
    """The window around the best of the units with these scores."""
    units = [unit(passage, number, score) for number, score in scores.items()]
    units.sort(key=lambda each: -each.score)
    part = PartEvidence(question, tuple(units), ENOUGH)
    grow = windows(part, units[0], options or WindowOptions())
    return passage.hit.chunk.quote(*grow.around(units[0], taken))


def test_a_sentence_takes_its_near_neighbours_along(make_passages: MakePassages) -> None:
    (p,) = make_passages("One is here. Two is here. Three is here. Four is here.")
    assert quoted(p, {1: 1.0, 2: 0.55, 0: 0.45}) == "Two is here. Three is here."
    assert quoted(p, {2: 1.0, 1: 0.9, 0: 0.9}) == "One is here. Two is here. Three is here."


def test_another_list_item_must_be_nearer_than_a_sentence() -> None:
    p = passage_of(("list_item", "One is here."), ("list_item", "Two is here."))
    assert quoted(p, {0: 1.0, 1: 0.6}) == "One is here."
    assert quoted(p, {0: 1.0, 1: 0.7}) == "One is here.\nTwo is here."


def test_a_lead_in_is_not_quoted_without_its_list() -> None:
    p = passage_of(("paragraph", "Not covered:"), ("list_item", "glass"), ("list_item", "Paint."))
    assert quoted(p, {0: 1.0, 1: 0.1}) == "Not covered:\nglass"


def test_a_sentence_that_a_line_cut_in_two_is_whole() -> None:
    p = passage_of(("paragraph", "The mask is set to"), ("paragraph", "240 on both sides."))
    assert quoted(p, {0: 1.0}) == "The mask is set to\n240 on both sides."
    assert quoted(p, {1: 1.0}) == "The mask is set to\n240 on both sides."


def test_rows_join_by_the_numbers_that_were_asked_for() -> None:
    rows = ("Version: 4.1 | Sum: A1", "Version: 4.2 | Sum: B2", "Version: 4.2 | Sum: C3")
    p = passage_of(*(("table_row", row) for row in rows))
    scores = {1: 1.0, 0: 0.99, 2: 0.98}
    assert quoted(p, scores, "sum of version 4.2") == f"{rows[1]}\n{rows[2]}"
    assert quoted(p, scores, "all sums") == "\n".join(rows)


def test_a_row_and_a_sentence_stay_apart() -> None:
    p = passage_of(("paragraph", "The sums are these."), ("table_row", "Version: 4.1 | Sum: A1"))
    assert quoted(p, {0: 1.0, 1: 1.0}) == "The sums are these."


def test_what_is_quoted_already_is_left_alone(make_passages: MakePassages) -> None:
    (p,) = make_passages("One is here. Two is here.")
    assert quoted(p, {0: 1.0, 1: 0.9}, taken=(p.hit.chunk.quotable[1],)) == "One is here."


@given(
    st.lists(
        st.tuples(st.sampled_from(["Abc.", "abc", "Abc:", "A: b | C: d"]), st.floats(0.01, 1)),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from([" ", "\n", "\n\n"]),
    st.integers(1, 40),
)
def test_a_window_is_verbatim_holds_its_unit_and_keeps_to_its_size(
    blocks: list[tuple[str, float]], gap: str, most: int
) -> None:
    p = passage_of(*(("code", text) for text, _ in blocks), gap=gap)
    units = [unit(p, number, score) for number, (_, score) in enumerate(blocks)]
    part = PartEvidence("q", tuple(units), Sufficiency(1, 1, 1, True))
    best = max(units, key=lambda each: each.score)
    grow = windows(part, best, WindowOptions(max_chars=most))
    spans = p.hit.chunk.quotable
    for each in units:
        start, end = grow.around(each, ())
        assert p.hit.chunk.text[start:end] == p.hit.chunk.quote(start, end)
        assert start <= each.start < each.end <= end
        assert start in {span[0] for span in spans}
        assert end in {span[1] for span in spans}
        assert end - start <= max(most, each.end - each.start)


@given(st.integers(0, 9), st.integers(1, 9), st.integers(0, 9), st.integers(1, 9))
def test_spans_overlap_when_they_share_a_character(a: int, b: int, c: int, d: int) -> None:
    shared = set(range(a, a + b)) & set(range(c, c + d))
    assert overlaps((a, a + b), [(c, c + d)]) == bool(shared)
