"""The command line: ``python -m core COMMAND``; ``python -m core --help`` lists the commands."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from core.commands.classify import add_classify_arguments
from core.commands.evaluate import add_evaluate_arguments, run_evaluate
from core.embed.backbones import BACKBONES
from core.embed.model import PRECISIONS, UNITS
from core.errors import Cancelled, GlitchAuditError
from core.jobs.training_arguments import add_train_arguments
from core.pipeline.settings import Settings, load_settings, save_settings, settings_from_json, vectors_path
from core.progress import Progress, ProgressPrinter
from core.typed_paths import typed_path
from core.workspace import DATA_FOLDER, PROJECT_ROOT, Workspace, known_workspaces, workspace_for
from core.workspace_titles import rename_workspace, workspace_title, workspace_titles


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; an error that the user can mend ends with its sentence and exit status 1."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and options.run not in (_train_backbone, _evaluate_backbone):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    options.rest = rest
    try:
        options.run(options)
    except Cancelled as stop:
        sys.exit(str(stop))
    except GlitchAuditError as error:
        sys.exit(f"Error: {error}")
    except KeyboardInterrupt:
        sys.exit("Stopped. What was finished is kept; run the command again to go on from there.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core", description="Glitch Audit from the command line.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    simulate = commands.add_parser("simulate", help="draw synthetic glitches and write them to a Parquet file")
    simulate.add_argument("--samples", type=int, default=1200, help="how many glitches (default 1200)")
    simulate.add_argument("--seed", type=int, default=1, help="same seed, same glitches (default 1)")
    simulate.add_argument("--out", type=Path, default=Path("simulated.parquet"), help="the file to write")
    simulate.add_argument("--demo", action="store_true", help="write the packed demo with its planted faults to data/")
    simulate.add_argument("--compare", type=Path, metavar="REAL", help="draw each class beside the real ones in REAL")
    simulate.set_defaults(run=_simulate)

    for name, what in (
        ("open", "read a data set into its workspace"),
        ("embed", "embed a data set's pictures, and nothing else"),
        ("prepare", "read, embed, lay out, cluster and audit a data set"),
        ("audit", "audit a prepared data set: suspects, stability, failure modes, drifts"),
        ("status", "say what a data set's workspace holds"),
    ):
        command = commands.add_parser(name, help=what)
        named = ", or its workspace's name" if name in ("audit", "status") else ""
        command.add_argument("source", type=Path, help=f"folder or file of the data set{named}")
        command.set_defaults(run=_RUN[name])
        if name == "open":
            command.add_argument("--name", help="what to call the data set on screen; empty for its folder's name")
        if name in ("embed", "prepare"):
            command.add_argument("--backbone", choices=sorted(BACKBONES), help="default: as set in the workspace")
            command.add_argument("--unit", choices=UNITS, help="one row a glitch, or one a picture (reference audit)")
            command.add_argument("--precision", choices=PRECISIONS, help="default: as set in the workspace")
            command.add_argument(
                "--vectors",
                metavar="FILE",
                help="ready-made embeddings or coordinates to use instead of a backbone; “none”, or --backbone, goes "
                "back to pictures",
            )
        if name in ("embed", "prepare", "audit"):
            command.add_argument("--quiet", action="store_true", help="no progress lines")
        if name == "prepare":
            command.add_argument("--no-audit", action="store_true", help="stop when the map is there")

    report = commands.add_parser("report", help="write figures, an HTML report and a map that needs no server")
    report.add_argument(
        "--workspace",
        type=Path,
        required=True,
        metavar="W",
        help="a workspace's folder or name, or the folder or file of its data set",
    )
    report.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new or empty folder")
    report.add_argument("--quiet", action="store_true", help="no progress lines")
    report.set_defaults(run=_report)

    train = commands.add_parser("train", help="train a classifier on a data set")
    add_train_arguments(train)
    train.set_defaults(run=_train)

    evaluate = commands.add_parser("evaluate", help="measure a data set's classifiers, side by side")
    evaluate.add_argument("source", type=Path, help="folder or file of the data set, or its workspace's name")
    add_evaluate_arguments(evaluate)
    evaluate.set_defaults(run=_evaluate)

    classify = commands.add_parser("classify", help="name the glitches in pictures, folders and ZIP archives")
    add_classify_arguments(classify)
    classify.set_defaults(run=_classify)

    for name, what, run in (
        ("train-backbone", "train glitch-resnet18 on simulated glitches", _train_backbone),
        ("evaluate-backbone", "say how well backbones tell glitches apart", _evaluate_backbone),
    ):
        # Their own arguments, --help among them, are left for their modules, so that torch is loaded only then.
        commands.add_parser(name, help=what, add_help=False).set_defaults(run=run)

    fit = commands.add_parser("fit-classifier", help="calibrate the classifier that comes with the project, anew")
    fit.add_argument("--samples", type=int, default=880, help="simulated glitches to draw for it (default 880)")
    fit.set_defaults(run=_fit_classifier)

    pack = commands.add_parser("pack-demo", help="compute the demo's results and pack them into data/")
    only = pack.add_mutually_exclusive_group()
    only.add_argument("--audit-only", action="store_true", help="keep the packed map, and audit it anew")
    only.add_argument("--runs-only", action="store_true", help="keep the packed results, and train the runs anew")
    pack.set_defaults(run=_pack_demo)
    return parser


def _simulate(options: argparse.Namespace) -> None:
    if options.compare is not None:
        from core.simulate.compare import write_comparison

        print(write_comparison(PROJECT_ROOT / "build" / "classes_compared.png", golden=options.compare / "golden"))
    elif options.demo:
        from core.simulate.demo import build_demo

        build_demo(DATA_FOLDER, on_progress=_line("Drawing the demo"))
    else:
        from core.simulate.corpus import write_corpus

        if options.samples < 1:
            raise GlitchAuditError(f"--samples must be at least 1, not {options.samples}.")
        write_corpus(options.out, options.samples, seed=options.seed, on_progress=_line("Drawing glitches"))
        print(f"{options.samples} glitches written to {options.out}")


def _open(options: argparse.Namespace) -> None:
    from core.pipeline.snapshot import read_dataset

    workspace = workspace_for(options.source)
    dataset = read_dataset(workspace)
    if options.name is not None:
        rename_workspace(workspace, options.name)
    print(f"{workspace_title(workspace)}: {dataset.layout}")
    print(f"{len(dataset.samples)} samples, {len(dataset.pictures)} pictures, {len(dataset.labels)} labels")
    for sentence in dataset.understood:
        print(f"understood: {sentence}")
    for problem in dataset.problems:
        print(f"left out: {problem.where}: {problem.reason}")
    print(f"workspace: {workspace.root}")


def _embed(options: argparse.Namespace) -> None:
    from core.pipeline.snapshot import read_dataset
    from core.pipeline.stages import embed_only, prepared_key

    workspace = workspace_for(options.source)
    # A source that cannot be read at all leaves no workspace behind.
    dataset = None if workspace.root.exists() else read_dataset(workspace)
    with _job(workspace, "embed", quiet=options.quiet) as (job, report):
        _say_what_was_read(dataset or read_dataset(workspace))
        settings = _asked_settings(workspace, options)
        embedding = embed_only(workspace, report=report, settings=settings)
        if prepared_key(workspace) is None:
            # There is no map that other settings would take away.
            save_settings(workspace, settings)
        message = f"{len(embedding.ids)} rows x {embedding.matrix.shape[1]}, fingerprint {embedding.fingerprint}"
        job.done(message)
    print(message)
    _print_problems(embedding.problems)


def _prepare(options: argparse.Namespace) -> None:
    from core.pipeline.snapshot import read_dataset
    from core.pipeline.stages import prepare

    workspace = workspace_for(options.source)
    # A source that cannot be read at all leaves no workspace behind.
    dataset = None if workspace.root.exists() else read_dataset(workspace)
    with _job(workspace, "prepare", quiet=options.quiet) as (job, report):
        _say_what_was_read(dataset or read_dataset(workspace))
        settings = settings_from_json(job.settings) if job.settings else _asked_settings(workspace, options)
        job.propose(asdict(settings))
        prepared = prepare(workspace, report=report, settings=settings)
        job.propose(None)
        clusters = len(set(prepared.clustering.labels.tolist()) - {-1})
        message = f"{len(prepared.samples):,} samples on the map in {clusters} clusters."
        if not options.no_audit:
            message += f" {_audited(prepared, report)}"
        job.done(message)
    print(message)
    _print_problems(prepared.problems)


def _audit(options: argparse.Namespace) -> None:
    workspace = _workspace_named(options.source)
    prepared = _loaded(workspace)
    with _job(workspace, "audit", quiet=options.quiet) as (job, report):
        message = _audited(prepared, report)
        job.done(message)
    print(message)


@contextmanager
def _job(workspace: Workspace, what: str, *, quiet: bool):
    """The workspace's job, which the app shows too, and what tells it and the terminal how far the work is."""
    from core.jobs.job import JobReporter

    show = _printer(quiet)
    with JobReporter(workspace, subject=what) as job:

        def report(progress: Progress) -> None:
            show(progress)
            job.report(progress)

        yield job, report


