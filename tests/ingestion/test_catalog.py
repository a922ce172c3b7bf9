"""The catalog decides who may read what, so what is not clear is an error."""

from datetime import date
from pathlib import Path

import pytest

from ingestion.catalog import CATALOG_NAME, Catalog
from ingestion.errors import IngestionError

SAMPLE_DOCS = Path(__file__).parents[2] / "sample_docs"


def load(folder: Path, text: str) -> Catalog:
    (folder / CATALOG_NAME).write_text(text, encoding="utf-8")
    return Catalog.load(folder)


def problem(folder: Path, text: str) -> str:
    with pytest.raises(IngestionError) as caught:
        load(folder, text)
    return str(caught.value)


def test_no_file_is_an_empty_catalog(tmp_path: Path) -> None:
    catalog = Catalog.load(tmp_path)
    assert catalog.entry("a.md") is None
    assert catalog.ignores(CATALOG_NAME)
    assert not catalog.ignores("a.md")


def test_an_entry_says_what_is_known(tmp_path: Path) -> None:
    catalog = load(
        tmp_path,
        "default_groups: [everyone]\n"
        "documents:\n"
        "  - {path: hr/a.md, title: A, groups: [hr], effective_from: 2026-01-01}\n"
        "  - {path: hr/b.md}\n"
        "  - {path: hr/c.md, groups: []}\n",
    )
    a, b, c = (catalog.entry(f"hr/{name}.md") for name in "abc")
    assert a is not None and b is not None and c is not None
    assert (a.title, a.groups, a.effective_from) == ("A", ["hr"], date(2026, 1, 1))
    assert b.groups is None, "absent: the default groups"
    assert c.groups == [], "empty: nobody"
    assert list(catalog.default_groups) == ["everyone"]
    assert catalog.entry("hr/d.md") is None


@pytest.mark.parametrize(
    ("documents", "said"),
    [
        ("- {path: a.md, gruops: [hr]}", "documents.0.gruops"),
        ("- {path: a.md, groups: hr}", "documents.0.groups"),
        ("- {path: a.md, groups: }", "nobody"),
        ("- {path: a.md, groups: [hr], groups: [everyone]}", "line 3"),
        ("- {path: a.md}\n  - {path: ./a.md}", "twice"),
        ("- {path: ../a.md}", "documents.0.path"),
        ("- {path: a.md, effective_from: 2026-02-01, effective_to: 2026-01-01}", "before"),
        ("- {path: a.md, supersedes: ./a.md}", "itself"),
        ("- {path: a.md, effective_from: soon}", "documents.0.effective_from"),
        ("- {path: a.md, effective_from: 2026-02-30}", "line 3"),
        ("- {path: a.md", "line"),
        ("- {title: A}", "documents.0.path"),
    ],
)
def test_what_is_not_clear_is_an_error(tmp_path: Path, documents: str, said: str) -> None:
    text = f"default_groups: [everyone]\ndocuments:\n  {documents}\n"
    message = problem(tmp_path, text)
    assert said in message
    assert CATALOG_NAME in message


@pytest.mark.parametrize("text", ["", "- a\n", "defaultgroups: [everyone]\n", "a: !!python/x 1"])
def test_a_file_of_another_shape_is_an_error(tmp_path: Path, text: str) -> None:
    assert problem(tmp_path, text)


def test_a_file_that_is_not_utf8_is_an_error(tmp_path: Path) -> None:
    (tmp_path / CATALOG_NAME).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(IngestionError, match="UTF-8"):
        Catalog.load(tmp_path)


@pytest.mark.parametrize(
    ("glob", "covered", "not_covered"),
    [
        ("*.tmp", "a/b.tmp", "a/b.md"),
        ("drafts/**", "drafts/a/b.md", "a/drafts/b.md"),
        ("**/drafts/*", "a/b/drafts/c.md", "drafts/a/b.md"),
        ("**/*.py", "a.py", "a.pyc"),
        ("sources/*.md", "sources/a.md", "sources/b/a.md"),
    ],
)
def test_ignored_globs(tmp_path: Path, glob: str, covered: str, not_covered: str) -> None:
    catalog = load(tmp_path, f"default_groups: []\nignore: ['{glob}']\n")
    assert catalog.ignores(covered)
    assert not catalog.ignores(not_covered)
    assert catalog.ignores(CATALOG_NAME)


def test_the_sample_catalog_describes_files_that_exist() -> None:
    catalog = Catalog.load(SAMPLE_DOCS)
    salaries = catalog.entry("hr/salary-bands-2026.xlsx")
    assert salaries is not None and salaries.groups == ["hr"]
    for path in sorted(SAMPLE_DOCS.glob("*/*.*")):
        relative = path.relative_to(SAMPLE_DOCS).as_posix()
        if not catalog.ignores(relative) and "__pycache__" not in relative:
            assert catalog.entry(relative), relative
