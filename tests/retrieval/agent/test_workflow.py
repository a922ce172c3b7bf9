"""The whole run: what is searched and read, the bounds, and the answer that comes of it."""

import asyncio
import time

import pytest

from retrieval.agent.notebook import Action, Finish, Limits, Notebook, ReadAction, SearchAction
from retrieval.agent.tools import Tools
from retrieval.answers import Answer
from retrieval.models import Principal, Query
from tests.retrieval.agent.conftest import MakeAgent

HOP = "When is the laptop of Petra Vogt replaced?"
STAFF = ("staff",)


def query(question: str, groups: tuple[str, ...] = STAFF) -> Query:
    return Query(question, Principal("p", groups))


def calls(answer: Answer) -> list[str]:
    return [step.tool for step in answer.trajectory if step.tool in ("search", "read")]


class Restless:
    """Never has enough."""

    def __init__(self) -> None:
        self._count = 0

    def next(self, notebook: Notebook, tools: Tools) -> Action:
        del notebook, tools
        self._count += 1
        time.sleep(0.02)
        return SearchAction(f"question number {self._count}")


class Stubborn:
    """Asks the same again and again, in another order."""

    def next(self, notebook: Notebook, tools: Tools) -> Action:
        del tools
        return SearchAction("rooms birch" if notebook.findings else "Birch rooms?")


def test_a_name_that_is_found_is_searched_with(make_agent: MakeAgent) -> None:
    answer = make_agent().ask(query(HOP))
    bridges = [step for step in answer.trajectory if step.decision.startswith("bridge")]
    assert [step.decision.split(":")[0] for step in bridges] == ["bridge Corvid 14 B"]
    assert "Petra Vogt" not in bridges[0].input
    cited = {citation.cited_text for citation in answer.citations}
    assert "The Corvid 14 B is replaced on 2027-03-01." in cited
    assert any("Petra Vogt" in text for text in cited)


def test_the_rows_that_a_question_means_are_all_quoted(make_agent: MakeAgent) -> None:
    answer = make_agent().ask(query("Which rooms are booked through Rota?"))
    assert calls(answer) == ["search", "read"]
    assert [claim.text for claim in answer.claims] == [
        "Room: Amber | Seats: 4 | Booked through: Rota",
        "Room: Cedar | Seats: 9 | Booked through: Rota",
    ]


def test_the_trajectory_tells_the_whole_way(make_agent: MakeAgent) -> None:
    answer = make_agent().ask(query(HOP))
    tools = [step.tool for step in answer.trajectory]
    assert (tools[0], tools[1], tools[-2:]) == ("plan", "search", ["judge", "finish"])
    assert all(step.input for step in answer.trajectory)
    searched = [step for step in answer.trajectory if step.tool == "search"]
    assert all(step.chunk_ids and step.titles and step.milliseconds > 0 for step in searched)
    assert answer.trajectory[-1].decision == answer.status


def test_markers_and_citations_are_one_to_one(make_agent: MakeAgent) -> None:
    answer = make_agent().ask(query(HOP))
    indexes = [citation.index for citation in answer.citations]
    assert indexes == list(range(1, len(indexes) + 1))
    assert answer.text.count("【") == sum(len(claim.citations) for claim in answer.claims)
    assert {index for claim in answer.claims for index in claim.citations} == set(indexes)
    assert len({hit.chunk.id for hit in answer.ranked}) == len(answer.ranked)


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_steps_are_bounded(make_agent: MakeAgent, limit: int) -> None:
    answer = make_agent(Limits(max_steps=limit), Restless).ask(query(HOP))
    assert len(calls(answer)) == limit
    assert f"the limit of {limit} steps is reached" in [s.decision for s in answer.trajectory]


def test_time_is_bounded_and_what_was_found_is_used(make_agent: MakeAgent) -> None:
    begun = time.monotonic()
    answer = make_agent(Limits(max_steps=10_000, timeout_s=0.3), Restless).ask(query(HOP))
    assert time.monotonic() - begun < 5
    assert 1 <= len(calls(answer)) < 100
    assert "the limit of 0.3 s is reached" in [step.decision for step in answer.trajectory]


def test_no_search_is_made_twice(make_agent: MakeAgent) -> None:
    answer = make_agent(planner=Stubborn).ask(query(HOP))
    assert calls(answer) == ["search"]
    assert [step.tool for step in answer.trajectory].count("skip") == 2


def test_no_step_sees_what_the_principal_may_not(make_agent: MakeAgent) -> None:
    agent = make_agent()
    answer = agent.ask(query(HOP))
    shown = {hit.document.uri for hit in (*answer.ranked, *answer.nearest)}
    titles = {title for step in answer.trajectory for title in step.titles}
    assert "secret.md" not in shown and "secret" not in titles
    assert "gold bars" not in answer.text
    board = agent.ask(query(HOP, ("board",)))
    assert {title for step in board.trajectory for title in step.titles} == {"secret"}
    nobody = agent.ask(query(HOP, ("nobody",)))
    assert (nobody.abstain_reason, nobody.nearest) == ("no_documents", ())


def test_reading_keeps_to_the_principal_too(make_agent: MakeAgent) -> None:
    agent = make_agent()
    asked = query("Which rooms are booked through Rota?")
    lead = Tools(agent.pipeline, asked).search(SearchAction(asked.text)).units[0]
    assert Tools(agent.pipeline, asked).read(ReadAction(lead)).units
    stranger = query(asked.text, ("board",))
    assert not Tools(agent.pipeline, stranger).read(ReadAction(lead)).units


def test_a_planner_that_finishes_at_once_abstains(make_agent: MakeAgent) -> None:
    class Lazy:
        def next(self, notebook: Notebook, tools: Tools) -> Action:
            del notebook, tools
            return Finish("enough")

    answer = make_agent(planner=Lazy).ask(query(HOP))
    assert (answer.status, answer.abstain_reason) == ("abstained", "no_documents")


def test_two_runs_can_be_made_from_threads(make_agent: MakeAgent) -> None:
    agent = make_agent()

    async def both() -> list[Answer]:
        runs = [asyncio.to_thread(agent.ask, query(HOP)) for _ in range(2)]
        return list(await asyncio.gather(*runs))

    one, other = asyncio.run(both())
    assert one.text == other.text and one.text
