"""The tables of the two systems that this project grew from, in earnest: every architecture trained until it stops.

    OMP_NUM_THREADS=1 nice -n 15 python -m benchmarks.seeds_table [--folder FOLDER] [--total 180] [--plan]

Corpus: half a year of simulated glitches of 22 classes in the training set's true shares, 67 to 1, in which rates,
loudness, noise and the looks of classes drift (core/simulate/months.py); four views each. Every contender is trained
twice: split at random by glitch, and in time with a gap of 7 days between the parts. 60 % of the dated glitches are
learnt from, 15 % validate, 25 % are tested; in time, the gaps cost the earlier parts.

A contender trains until its validation loss has not fallen for six epochs (the learning rate is halved after two), or,
where all together would take more than --total minutes of one core, until its minutes are over, which the table says.
Figures count glitches, with 95 % intervals by glitch. The best run, by macro-F1 in time, gets a model card and figures.
Real glitches (../shared/real) are only looked at, never learnt from, nor is anything chosen by them.

A run that was killed goes on where it stood when the same command is given again: corpus, plan and runs stay in the
folder. After each contender the result is written anew, with all that are finished: benchmarks/results/seeds_table.txt.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.machine import when_and_where
from benchmarks.real_pictures import REAL, on_real_pictures
from benchmarks.seeds_contenders import CONTENDERS, Planned, begin, contender_params, corpus, plan, plan_lines
from benchmarks.seeds_report import Finished, best_of, draw_figures, report
from core.classify.evaluation.card import write_card
from core.classify.evaluation.evaluate import evaluate_run, load_evaluation
from core.dataset import Dataset
from core.errors import GlitchAuditError
from core.files import whole_file

RESULT = Path(__file__).parent / "results" / "seeds_table.txt"
GLITCHES, SMOKE_GLITCHES = 2000, 120


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    heading = _heading(options)
    print("\n".join(heading), flush=True)
    dataset = corpus(options.folder, SMOKE_GLITCHES if options.smoke else options.glitches)

    def planned() -> list[Planned]:
        return plan(
            dataset, options.folder, options.contenders, total=options.total, each=options.minutes, smoke=options.smoke
        )

    print("\n".join(plan_lines(planned())), flush=True)
    if options.plan:
        return
    finished: list[Finished] = []
    failed: list[str] = []
    for place in range(len(planned())):
        # Planned anew each time: what stopped early leaves its minutes to those that follow.
        one = planned()[place]
        try:
            finished.append(_contender(dataset, one, options))
        except GlitchAuditError as error:
            failed.append(f"{one.name} {one.split}: {error}")
            print(failed[-1], flush=True)
            continue
        _write(options.out, [*heading, *report(finished, planned=planned()), *failed])
        _show_best(finished, dataset, options)
    print(options.out.read_text(encoding="utf-8") if options.out.exists() else "nothing is finished", flush=True)


def _contender(dataset: Dataset, one: Planned, options: argparse.Namespace) -> Finished:
    """One contender on one split, trained, measured and shown the real pictures; what was done is not done again."""
    from core.classify.training.train import train_run

    params = replace(contender_params(one.name, one.split, smoke=options.smoke), epochs=one.epochs)
    folder = options.folder / "runs" / f"{one.name}-{one.split}"
    begin(one, options.folder)
    print(f"{folder.name}: at most {params.epochs} epochs", file=sys.stderr, flush=True)
    run = train_run(dataset, params, folder, on_epoch=lambda row: print(f"  {row}", file=sys.stderr, flush=True))
    evaluation = load_evaluation(run) or evaluate_run(run)
    return Finished(one, run, evaluation, tuple(on_real_pictures(run, options.real)))


def _show_best(finished: Sequence[Finished], dataset: Dataset, options: argparse.Namespace) -> None:
    best = best_of(finished)
    write_card(
        best.run,
        best.evaluation,
        options.folder / "model_card.md",
        data=dataset.name,
        simulated=True,
        others=best.real,
    )
    draw_figures(best, dataset, options.folder / "figures")


def _write(out: Path, lines: Sequence[str]) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(out) as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _heading(options: argparse.Namespace) -> list[str]:
    """When and where it began, kept in the folder, so that a resumed run has the same; then the command."""
    path = options.folder / "began.txt"
    if not path.exists():
        path.write_text(when_and_where(), encoding="utf-8")
    glitches = SMOKE_GLITCHES if options.smoke else options.glitches
    return [
        f"{path.read_text(encoding='utf-8')}; last written {when_and_where().split(',')[0]}",
        f"python -m benchmarks.seeds_table {' '.join(sys.argv[1:])}".rstrip(),
        f"{glitches:,} simulated glitches of 22 classes in the training set's shares (67 to 1), half a year, four "
        "views each; everything from nothing unless it says backbone; hours are wall clock of a shared machine",
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--contenders", nargs="+", choices=sorted(CONTENDERS), default=list(CONTENDERS))
    parser.add_argument("--total", type=float, default=180, help="minutes of one core for all of them together")
    parser.add_argument("--minutes", type=float, default=0, help="at most, for each contender; 0: no such limit")
    parser.add_argument("--glitches", type=int, default=GLITCHES)
    parser.add_argument("--smoke", action="store_true", help="a tiny corpus, tiny pictures, two epochs")
    parser.add_argument("--plan", action="store_true", help="only measure an epoch of each and print the plan")
    parser.add_argument("--real", type=Path, default=REAL, help="folder of the real glitches")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "glitch_audit_seeds")
    parser.add_argument("--out", type=Path, default=RESULT)
    return parser


if __name__ == "__main__":
    main()
