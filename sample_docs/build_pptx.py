"""Build a slide deck from a Markdown source.

Every level-1 heading starts a slide; a quote becomes the slide's speaker notes.
"""

from itertools import pairwise
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.util import Cm, Pt

from sample_docs.build_source import Block, Source, read_source
from sample_docs.build_spans import plain
from sample_docs.build_zip import fix_zip

_TITLE_LAYOUT, _BULLETS_LAYOUT, _TITLE_ONLY_LAYOUT = 0, 1, 5


def build_pptx(source_path: Path, target: Path) -> None:
    """Write the deck described by `source_path`."""
    source = read_source(source_path)
    deck = Presentation()
    for key, relation in list(deck.part.rels.items()):
        if relation.reltype.endswith("/printerSettings"):
            deck.part.rels.pop(key)
    properties = deck.core_properties
    properties.title = source.meta["title"]
    properties.author = properties.last_modified_by = source.meta["author"]
    properties.created = properties.modified = source.modified
    slide = deck.slides.add_slide(deck.slide_layouts[_TITLE_LAYOUT])
    slide.shapes.title.text = source.meta["title"]
    slide.placeholders[1].text = source.meta["subtitle"]
    for blocks in _slides(source):
        _add_slide(deck, blocks)
    deck.save(str(target))
    fix_zip(target, source.modified)


def _slides(source: Source) -> list[list[Block]]:
    starts = [i for i, block in enumerate(source.blocks) if block.kind == "heading"]
    return [source.blocks[a:b] for a, b in pairwise([*starts, len(source.blocks)])]


def _add_slide(deck: Any, blocks: list[Block]) -> None:
    """Add one slide: its title, its bullets or its table, and its notes."""
    table = next((block for block in blocks if block.kind == "table"), None)
    layout = _TITLE_ONLY_LAYOUT if table else _BULLETS_LAYOUT
    slide = deck.slides.add_slide(deck.slide_layouts[layout])
    slide.shapes.title.text = blocks[0].text
    slide.shapes.title.text_frame.paragraphs[0].font.size = Pt(32)
    if table:
        _add_table(slide, table)
    else:
        _add_bullets(slide.placeholders[1].text_frame, blocks)
    notes = [block.text for block in blocks if block.kind == "quote"]
    if notes:
        slide.notes_slide.notes_text_frame.text = "\n".join(notes)


def _add_bullets(frame: Any, blocks: list[Block]) -> None:
    bullets = [block for block in blocks if block.kind in {"item", "para"}]
    for index, block in enumerate(bullets):
        paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
        paragraph.text = block.text
        paragraph.level = max(block.level - 1, 0)
        paragraph.font.size = Pt(20 if paragraph.level == 0 else 16)


def _add_table(slide: Any, block: Block) -> None:
    columns = len(block.rows[0])
    frame = slide.shapes.add_table(
        len(block.rows), columns, Cm(1.3), Cm(4.5), Cm(22.8), Cm(1.2) * len(block.rows)
    )
    for r, row in enumerate(block.rows):
        for c, spans in enumerate(row):
            cell = frame.table.cell(r, c)
            cell.text = plain(spans)
            cell.text_frame.paragraphs[0].font.size = Pt(14)
