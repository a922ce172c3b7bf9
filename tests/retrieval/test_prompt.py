"""Prompt files: all of them load, and none lets a document give orders."""

from pathlib import Path

import pytest
import yaml

from retrieval.errors import PromptError
from retrieval.generate.openai_like import DECLINED
from retrieval.prompt import ANSWER_FIELDS, CONDENSE_FIELDS, FOLDER, JUDGE_FIELDS, load_prompt

NAMES = sorted(path.stem for path in FOLDER.glob("*.md"))
ANSWERS = [name for name in NAMES if name.startswith("answer")]
OTHERS = {"condense": CONDENSE_FIELDS, "judge": JUDGE_FIELDS, "plan": ANSWER_FIELDS}


def test_there_is_a_choice() -> None:
    assert len(ANSWERS) >= 4 and set(NAMES) == {*ANSWERS, *OTHERS}


@pytest.mark.parametrize("name", NAMES)
def test_every_prompt_says_what_changed_and_that_text_is_data(name: str) -> None:
    prompt = load_prompt(name, fields=OTHERS.get(name, ANSWER_FIELDS))
    matter = yaml.safe_load((FOLDER / f"{name}.md").read_text().split("---\n")[1])
    assert matter["changes"][-1].startswith(f"{prompt.version}:") or f"{prompt.version}" in next(
        iter(matter["changes"][-1])
    )
    assert prompt.purpose and prompt.label == f"{name}@{prompt.version}"
    said = " ".join(prompt.system.split())
    assert " data." in said or " data:" in said
    assert "orders" in said and "follow" in said


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_prompt_asks_for_quotes_markers_and_a_refusal(name: str) -> None:
    prompt = load_prompt(name)
    said = prompt.system.lower()
    assert DECLINED in prompt.system
    assert any(word in said for word in ("quote", "copy")) and "marker" in said
    user = prompt.fill(question="Why $5?", passages="$question")
    assert "Why $5?" in user and "$question" in user


def test_the_prompts_differ() -> None:
    assert len({load_prompt(name).system for name in ANSWERS}) == len(ANSWERS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no front matter", "front matter"),
        ("---\njust words\n---\n## System\ns\n## User\n$question $passages", "front matter"),
        ("---\nversion: 1\n---\n## System\ns\n## User\n$question $passages", "purpose"),
        ("---\nversion: 1\npurpose: p\n---\n## System\ns\n## User\n$question", "exactly"),
        (
            "---\nversion: 1\npurpose: p\n---\n## System\ns\n## User\n$question $passages $x",
            "exactly",
        ),
    ],
)
def test_a_bad_file_is_named_with_what_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "bad.md").write_text(text)
    with pytest.raises(PromptError, match=message) as caught:
        load_prompt("bad", tmp_path)
    assert "bad.md" in str(caught.value)
