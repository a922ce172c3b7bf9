"""A real cross-encoder, small and untrained, made for the test: what it says is what ranks."""

from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import CrossEncoder
from transformers import AutoModelForSequenceClassification, BertConfig, BertTokenizer

from retrieval.cross_encoder import load_cross_encoder
from retrieval.errors import RerankerError

WORDS = ["the", "barrier", "opens", "at", "dawn", "roof", "is", "flat", "when", "does", "it"]


def save(folder: Path, outputs: int) -> str:
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]))
    BertTokenizer(vocab=str(vocabulary)).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(WORDS) + 5,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        initializer_range=0.5,
    )
    config.num_labels = outputs
    model = AutoModelForSequenceClassification.from_config(config)  # type: ignore[no-untyped-call]
    model.save_pretrained(folder)
    return str(folder)


def test_scores_are_the_models_own(tmp_path: Path) -> None:
    name = save(tmp_path, outputs=1)
    texts = ["the barrier opens at dawn", "the roof is flat", ""]
    scores = load_cross_encoder(name).scores("when does it open", texts)
    model = CrossEncoder(name, device="cpu", local_files_only=True)
    told = model.predict([("when does it open", text) for text in texts], show_progress_bar=False)
    assert scores == pytest.approx(np.asarray(told), abs=1e-5)
    assert scores.shape == (3,)
    assert np.all((scores > 0) & (scores < 1))


def test_nothing_to_read_is_no_error(tmp_path: Path) -> None:
    assert load_cross_encoder(save(tmp_path, outputs=1)).scores("when", []).shape == (0,)


def test_a_classifier_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RerankerError, match="3 outputs"):
        load_cross_encoder(save(tmp_path, outputs=3))


def test_a_folder_without_a_model_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RerankerError, match="Check RERANKER"):
        load_cross_encoder(str(tmp_path))
