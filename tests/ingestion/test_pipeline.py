"""Identity, versions, idempotence, deletes, fingerprints: what the manifest and index promise."""

from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ingestion.chunk import ChunkerOptions, document_id
from ingestion.errors import (
    FingerprintMismatchError,
    IndexLockedError,
    IndexUnavailableError,
    UnreadableDocumentError,
)
from ingestion.index.edge import EdgeIndex
from ingestion.labels import Labels
from ingestion.models import IngestReport, SearchScope
from ingestion.pipeline import IngestionPipeline, Progress
from tests.fakes import FailingIndex, HashEmbedder
from tests.ingestion.conftest import MakePipeline

EVERYONE = SearchScope(("everyone",))
LONG = "\n\n".join(f"Paragraph {n} says that rule {n} holds for all of us." for n in range(40))


def collection(pipeline: IngestionPipeline, *groups: str) -> dict[str, list[tuple[Any, ...]]]:
    """Everything visible: documents with their labels and chunks."""
    scope = SearchScope(groups or ("everyone",))
    return {
        document.uri: [(document, hit.chunk) for hit in pipeline.index.chunks(document.id, scope)]
        for document in pipeline.index.documents(scope)
    }


def run(pipeline: IngestionPipeline, folder: Path) -> IngestReport:
    return pipeline.run([folder], folder)


def test_first_run_adds_and_the_second_is_a_no_op(docs: Path, make_pipeline: MakePipeline) -> None:
    (docs / "a.txt").write_text(LONG)
    (docs / "b.txt").write_text("The hotel cap is GBP 140.")
    embedder = HashEmbedder()
    pipeline = make_pipeline(embedder=embedder)
    first = run(pipeline, docs)
    assert first.added == ("a.txt", "b.txt") and embedder.calls > first.chunks_embedded > 2
    before, calls = collection(pipeline), embedder.calls
    second = run(pipeline, docs)
    assert second.unchanged == ("a.txt", "b.txt")
    assert (second.chunks_embedded, embedder.calls) == (0, calls)
    assert collection(pipeline) == before


def test_a_shrunk_file_leaves_no_stale_chunk(docs: Path, make_pipeline: MakePipeline) -> None:
    (docs / "a.txt").write_text(LONG)
    pipeline = make_pipeline()
    run(pipeline, docs)
    many = pipeline.index.count()
    (docs / "a.txt").write_text("Only this is left.")
    report = run(pipeline, docs)
    assert report.updated == ("a.txt",)
    assert many > 1 and pipeline.index.count() == 1
    ((_, piece),) = collection(pipeline)["a.txt"]
    assert piece.text == "Only this is left."


def test_the_same_text_elsewhere_is_another_document(
    docs: Path, make_pipeline: MakePipeline
) -> None:
    (docs / "a.txt").write_text("Same words.")
    (docs / "b.txt").write_text("Same words.")
    pipeline = make_pipeline()
    run(pipeline, docs)
    assert [d.id for d in pipeline.index.documents(EVERYONE)] == [
        document_id("a.txt"),
        document_id("b.txt"),
    ]


def test_a_file_that_has_gone_is_deleted_and_one_outside_the_walk_is_not(
    docs: Path, make_pipeline: MakePipeline
) -> None:
    for folder in ("hr", "it"):
        (docs / folder).mkdir()
        (docs / folder / "a.txt").write_text(f"Rules of {folder}.")
    pipeline = make_pipeline()
    run(pipeline, docs)
    (docs / "hr" / "a.txt").unlink()
    (docs / "it" / "a.txt").unlink()
    report = pipeline.run([docs / "hr"], docs)
    assert report.deleted == ("hr/a.txt",)
    assert set(collection(pipeline)) == {"it/a.txt"}
    assert [record.document.uri for record in pipeline.manifest.records()] == ["it/a.txt"]


def test_a_broken_file_is_named_keeps_its_old_version_and_stops_nothing(
    docs: Path, make_pipeline: MakePipeline
) -> None:
    (docs / "a.txt").write_text("The cap is 120.")
    pipeline = make_pipeline()
    run(pipeline, docs)
    (docs / "a.txt").write_bytes(b"\x00\x01\x02 binary")
    (docs / "b.txt").write_text("A new one.")
    report = run(pipeline, docs)
    assert [failure.uri for failure in report.failed] == ["a.txt"]
    assert "binary" in report.failed[0].reason
    assert report.added == ("b.txt",) and report.deleted == ()
    assert collection(pipeline)["a.txt"][0][1].text == "The cap is 120."


def test_a_failed_write_leaves_the_old_version_answering(
    docs: Path, make_pipeline: MakePipeline
) -> None:
    (docs / "a.txt").write_text("The cap is 120.")
    run(make_pipeline(), docs)
    (docs / "a.txt").write_text("\n\n".join(f"{LONG} {n}" for n in range(8)))
    failing = make_pipeline(wrap=lambda index: FailingIndex(index, fail_at=2))
    before = collection(failing)
    with pytest.raises(IndexUnavailableError, match="disk is full"):
        run(failing, docs)
    assert failing.index.count() > 1
    assert collection(failing) == before
    healed = make_pipeline()
    assert healed.index.count() == 1 and collection(healed) == before
    assert run(healed, docs).updated == ("a.txt",)
    assert set(healed.index.live_versions(document_id("a.txt"))) == {
        record.document.version for record in healed.manifest.records()
    }


