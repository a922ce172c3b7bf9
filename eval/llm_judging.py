"""A model as the judge of people's labelled answers: every verdict kept, its wavering counted."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import fmean

from llama_index.llms.openai_like import OpenAILike

from eval.human import LabelledResponse
from retrieval.claims import sentences
from retrieval.errors import JudgeError
from retrieval.judge.llm import ask_for_verdict, read_verdict
from retrieval.prompt import Prompt

UNREADABLE = "unreadable"
"""The finding of a reply that is not one of the three words."""


class ReplyCache:
    """Replies on disk, a JSON object a line; what an interrupted run got is there for the next.

    A line that was cut short is asked for again.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "replies.jsonl"
        self._known: dict[str, str] = {}
        if self.path.exists():
            for line in self.path.read_text(encoding="utf-8").splitlines():
                try:
                    entry = json.loads(line)
                    self._known[entry["key"]] = entry["reply"]
                except (ValueError, KeyError, TypeError):
                    continue

    def get(self, key: str) -> str | None:
        """The reply, None if it was never asked for."""
        return self._known.get(key)

    def put(self, key: str, reply: str, **about: str | int) -> None:
        """Keep a reply; `about` is for people who read the file."""
        self._known[key] = reply
        line = json.dumps({"key": key, "reply": reply, **about})
        with self.path.open("a", encoding="utf-8") as file:
            # On a line of its own, whatever a killed run left behind.
            file.write(f"{'' if self._ends_well() else chr(10)}{line}\n")

    def _ends_well(self) -> bool:
        size = self.path.stat().st_size
        if not size:
            return True
        with self.path.open("rb") as file:
            file.seek(size - 1)
            return file.read() == b"\n"


@dataclass(slots=True)
class RememberingJudge:
    """Asks the model once for each claim, passages and repeat; `asked` counts requests."""

    llm: OpenAILike
    prompt: Prompt
    cache: ReplyCache
    deadline_s: float = 60.0
    asked: int = 0

    def reply(self, claim: str, evidence: Sequence[str], repeat: int) -> str:
        """What the model wrote, word for word. Raises JudgeError when the endpoint fails."""
        key = self._key(claim, evidence, repeat)
        if (known := self.cache.get(key)) is not None:
            return known
        reply = ask_for_verdict(self.llm, self.prompt, claim, evidence, self.deadline_s)
        self.asked += 1
        about = {"model": self.llm.model, "prompt": self.prompt.label, "repeat": repeat}
        self.cache.put(key, reply, **about, claim=claim)
        return reply

    def _key(self, claim: str, evidence: Sequence[str], repeat: int) -> str:
        """The prompt's text is in it, not its version alone: who edits it may forget to count."""
        prompt = [self.prompt.label, self.prompt.system, self.prompt.user.template]
        whole = json.dumps([self.llm.model, prompt, claim, list(evidence), repeat])
        return hashlib.sha256(whole.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Wavering:
    """How far a judge agrees with itself, over `claims` that it was asked about several times.

    `pairs`: share of pairs of repeats of a claim with different findings, averaged over claims;
    `split`: share of claims whose repeats are not all alike; None of both for a single repeat.
    `unreadable`: share of all replies that were no verdict.
    """

    claims: int
    repeats: int
    pairs: float | None
    split: float | None
    unreadable: float


def llm_scores(
    responses: Sequence[LabelledResponse],
    judge: RememberingJudge,
    repeats: int = 1,
    on_response: Callable[[], object] = lambda: None,
) -> tuple[list[float], Wavering]:
    """One score in [0, 1] for each answer: the mean over its sentences and the repeats.

    Supported counts 1, partial one half, unsupported and a reply that is no verdict 0. As with the
    offline judge an answer without sentences or passages scores 0, and no model is asked.
    Raises JudgeError when the endpoint fails; what was asked until then is kept.
    """
    scores, findings = [], []
    for response in responses:
        found = [_findings(judge, text, response.contexts, repeats) for text in _claims(response)]
        findings += found
        values = [score for of_claim in found for _, score in of_claim]
        scores.append(fmean(values) if values else 0.0)
        on_response()
    return scores, wavering([[status for status, _ in found] for found in findings], repeats)


def wavering(findings: Sequence[Sequence[str]], repeats: int) -> Wavering:
    """From each claim's findings, one a repeat."""
    said = [status for found in findings for status in found]
    several = repeats > 1 and bool(findings)
    return Wavering(
        claims=len(findings),
        repeats=repeats,
        pairs=fmean(map(_disagreement, findings)) if several else None,
        split=fmean(len(set(found)) > 1 for found in findings) if several else None,
        unreadable=said.count(UNREADABLE) / len(said) if said else 0.0,
    )


def _disagreement(found: Sequence[str]) -> float:
    return fmean(one != other for one, other in combinations(found, 2))


def _claims(response: LabelledResponse) -> list[str]:
    return [sentence.text for sentence in sentences(response.text)] if response.contexts else []


def _findings(
    judge: RememberingJudge, claim: str, evidence: Sequence[str], repeats: int
) -> list[tuple[str, float]]:
    found = []
    for repeat in range(repeats):
        reply = judge.reply(claim, evidence, repeat)
        try:
            verdict = read_verdict(reply)
        except JudgeError:
            found.append((UNREADABLE, 0.0))
        else:
            found.append((verdict.status, verdict.score))
    return found
