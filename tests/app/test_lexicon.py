"""The lexicon follows the documents."""

from pathlib import Path

from app.lexicon import CurrentLexicon
from ingestion.manifest import Manifest
from ingestion.models import Block, Document, ParsedDocument


def put(manifest: Manifest, uri: str, text: str) -> None:
    document = Document(uri, uri, uri, "1", ("everyone",))
    manifest.begin(document, 1, ParsedDocument(text, (Block("paragraph", 0, len(text)),)))
    manifest.commit(document, 1)


def test_it_is_read_anew_when_a_document_changes_and_only_then(tmp_path: Path) -> None:
    manifest = Manifest(tmp_path / "manifest.sqlite")
    lexicon = CurrentLexicon(manifest)
    assert lexicon().words == {}
    put(manifest, "a", "First contact resolution (FCR) counts.")
    assert lexicon().meanings("fcr", ["everyone"]) == ["First contact resolution"]
    assert lexicon() is lexicon()
    manifest.delete("a")
    assert lexicon().meanings("fcr", ["everyone"]) == []
    manifest.close()


def test_it_sees_what_another_process_commits(tmp_path: Path) -> None:
    reader = Manifest(tmp_path / "manifest.sqlite")
    lexicon = CurrentLexicon(reader)
    assert lexicon().words == {}
    writer = Manifest(tmp_path / "manifest.sqlite")
    put(writer, "a", "First contact resolution (FCR) counts.")
    put(writer, "b", "The contact counts.")
    assert "contact" in lexicon().words
    writer.close()
    reader.close()
