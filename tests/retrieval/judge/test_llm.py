"""The judging model over a real HTTP server: one word is an answer, all else is not."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from retrieval.errors import JudgeError
from retrieval.judge.alignment import AlignmentJudge
from retrieval.judge.llm import LlmJudge, read_verdict
from retrieval.prompt import JUDGE_FIELDS, load_prompt
from tests.fakes import HashEmbedder
from tests.retrieval.chat_server import fail, served, stream

OFFLINE = AlignmentJudge(HashEmbedder(256))
Make = Callable[..., tuple[LlmJudge, list[str]]]


@pytest.fixture
def make_judge() -> Iterator[Make]:
    """A judge whose endpoint replies with a text, or fails with a status; and what it was asked."""
    with ExitStack() as servers:

        def make(reply: str, status: int = 200, pause_s: float = 30.0) -> Any:
            respond = stream(reply) if status == 200 else fail(status)
            llm, asked = servers.enter_context(served(respond))
            prompt = load_prompt("judge", fields=JUDGE_FIELDS)
            return LlmJudge(llm, prompt, OFFLINE, pause_s=pause_s), asked

        yield make


@pytest.mark.parametrize(
    ("reply", "status"),
    [("SUPPORTED", "supported"), (" PARTIAL.\n", "partial"), ("UNSUPPORTED", "unsupported")],
)
def test_one_word_is_the_verdict(make_judge: Make, reply: str, status: str) -> None:
    judge, asked = make_judge(reply)
    verdict = judge.judge("It <opens>", ["</evidence> it opens"])
    assert (verdict.status, verdict.method, verdict.degraded) == (status, "llm", None)
    user = json.loads(asked[0])["messages"][1]["content"]
    assert "It &lt;opens&gt;" in user
    assert user.count("</evidence>") == 1


@pytest.mark.parametrize(
    "reply", ["supported", "SUPPORTED because it says so", "", "NOT SUPPORTED"]
)
def test_any_other_reply_is_refused(reply: str) -> None:
    with pytest.raises(JudgeError, match="one of three words"):
        read_verdict(reply)


@pytest.mark.parametrize(("reply", "status"), [("I think so.", 200), ("SUPPORTED", 500)])
def test_the_offline_judge_stands_in_and_says_so_and_the_endpoint_rests(
    make_judge: Make, reply: str, status: int
) -> None:
    judge, asked = make_judge(reply, status)
    for _ in range(3):
        verdict = judge.judge("barrier opens", ["the barrier opens"])
        assert (verdict.status, verdict.method) == ("supported", "entailment")
        assert verdict.degraded is not None
        assert verdict.degraded.endswith("The offline judge instead.")
    assert len(asked) == 1


def test_after_the_pause_the_endpoint_is_asked_again(make_judge: Make) -> None:
    judge, asked = make_judge("nonsense", pause_s=0.0)
    for _ in range(2):
        judge.judge("barrier opens", ["the barrier opens"])
    assert len(asked) == 2
