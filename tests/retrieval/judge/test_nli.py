"""A real CrossEncoder, tiny and untrained: its labels are read by name, wherever they stand."""

from pathlib import Path

import pytest
import torch
from sentence_transformers import CrossEncoder
from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

from retrieval.errors import JudgeError
from retrieval.judge.nli import NliJudge


def cross_encoder(folder: Path, labels: list[str], certain: str) -> CrossEncoder:
    """A model whose bias says `certain` whatever it reads."""
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "it", "opens"]
    (folder / "vocab.txt").write_text("\n".join(words))
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
        id2label=dict(enumerate(labels)),
        label2id={name: number for number, name in enumerate(labels)},
    )
    model = BertForSequenceClassification(config)
    with torch.no_grad():
        model.classifier.weight.zero_()
        model.classifier.bias.copy_(torch.tensor([5.0 * (name == certain) for name in labels]))
    model.save_pretrained(folder)
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    made: CrossEncoder = CrossEncoder(str(folder), device="cpu", local_files_only=True)
    return made


@pytest.mark.parametrize(
    "labels",
    [
        ["contradiction", "entailment", "neutral"],
        ["ENTAILMENT", "NEUTRAL", "CONTRADICTION"],
        ["not_entailment", "entailment"],
    ],
)
def test_entailment_is_read_by_its_name(tmp_path: Path, labels: list[str]) -> None:
    certain = next(name for name in labels if name.lower() == "entailment")
    judge = NliJudge(cross_encoder(tmp_path, labels, certain))
    verdict = judge.judge("it opens", ["it", "opens"])
    assert (verdict.status, verdict.method) == ("supported", "entailment")
    assert verdict.score > 0.9


def test_another_label_supports_nothing(tmp_path: Path) -> None:
    labels = ["contradiction", "entailment", "neutral"]
    judge = NliJudge(cross_encoder(tmp_path, labels, "neutral"))
    assert judge.judge("it opens", ["it"]).status == "unsupported"


def test_a_model_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JudgeError, match="relevant, irrelevant"):
        NliJudge(cross_encoder(tmp_path, ["relevant", "irrelevant"], "relevant"))
