"""What one ingestion left half done, the next one settles: additions, removals and labels."""

from pathlib import Path

import pytest
import qdrant_edge as qe

from ingestion.chunk import document_id
from ingestion.errors import IndexUnavailableError
from ingestion.index import Index
from ingestion.index.edge_filters import of_version
from ingestion.index.edge_shard import load_shard
from ingestion.labels import Labels
from ingestion.pipeline import IngestionPipeline
from tests.fakes import FailingIndex
from tests.ingestion.conftest import MakePipeline
from tests.ingestion.test_pipeline import collection, run

NOTE, TEXT = "upload:note.txt", b"The cap is 120."
EVERYONE, HR = Labels(("everyone",)), Labels(("hr",))


def failing(make_pipeline: MakePipeline, method: str, *, after: bool = False) -> IngestionPipeline:
    def wrap(index: Index) -> Index:
        return FailingIndex(index, 1, method, after=after)

    return make_pipeline(wrap=wrap)


@pytest.mark.parametrize("after", [False, True])
def test_a_removal_that_broke_off_is_finished(make_pipeline: MakePipeline, after: bool) -> None:
    """Lost before the index did it, or done there and not yet noted: gone from both either way."""
    make_pipeline().add_exclusively(NOTE, TEXT, EVERYONE)
    broken = failing(make_pipeline, "delete", after=after)
    with pytest.raises(IndexUnavailableError):
        broken.remove_exclusively(document_id(NOTE))
    healed = make_pipeline()
    assert collection(healed) == {} and healed.manifest.records() == []


@pytest.mark.parametrize("reopened", [False, True])
def test_what_was_being_removed_can_be_added_again(
    make_pipeline: MakePipeline, reopened: bool
) -> None:
    """The same bytes must not count as unchanged when their chunks are gone."""
    make_pipeline().add_exclusively(NOTE, TEXT, EVERYONE)
    pipeline = failing(make_pipeline, "delete", after=True)
    with pytest.raises(IndexUnavailableError):
        pipeline.remove_exclusively(document_id(NOTE))
    if reopened:
        pipeline = make_pipeline()
    assert pipeline.add_exclusively(NOTE, TEXT, EVERYONE).outcome == "added"
    assert set(collection(make_pipeline())) == {NOTE}


@pytest.mark.parametrize("after", [False, True])
def test_labels_that_broke_off_do_not_outlive_their_withdrawal(
    make_pipeline: MakePipeline, after: bool
) -> None:
    """Opened to everyone by mistake, broken off, taken back: only HR may see it then."""
    make_pipeline().add_exclusively(NOTE, TEXT, HR)
    pipeline = failing(make_pipeline, "relabel", after=after)
    with pytest.raises(IndexUnavailableError):
        pipeline.add_exclusively(NOTE, TEXT, EVERYONE)
    pipeline.add_exclusively(NOTE, TEXT, HR)
    assert collection(pipeline) == {}
    assert set(collection(pipeline, "hr")) == {NOTE}
    (record,) = pipeline.manifest.records()
    assert record.document.groups == ("hr",)


def test_a_lost_delete_leaves_no_stale_chunk_visible(
    docs: Path, make_pipeline: MakePipeline, tmp_path: Path
) -> None:
    """The new version went live, the removal of the old one did not reach the disk."""
    (docs / "a.txt").write_text("The cap is 120.")
    run(make_pipeline(), docs)
    (docs / "a.txt").write_text("The cap is 140.")
    broken = failing(make_pipeline, "activate")
    with pytest.raises(IndexUnavailableError):
        run(broken, docs)
    (pending,) = broken.manifest.pending()
    broken.index.close()
    shard = load_shard(tmp_path / "data" / "index" / "shard")
    new = of_version(pending.document.id, pending.document.version)
    shard.update(qe.UpdateOperation.set_payload_by_filter(new, {"state": "live"}))
    shard.close()
    healed = make_pipeline()
    assert [piece.text for _, piece in collection(healed)["a.txt"]] == ["The cap is 140."]
    assert healed.index.count() == 1 and healed.manifest.pending() == []
    assert run(healed, docs).unchanged == ("a.txt",)
