"""python -m eval: measure the pipeline."""

import typer

from eval.commands.blame import blame
from eval.commands.compare import ablation, compare
from eval.commands.data import claims, data
from eval.commands.external import export_run, external
from eval.commands.gate import baseline, gate
from eval.commands.history import history
from eval.commands.judge import judge_labels
from eval.commands.lab import lab
from eval.commands.run import run
from eval.commands.show import show_run
from eval.commands.sweep import sweep
from eval.drafting.command import generate
from eval.drift.command import drift_command
from eval.html.command import report

cli = typer.Typer(
    help="Measure the pipeline that serves, in process, without key or network.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

for command in (run, report, blame, compare, ablation, sweep, gate, baseline, history):
    cli.command()(command)
cli.command("show")(show_run)
cli.command()(lab)
cli.command("judge")(judge_labels)
cli.command()(claims)
cli.command()(data)
cli.command()(generate)
cli.command("drift")(drift_command)
cli.command("export")(export_run)
cli.command("external")(external)

if __name__ == "__main__":
    cli()