def test_new_labels_cost_no_embedding_and_hold_at_once(
    docs: Path, make_pipeline: MakePipeline
) -> None:
    (docs / "a.txt").write_text("Band L4 ends at 70000.")
    embedder = HashEmbedder()
    pipeline = make_pipeline(embedder=embedder)
    run(pipeline, docs)
    calls = embedder.calls
    (docs / "manifest.yaml").write_text(
        "default_groups: [everyone]\n"
        "documents:\n  - {path: a.txt, title: Salary bands, groups: [hr]}\n"
    )
    report = run(pipeline, docs)
    assert report.relabelled == ("a.txt",) and embedder.calls == calls
    assert collection(pipeline) == {}
    ((document, _),) = collection(pipeline, "hr")["a.txt"]
    assert document.title == "Salary bands"
    assert run(pipeline, docs).unchanged == ("a.txt",)


@pytest.mark.parametrize("change", ["embedder", "chunker"])
def test_another_embedder_or_chunker_is_refused_with_the_repair(
    docs: Path, make_pipeline: MakePipeline, change: str
) -> None:
    (docs / "a.txt").write_text("The cap is 120.")
    run(make_pipeline(), docs)
    others: dict[str, dict[str, Any]] = {
        "embedder": {"embedder": HashEmbedder(16, "other")},
        "chunker": {"chunker": ChunkerOptions(300, 40)},
    }
    other = others[change]
    with pytest.raises(FingerprintMismatchError, match=f"{change} was .*rag ingest --rebuild"):
        make_pipeline(**other)
    rebuilt = make_pipeline(**other, rebuild=True)
    assert run(rebuilt, docs).added == ("a.txt",)


def test_an_index_that_was_removed_is_filled_again(docs: Path, make_pipeline: MakePipeline) -> None:
    (docs / "a.txt").write_text("The cap is 120.")
    pipeline = make_pipeline()
    run(pipeline, docs)
    pipeline.index.reset()
    assert run(make_pipeline(), docs).added == ("a.txt",)


def test_a_second_ingestion_is_refused_and_says_what_to_do(
    docs: Path, make_pipeline: MakePipeline
) -> None:
    (docs / "a.txt").write_text("The cap is 120.")
    pipeline = make_pipeline()
    with FileLock(pipeline.lock), pytest.raises(IndexLockedError, match="Wait until"):
        run(pipeline, docs)
    assert run(pipeline, docs).added == ("a.txt",)


def test_an_index_open_in_another_place_is_refused_and_says_what_to_do(
    make_pipeline: MakePipeline, tmp_path: Path
) -> None:
    pipeline = make_pipeline()
    second = EdgeIndex(tmp_path / "data" / "index")
    with pytest.raises(IndexLockedError, match="QDRANT_URL"):
        second.prepare(pipeline.fingerprint(), pipeline.embedder.dimension)


def test_one_document_can_be_added_and_removed(make_pipeline: MakePipeline) -> None:
    pipeline = make_pipeline()
    labels = Labels(("everyone",))
    done = pipeline.add_exclusively("upload:note.txt", b"The cap is 120.", labels)
    assert done.outcome == "added" and done.document.title == "note"
    with pytest.raises(UnreadableDocumentError, match="empty"):
        pipeline.add_exclusively("upload:note.txt", b"", labels)
    assert len(collection(pipeline)) == 1
    pipeline.remove_exclusively(done.document.id)
    assert collection(pipeline) == {} and pipeline.manifest.records() == []


def test_the_manifest_keeps_the_text_that_spans_refer_to(
    docs: Path, make_pipeline: MakePipeline
) -> None:
    (docs / "a.txt").write_text(LONG)
    pipeline = make_pipeline()
    run(pipeline, docs)
    for document, piece in collection(pipeline)["a.txt"]:
        parsed = pipeline.manifest.parsed(document.id, document.version)
        assert parsed is not None
        assert parsed.text[piece.start : piece.end] == piece.text


def test_progress_counts_every_document(docs: Path, make_pipeline: MakePipeline) -> None:
    (docs / "a.txt").write_text("The cap is 120.")
    (docs / "b.txt").write_bytes(b"")
    steps: list[Progress] = []
    make_pipeline().run([docs], docs, steps.append)
    assert sorted((step.uri, step.outcome) for step in steps) == [
        ("a.txt", "added"),
        ("b.txt", "failed"),
    ]
    assert [(step.done, step.total) for step in steps] == [(1, 2), (2, 2)]


names = st.sampled_from(["a.txt", "b.txt", "c.txt"])
texts = st.sampled_from(["One rule.", "Another rule. And one more.", LONG])
states = st.lists(st.dictionaries(names, texts, min_size=1), min_size=1, max_size=4)


@hypothesis_settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=states)
def test_any_history_ends_like_one_clean_run(
    history: list[dict[str, str]], make_pipeline: MakePipeline, tmp_path: Path
) -> None:
    """Whatever was ingested before, the collection is what the last state alone gives."""
    docs = tmp_path / "history"
    docs.mkdir(exist_ok=True)
    pipeline = make_pipeline("long", rebuild=True)
    for state in history:
        for old in docs.iterdir():
            old.unlink()
        for name, text in state.items():
            (docs / name).write_text(text)
        run(pipeline, docs)
    after, count = collection(pipeline), pipeline.index.count()
    clean = make_pipeline("clean", rebuild=True)
    run(clean, docs)
    assert (after, count) == (collection(clean), clean.index.count())
