"""The agent's loop as a LlamaIndex workflow: plan, then judge and act until it is enough.

Each step's work blocks, so the loop is not asynchronous in itself: `Agent.ask` runs it in an
event loop of its own, in the thread that asks.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from llama_index.core.workflow import Event, StartEvent, StopEvent, Workflow, step

from retrieval.agent.evidence import join
from retrieval.agent.notebook import (
    Action,
    Finding,
    Finish,
    Limits,
    Notebook,
    ReadAction,
    SearchAction,
)
from retrieval.agent.plan import RulePlanner
from retrieval.agent.tools import Tools
from retrieval.answers import Answer, Step
from retrieval.decompose import parts
from retrieval.errors import PlannerError
from retrieval.models import Evidence, Query
from retrieval.pipeline import RagPipeline

_MOST_SKIPPED = 1
"""A planner that repeats itself more often has nothing more to try."""


class Planner(Protocol):
    """Chooses the next action: by rules, or by a model."""

    def next(self, notebook: Notebook, tools: Tools) -> Action:
        """The next action. Raises PlannerError when it can't choose one."""
        ...


class Plan(StartEvent):
    """A question has come."""


class Judge(Event):
    """Something was found: is it enough?"""


class Search(Event):
    """Search for `action.question`."""

    action: SearchAction


class Read(Event):
    """Read on from `action.lead`."""

    action: ReadAction


class Stop(StopEvent):
    """Enough, or nothing more to try."""


class AgentWorkflow(Workflow):
    """One run over one notebook. The bounds are checked before every call of a tool.

    A run that reaches a bound ends with what it has; so the workflow's own timeout, which would
    throw that away, is off.
    """

    def __init__(self, notebook: Notebook, tools: Tools, planner: Planner) -> None:
        super().__init__(timeout=None)
        self._notebook = notebook
        self._tools = tools
        self._planner = planner

    @step
    async def plan(self, _: Plan) -> Judge:
        """Split the question."""
        begun = time.monotonic()
        asked = parts(self._notebook.query.text)
        self._notebook.note("plan", self._notebook.query.text, " / ".join(asked), begun)
        return Judge()

    @step
    async def judge(self, _: Judge) -> Search | Read | Stop:
        """Ask the planner for the next action, unless a bound is reached."""
        begun = time.monotonic()
        action = self._next()
        match action:
            case SearchAction():
                return Search(action=action)
            case ReadAction():
                return Read(action=action)
        self._notebook.note("judge", self._notebook.query.text, action.reason, begun)
        return Stop()

    @step
    async def search(self, event: Search) -> Judge:
        """Search, and note what it brought."""
        begun = time.monotonic()
        finding = self._tools.search(event.action)
        self._keep("search", event.action.question, finding, begun)
        return Judge()

    @step
    async def read(self, event: Read) -> Judge:
        """Read the rows beside a unit, and note which the question means."""
        begun = time.monotonic()
        finding = self._tools.read(event.action)
        hit = event.action.lead.passage.hit
        place = " > ".join(hit.place)
        self._keep("read", place, finding, begun)
        return Judge()

    def _next(self) -> Action:
        """The planner's action; a search that was made before is not made again."""
        while True:
            reached = self._notebook.exhausted()
            if reached is not None:
                return Finish(reached)
            begun = time.monotonic()
            action = self._proposed()
            if not isinstance(action, SearchAction) or self._notebook.is_new(action.question):
                return action
            self._notebook.note("skip", action.question, "searched before", begun)
            self._notebook.skipped += 1
            if self._notebook.skipped > _MOST_SKIPPED:
                return Finish("only searches that were made before are left")

    def _proposed(self) -> Action:
        begun = time.monotonic()
        try:
            return self._planner.next(self._notebook, self._tools)
        except PlannerError as error:
            self._planner = RulePlanner()
            self._notebook.note("judge", str(error), "the rules plan from here", begun)
            return self._planner.next(self._notebook, self._tools)

    def _keep(self, tool: str, asked: str, finding: Finding, begun: float) -> None:
        self._notebook.findings.append(finding)
        self._notebook.note(tool, asked, describe(finding), begun, finding.ranking)


def describe(finding: Finding) -> str:
    """What a call was for and whether it was enough, in a few words."""
    found = finding.sufficiency
    verdict = f"{'enough' if found.enough else 'not enough'} ({found.confidence:.2f})"
    action = finding.action
    if isinstance(action, ReadAction):
        return f"{len(finding.units)} rows are meant"
    if action.purpose == "bridge":
        return f"bridge {action.name}: {verdict}"
    return f"{action.purpose}: {verdict}"


@dataclass(frozen=True, slots=True)
class Agent:
    """Answers as the pipeline does, from evidence that several searches have gathered."""

    pipeline: RagPipeline
    limits: Limits = field(default_factory=Limits)
    planner: Callable[[], Planner] = RulePlanner

    def ask(self, query: Query) -> Answer:
        """An answer with its trajectory. Raises IndexUnavailableError as the pipeline does.

        Must not be called from a running event loop: it runs one of its own.
        """
        steps: list[Step] = []
        tokens = [0, 0]

        def gather(asked: Query) -> Evidence:
            notebook = Notebook(asked, self.limits)
            tools = Tools(self.pipeline, asked)
            asyncio.run(_run(AgentWorkflow(notebook, tools, self.planner())))
            steps.extend(notebook.steps)
            tokens[:] = notebook.tokens_in, notebook.tokens_out
            return join(notebook, self.pipeline)

        answer = self.pipeline.answer(query, gather)
        usage = replace(
            answer.usage,
            tokens_in=answer.usage.tokens_in + tokens[0],
            tokens_out=answer.usage.tokens_out + tokens[1],
        )
        end = Step("finish", query.text, (), (), answer.status, 0.0)
        return replace(answer, usage=usage, trajectory=(*steps, end))


async def _run(workflow: AgentWorkflow) -> None:
    await workflow.run(start_event=Plan())
