"""Reads cases and finds their gold quotes in the parsed documents."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from app.bootstrap import Application
from eval.models import EvalCase, Span

CASES = Path(__file__).parent / "data"


class CaseError(Exception):
    """A case is malformed or its gold quote is not in its document."""


def load_cases(path: Path = CASES) -> list[EvalCase]:
    """All cases of a JSONL file or of a folder's. Raises CaseError that names the line."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files:
        raise CaseError(f"{path} holds no .jsonl file; see eval/data/README.md for the format.")
    return [case for file in files for case in _read(file)]


def _read(path: Path) -> Iterator[EvalCase]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise CaseError(f"{path} cannot be read: {error.strerror}.") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield EvalCase.model_validate_json(line)
            except ValidationError as error:
                raise CaseError(f"{path}:{number}: {error}") from error


class GoldFinder:
    """Turns gold quotes into spans of the parsed text that the index refers to."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._texts: dict[str, str] = {}

    def spans(self, case: EvalCase) -> Sequence[Span]:
        """The case's gold spans. Raises CaseError for a quote that is not there verbatim."""
        spans = []
        for gold in case.gold_spans:
            start = self._text(gold.document).find(gold.quote)
            if start < 0:
                raise CaseError(f"{case.id}: not verbatim in {gold.document}: {gold.quote!r}")
            spans.append(Span(gold.document, start, start + len(gold.quote)))
        return spans

    def found(self, case: EvalCase) -> Sequence[Span]:
        """As `spans`, with an empty span, which nothing covers, for what is not there."""
        spans = []
        for gold in case.gold_spans:
            start = self.texts.get(gold.document, "").find(gold.quote)
            end = start + len(gold.quote) if start >= 0 else 0
            spans.append(Span(gold.document, max(start, 0), end))
        return spans

    @property
    def texts(self) -> Mapping[str, str]:
        """The parsed text of every document in the index, by URI."""
        if not self._texts:
            self._texts = {document.uri: text for document, text in self._app.manifest.texts()}
        return self._texts

    def _text(self, uri: str) -> str:
        if uri not in self.texts:
            raise CaseError(
                f"{uri} is not in the index: name its folder with --docs, and no other --data"
            )
        return self._texts[uri]
