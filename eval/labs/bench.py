"""Where labs run: some of the sample documents in a collection that is thrown away."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from app.bootstrap import Application, build
from app.settings import Settings
from eval.blamed import blamed_case
from eval.dataset import GoldFinder
from eval.judging import CachedTokens
from eval.models import CaseResult, EvalCase
from eval.trace import reading_with
from ingestion.errors import IngestionError
from ingestion.pipeline import IngestionPipeline

DOCUMENTS = Path(__file__).with_name("documents.txt")

Change = Callable[[Application], Application]
OnCase = Callable[[EvalCase], object]


@dataclass(slots=True)
class Bench:
    """A healthy application over a few documents, and the means to build broken ones.

    `files` are the documents below `root`. A sentence is read once for all of them; answers of
    the healthy one are kept by the name of the lab's control.
    """

    app: Application
    root: Path
    files: tuple[Path, ...]
    pristine: Path
    tokens: CachedTokens
    answered: dict[tuple[str, str], CaseResult] = field(default_factory=dict)

    def ask(self, app: Application, cases: Sequence[EvalCase], on_case: OnCase) -> list[CaseResult]:
        """Every case with its blame; a gold quote that was lost on the way in is just not found."""
        gold = GoldFinder(app)
        results = []
        for case in cases:
            results.append(blamed_case(app, case, gold.found(case)))
            on_case(case)
        return results

    def control(
        self, name: str, app: Application, cases: Sequence[EvalCase], on_case: OnCase
    ) -> list[CaseResult]:
        """As `ask`; a case that was asked of the same control before is not asked again."""
        new = [case for case in cases if (name, case.id) not in self.answered]
        for result in self.ask(app, new, on_case):
            self.answered[name, result.case.id] = result
        return [self.answered[name, case.id] for case in cases]

    @contextmanager
    def rebuilt(
        self,
        changes: dict[str, object] | None = None,
        ingestion: Callable[[IngestionPipeline], IngestionPipeline] = lambda same: same,
    ) -> Iterator[Application]:
        """All documents ingested anew, under other settings or by another ingestion."""
        with TemporaryDirectory(prefix="footnote-lab-") as folder:
            app = self._built(Path(folder), self.root, changes or {})
            app = replace(app, ingestion=ingestion(app.ingestion))
            try:
                app.ingestion.open()
                ingest(app, self.files, self.root)
                yield app
            finally:
                app.close()

    @contextmanager
    def copied(self, root: Path | None = None) -> Iterator[Application]:
        """The healthy collection once more, to change documents in; over other files, if given."""
        with TemporaryDirectory(prefix="footnote-lab-") as folder:
            data = Path(folder) / "data"
            shutil.copytree(self.pristine, data)
            app = self._built(data, root or self.root, {})
            try:
                app.ingestion.open()
                yield app
            finally:
                app.close()

    def _built(self, data: Path, root: Path, changes: dict[str, object]) -> Application:
        app = build(_settings(data, root, changes))
        return replace(app, rag=reading_with(app.rag, self.tokens))


@contextmanager
def bench(root: Path, documents: Sequence[str] | None = None) -> Iterator[Bench]:
    """A bench over documents of `root`/sample_docs; those of `documents.txt`, if none are given.

    It has the default settings and a folder of its own: no setting and no index of the user's is
    read or changed. Raises IngestionError when a document cannot be read.
    """
    root = root.resolve()
    names = documents or DOCUMENTS.read_text(encoding="utf-8").split()
    files = tuple(root / "sample_docs" / name for name in names)
    with TemporaryDirectory(prefix="footnote-lab-") as folder:
        data, pristine = Path(folder) / "data", Path(folder) / "pristine"
        app = build(_settings(data, root, {}))
        try:
            app.ingestion.open()
            ingest(app, files, root)
            app.index.close()
            shutil.copytree(data, pristine)
            app.ingestion.open()
            tokens = CachedTokens(app.embedder)
            app = replace(app, rag=reading_with(app.rag, tokens))
            yield Bench(app, root, files, pristine, tokens)
        finally:
            app.close()


def ingest(app: Application, files: Sequence[Path], root: Path) -> None:
    """All of them, or IngestionError that names the first that did not go in."""
    for failure in app.ingestion.run(files, root).failed:
        raise IngestionError(f"{failure.uri} is needed for the labs: {failure.reason}")


def _settings(data: Path, root: Path, changes: dict[str, object]) -> Settings:
    fixed = {"data_dir": data, "docs_root": root, "qdrant_url": None}
    defaults = {
        name: field.default for name, field in Settings.model_fields.items() if name not in fixed
    }
    return Settings(_env_file=None, **{**defaults, **fixed, **changes})
