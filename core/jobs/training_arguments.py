"""The training's parameters as arguments of the command line, and back: the page and a person start it alike."""

from __future__ import annotations

import argparse
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from core.classify import params as known
from core.classify.params import TrainParams, check_params

_HELP = {
    "architecture": "the network that reads the pictures",
    "weights": "what the network starts from: nothing, everyday photographs, or the project's backbone (resnet18)",
    "tune": "which part of the network learns; its head always does",
    "unit": "what is named: a glitch by its views together, or every picture by itself (default: the workspace's unit)",
    "views": "which views to use (default: all that the data set has)",
    "merge": "how the views of a glitch are joined",
    "size": "height and width of the network's input in pixels",
    "dense": "widths of the head's layers; none for a plain linear head",
    "dropout": "share of units dropped in the head while training",
    "optimizer": "how the weights are moved",
    "learning_rate": "the first one; it falls when the validation loss no longer does",
    "weight_decay": "pulls the weights towards zero (adamw)",
    "epochs": "how often to go through the training samples at most",
    "batch": "samples a step",
    "patience": "stop after so many epochs without a better validation loss",
    "plateau_patience": "lower the learning rate after so many epochs without a better validation loss",
    "plateau_factor": "by what it is multiplied then",
    "balance": "what is done about rare labels",
    "centring": "what is taken out of each picture first",
    "colours": "what the network sees of ordinary pictures; spectrograms are energy, which is gray to it",
    "time_shift": "largest random shift in time, share of the width",
    "gain": "largest random gain: energies are multiplied by exp(-gain) to exp(gain)",
    "mirror": "mirror pictures in time at random; off, because time has a direction",
    "zoom": "largest random stretch; off, because it changes frequency and duration",
    "label_smoothing": "share of the target spread over all labels",
    "mixed_precision": "compute in half precision where the device is faster so",
    "split_by": "glitch, at random; time, the latest are judged on; or picture: that leaks views of one glitch to both "
    "sides and inflates every figure",
    "validation_share": "share of the glitches to validate on, where the data set has no split of its own",
    "test_share": "share of the glitches to test on, where the data set has no split of its own",
    "gap_days": "split in time: days between the parts that nobody learns or is judged by, at most a tenth of the span",
    "seed": "same seed, same split, order and first weights",
    "device": "auto, cpu, cuda or mps",
}
_CHOICES = {
    "architecture": known.ARCHITECTURES,
    "weights": known.WEIGHTS,
    "tune": known.TUNES,
    "unit": known.ANSWER_UNITS,
    "merge": known.MERGES,
    "optimizer": known.OPTIMIZERS,
    "balance": known.BALANCES,
    "centring": known.CENTRINGS,
    "colours": known.COLOURS,
    "split_by": known.SPLITS_BY,
}
_EACH = {"views": str, "size": int, "dense": int}
_COUNT = {"views": "+", "size": 2, "dense": "*"}


def add_train_arguments(parser: argparse.ArgumentParser) -> None:
    """Add everything that ``python -m core train`` understands."""
    parser.add_argument("source", type=Path, help="folder or file of the data set")
    parser.add_argument(
        "--name", default="", help="of the run; the same name and parameters go on with an unfinished one"
    )
    parser.add_argument("--resume", default="", metavar="NAME", help="go on with this run, with its own parameters")
    parser.add_argument("--quiet", action="store_true", help="no lines about progress")
    group = parser.add_argument_group(
        "parameters", "What is left out has the default in brackets; see docs/training.md."
    )
    for field in fields(TrainParams):
        group.add_argument(_flag(field.name), dest=field.name, default=None, **_kind(field.name, field.default))


def params_from_arguments(options: argparse.Namespace, *, unit: str) -> TrainParams:
    """Return the parameters that were given, defaults for the others, ``unit`` where none was given.

    Raises GlitchAuditError where they cannot be trained with.
    """
    given = {field.name: getattr(options, field.name, None) for field in fields(TrainParams)}
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    params = replace(TrainParams(unit=unit), **{name: value for name, value in values.items() if value is not None})
    check_params(params)
    return params


def arguments_of(params: TrainParams) -> list[str]:
    """Return the arguments that give these parameters; of the defaults the unit alone, which a workspace may change."""
    found: list[str] = []
    for field in fields(TrainParams):
        value = getattr(params, field.name)
        if value == field.default and field.name != "unit":
            continue
        if isinstance(value, bool):
            found.append(_flag(field.name) if value else _flag(f"no-{field.name}"))
        elif isinstance(value, tuple):
            found += [_flag(field.name), *map(str, value)]
        else:
            found += [_flag(field.name), _word(value)]
    return found


def _kind(name: str, default: Any) -> dict[str, Any]:
    text = _HELP[name] if name in ("unit", "views") else f"{_HELP[name]} [{_shown(default)}]"
    about: dict[str, Any] = {"help": text.replace("%", "%%")}
    if isinstance(default, bool):
        return {**about, "action": argparse.BooleanOptionalAction}
    if name in _EACH:
        return {**about, "type": _EACH[name], "nargs": _COUNT[name], "metavar": name.upper()}
    if name in _CHOICES:
        listed = ",".join(_word(choice) for choice in _CHOICES[name])
        return {**about, "type": _spaced, "choices": _CHOICES[name], "metavar": f"{{{listed}}}"}
    return {**about, "type": type(default), "metavar": name.upper()}


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _spaced(text: str) -> str:
    """Return a choice as it is called in the code; on the command line its words are joined by dashes."""
    return text.replace("-", " ")


def _word(value: Any) -> str:
    return value.replace(" ", "-") if isinstance(value, str) else str(value)


def _shown(default: Any) -> str:
    if isinstance(default, tuple):
        return " ".join(map(str, default)) or "none"
    return ("off", "on")[default] if isinstance(default, bool) else _word(default)