def _audited(prepared, report) -> str:
    from core.pipeline.audit import run_audit

    audit = run_audit(prepared, report=report)
    supported = int((audit.verdicts["verdict"] == "supported").sum())
    return (
        f"{int(audit.suspects.table['flagged'].sum()):,} suspects, {len(audit.twins):,} pairs of duplicates, "
        f"{supported} failure modes supported, {len(audit.drifts)} drifts."
    )


def _loaded(workspace: Workspace):
    from core.pipeline.stages import load_prepared

    prepared = load_prepared(workspace)
    if prepared is None:
        raise GlitchAuditError(
            f"{workspace.source} has no map yet: make it first with: python -m core prepare {workspace.source}"
        )
    return prepared


def _report(options: argparse.Namespace) -> None:
    from core.commands.report import write_workspace_report

    workspace = _workspace_named(options.workspace)
    prepared = _loaded(workspace)
    with _job(workspace, "report", quiet=options.quiet) as (job, report):
        _audited(prepared, report)
        path = write_workspace_report(prepared, options.out, report=report)
        job.done(f"The report lies in {path.parent}.")
    print(f"{path}\n{path.parent / 'map.html'}")


def _workspace_named(named: Path) -> Workspace:
    path = typed_path(named)
    titles = workspace_titles(known_workspaces())
    for workspace in known_workspaces():
        if str(named) in (workspace.name, titles[workspace.name]) or path.resolve() == workspace.root.resolve():
            return workspace
    if not path.exists():
        known = ", ".join(workspace.name for workspace in known_workspaces())
        raise GlitchAuditError(
            f"{named}: there is no such file or folder, and no workspace of that name; known workspaces: {known}."
        )
    return workspace_for(named)


