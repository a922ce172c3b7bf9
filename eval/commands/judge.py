"""python -m eval judge: a judge against people's labels."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from tqdm import tqdm

from app.bootstrap import build_embedder
from app.bootstrap.clients import build_llm
from app.settings import Settings
from eval.human import LabelledResponse, load_labels, sample
from eval.judge_table import show_judge, show_wavering
from eval.judging import SEED, judge_report, judge_scores
from eval.session import explained
from retrieval.prompt import JUDGE_FIELDS, load_prompt


def judge_labels(
    labels: Annotated[Path, typer.Option(help="Answers judged by people, as MTRAG has them.")],
    seed: Annotated[int, typer.Option(help="How the tasks are halved.")] = SEED,
    judge: Annotated[
        Literal["offline", "llm"],
        typer.Option(help="The default judge, or the model at LLM_BASE_URL."),
    ] = "offline",
    repeats: Annotated[
        int, typer.Option(min=1, help="How often the model is asked about each claim.")
    ] = 1,
    cache: Annotated[
        Path, typer.Option(help="Where the model's replies are kept; what is there isn't asked.")
    ] = Path("results/judge"),
    limit: Annotated[
        int | None, typer.Option(min=1, help="A sample of so many tasks, always the same.")
    ] = None,
) -> None:
    """Calibrate a judge on half of people's labels; report on the other half."""
    console = Console(highlight=False)
    with explained():
        responses = sample(load_labels(labels), limit, seed)
        if judge == "offline":
            embedder = build_embedder(Settings())
            with tqdm(responses, desc="Judging", unit="answer") as bar:
                scores = judge_scores(responses, embedder, lambda: bar.update())
        else:
            scores = _by_model(console, responses, repeats, cache)
        show_judge(console, judge_report(responses, scores, seed))


def _by_model(
    console: Console, responses: Sequence[LabelledResponse], repeats: int, cache: Path
) -> list[float]:
    # Imported here: the offline judge need not wait for the client to load.
    from eval.llm_judging import RememberingJudge, ReplyCache, llm_scores

    settings = Settings()
    prompt = load_prompt("judge", fields=JUDGE_FIELDS)
    model = RememberingJudge(build_llm(settings), prompt, ReplyCache(cache), settings.llm_timeout_s)
    with tqdm(responses, desc=f"Asking {settings.llm_model}", unit="answer") as bar:
        scores, found = llm_scores(responses, model, repeats, lambda: bar.update())
    show_wavering(console, found, model.asked)
    return scores