def _status(options: argparse.Namespace) -> None:
    from core.jobs.job import job_status
    from core.pipeline.audit import audit_key
    from core.pipeline.stages import prepared_key

    workspace = _workspace_named(options.source)
    job = job_status(workspace)
    print(f"workspace: {workspace.root}")
    print(f"results: {'ready' if prepared_key(workspace) else 'not made yet'}")
    print(f"audit: {'ready' if prepared_key(workspace) and audit_key(_loaded(workspace)) else 'not made yet'}")
    far = f" {job.stage}: {job.done:,} of {job.total:,}" if job.running else f" {job.message}"
    print(f"work: {job.state}{far}".rstrip())


def _train(options: argparse.Namespace) -> None:
    from core.jobs.training import run_train

    run_train(options)


def _evaluate(options: argparse.Namespace) -> None:
    run_evaluate(_workspace_named(options.source), options)


def _classify(options: argparse.Namespace) -> None:
    from core.commands.classify import run_classify

    sys.exit(run_classify(options))


def _train_backbone(options: argparse.Namespace) -> None:
    from core.embed.train_backbone import main as train

    train(options.rest)


def _evaluate_backbone(options: argparse.Namespace) -> None:
    from core.embed.evaluate_backbone import main as evaluate

    evaluate(options.rest)


def _fit_classifier(options: argparse.Namespace) -> None:
    from core.classify.naming.shipped import fit_shipped

    print(fit_shipped(samples=options.samples))


def _pack_demo(options: argparse.Namespace) -> None:
    from core.demo.packed_demo import pack_audit, pack_demo
    from core.demo.packed_runs import pack_runs

    packs = (pack_demo, pack_runs)
    if options.audit_only or options.runs_only:
        packs = (pack_audit,) if options.audit_only else (pack_runs,)
    for pack in packs:
        for line in pack(report=_printer(False)):
            print(line)


def _say_what_was_read(dataset) -> None:
    print(f"{dataset.name}: {dataset.layout}, {len(dataset.samples)} samples, {len(dataset.pictures)} pictures")


def _asked_settings(workspace: Workspace, options: argparse.Namespace) -> Settings:
    """The workspace's settings, changed as the options say; they are not kept yet."""
    settings = load_settings(workspace)
    chosen = {name: getattr(options, name) for name in ("backbone", "unit", "precision") if getattr(options, name)}
    vectors = settings.vectors
    if options.vectors:
        if options.backbone:
            raise GlitchAuditError("--vectors stands in for a backbone: give one of the two, not both.")
        vectors = "" if options.vectors == "none" else vectors_path(options.vectors)
    elif options.backbone:
        vectors = ""
    return replace(settings, embed=replace(settings.embed, **chosen), vectors=vectors)


def _printer(quiet: bool):
    return (lambda progress: None) if quiet else ProgressPrinter().show


def _line(stage: str):
    from core.progress import ProgressMeter

    meter, show = ProgressMeter(stage), _printer(False)
    return lambda done, total: show(meter.at(done, total))


def _print_problems(problems) -> None:
    for problem in problems:
        print(f"left out: {problem.where}: {problem.reason}")


_RUN = {"open": _open, "embed": _embed, "prepare": _prepare, "audit": _audit, "status": _status}
