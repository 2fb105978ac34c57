"""What a classifier is trained with: every choice in one frozen value, checked before anything is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from core.errors import GlitchAuditError

ARCHITECTURES = ("small", "vgg16", "resnet18", "resnet50", "xception", "resnet50v2")
WEIGHTS = ("scratch", "imagenet", "glitch")
TUNES = ("frozen", "last stages", "whole")
ANSWER_UNITS = ("sample", "picture")
MERGES = ("concatenate", "mean")
OPTIMIZERS = ("adamw", "rmsprop")
BALANCES = ("none", "class weights", "balanced sampling")
CENTRINGS = ("none", "centre", "standardise")
COLOURS = ("auto", "colour", "gray")
SPLITS_BY = ("glitch", "time", "picture")
SPLITS = ("train", "validation", "test")

SMALLEST_SIDE = 32
"""Pixels; the deepest architectures halve a picture five times."""

_CHOICES = {
    "architecture": ARCHITECTURES,
    "weights": WEIGHTS,
    "tune": TUNES,
    "unit": ANSWER_UNITS,
    "merge": MERGES,
    "optimizer": OPTIMIZERS,
    "balance": BALANCES,
    "centring": CENTRINGS,
    "colours": COLOURS,
    "split_by": SPLITS_BY,
}
_RANGES = {
    "dropout": (0.0, 0.95),
    "learning_rate": (1e-9, 10.0),
    "weight_decay": (0.0, 10.0),
    "epochs": (1, 100_000),
    "batch": (2, 100_000),
    "patience": (1, 100_000),
    "plateau_patience": (0, 100_000),
    "plateau_factor": (0.01, 0.99),
    "time_shift": (0.0, 0.5),
    "gain": (0.0, 2.0),
    "zoom": (0.0, 0.5),
    "label_smoothing": (0.0, 0.9),
    "validation_share": (0.01, 0.5),
    "test_share": (0.0, 0.5),
    "gap_days": (0.0, 3650.0),
    "seed": (0, 2**31 - 1),
}


@dataclass(frozen=True)
class TrainParams:
    """The choices of one training; docs/training.md says when to change which.

    Attributes:
        architecture: one of :data:`ARCHITECTURES`.
        weights: of the trunk: "scratch", "imagenet", or "glitch", the project's own backbone (resnet18 only).
        tune: which part of the trunk learns: "frozen" none of it, "last stages", or "whole". The head always does.
        unit: "sample", all views of a glitch through one trunk and then merged, or "picture", each by itself.
        views: which views; () for all that the data set has, and never () in a run.
        merge: "concatenate" (a missing view counts as zeros), or "mean" over the views that are there.
        size: (height, width) of the network's input, pixels.
        dense: widths of the head's layers, each followed by BatchNorm, ReLU and dropout.
        optimizer: "adamw", or "rmsprop" as in Keras (rho 0.9).
        learning_rate: the first; it falls on a plateau.
        weight_decay: decoupled, AdamW only.
        batch: rows a step: glitches, or pictures where ``unit`` is "picture".
        patience: epochs without a better validation loss after which training ends.
        plateau_patience: such epochs after which the learning rate is multiplied by ``plateau_factor``.
        balance: "none", "class weights" (loss inverse to frequency), or "balanced sampling" (rows drawn likewise).
        colours: what the network sees of ordinary pictures: "colour" (red, green and blue), "gray" (luminance), or
            "auto": colour unless the weights know one channel alone; never "auto" in a run. Spectrograms are "gray".
        centring: of each picture: "none", "centre" (minus its mean), "standardise" (and over its standard deviation).
        time_shift: largest shift, share of the width.
        gain: energy is multiplied by exp(u), u uniform in +-``gain``, and clipped at saturation.
        mirror: pictures mirrored in time with probability 1/2. Off: a mirrored glitch is another morphology.
        zoom: largest stretch, share. Off: duration and frequency tell classes apart.
        label_smoothing: share of the target spread over all labels.
        mixed_precision: half precision where the device is faster with it.
        split_by: "glitch", at random; "time", whole glitches too, the latest judged on, whatever split the data set
            has; "picture" lets views of one glitch stand on both sides, which inflates figures.
        validation_share, test_share: of the glitches, where the data set has no split of its own.
        gap_days: left out between the parts of a split in time, at most a tenth of the time that the data span.
        seed: of the split, the initial weights, the order and the augmentation.
        device: "auto" for cuda, mps or cpu, whichever is there; or a torch device name.
    """

    architecture: str = "resnet18"
    weights: str = "scratch"
    tune: str = "whole"
    unit: str = "sample"
    views: tuple[str, ...] = ()
    merge: str = "concatenate"
    size: tuple[int, int] = (140, 170)
    dense: tuple[int, ...] = (256,)
    dropout: float = 0.3
    optimizer: str = "adamw"
    learning_rate: float = 1e-3
    weight_decay: float = 0.01
    epochs: int = 30
    batch: int = 32
    patience: int = 8
    plateau_patience: int = 3
    plateau_factor: float = 0.5
    balance: str = "none"
    centring: str = "none"
    colours: str = "auto"
    time_shift: float = 0.05
    gain: float = 0.1
    mirror: bool = False
    zoom: float = 0.0
    label_smoothing: float = 0.0
    mixed_precision: bool = False
    split_by: str = "glitch"
    validation_share: float = 0.15
    test_share: float = 0.15
    gap_days: float = 7.0
    seed: int = 0
    device: str = "auto"


def check_params(params: TrainParams) -> None:
    """Raise GlitchAuditError for an unknown name, a number out of range, or choices that exclude each other."""
    for name, choices in _CHOICES.items():
        if getattr(params, name) not in choices:
            listed = ", ".join(repr(choice) for choice in choices)
            raise GlitchAuditError(f"There is no {name} {getattr(params, name)!r}: choose one of {listed}.")
    for name, (low, high) in _RANGES.items():
        value = getattr(params, name)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise GlitchAuditError(f"{name} must be a number from {low:g} to {high:g}, not {value!r}.")
    if len(params.size) != 2 or min(params.size) < SMALLEST_SIDE or max(params.size) > 2048:
        raise GlitchAuditError(
            f"size must be (height, width) with sides of {SMALLEST_SIDE} to 2048 pixels, not {tuple(params.size)}."
        )
    if any(width < 1 for width in params.dense):
        raise GlitchAuditError(f"dense must list widths of at least 1, such as 256, not {tuple(params.dense)}.")
    if len(set(params.views)) != len(params.views):
        raise GlitchAuditError(f"views names a view twice: {', '.join(params.views)}; name each once.")
    if params.weights == "glitch" and params.architecture != "resnet18":
        raise GlitchAuditError(
            f"The project's own weights ('glitch') are a resnet18, not a {params.architecture}: choose the "
            "architecture resnet18, or the weights 'scratch' or 'imagenet'."
        )
    if params.weights == "glitch" and params.colours == "colour":
        raise GlitchAuditError(
            "The project's own weights ('glitch') know one channel: choose the colours 'gray', or the weights "
            "'scratch' or 'imagenet'."
        )
    if params.weights == "imagenet" and params.architecture == "small":
        raise GlitchAuditError(
            "The small CNN is our own and has no ImageNet weights: choose the weights 'scratch', or another one."
        )
    if params.validation_share + params.test_share > 0.8:
        raise GlitchAuditError("validation_share and test_share leave too little to learn from: at most 0.8 together.")


def with_views(params: TrainParams, views: Sequence[str]) -> TrainParams:
    """Return the parameters with views named in the order of ``views``; raises GlitchAuditError for one not there."""
    missing = [view for view in params.views if view not in views]
    if missing:
        there = ", ".join(views) or "none, for it has no pictures"
        raise GlitchAuditError(f"The data set has no view {', '.join(missing)}: choose among {there}.")
    wanted = params.views or tuple(views)
    return replace(params, views=tuple(view for view in views if view in wanted))


def with_colours(params: TrainParams, *, ordinary: bool) -> TrainParams:
    """Return the parameters with what the network sees named, of ``ordinary`` pictures or of spectrograms.

    Raises GlitchAuditError where colours are asked for that the pictures do not have.
    """
    if params.colours == "colour" and not ordinary:
        raise GlitchAuditError(
            "The pictures of this data set are spectrograms, which are energy and have no colours: choose the colours "
            "'auto' or 'gray'."
        )
    auto = "colour" if ordinary and params.weights != "glitch" else "gray"
    return replace(params, colours=auto) if params.colours == "auto" else params


def params_to_json(params: TrainParams) -> dict[str, Any]:
    """Plain values, tuples as lists."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(params).items()}


def params_from_json(content: Mapping[str, Any]) -> TrainParams:
    """Return what :func:`params_to_json` wrote, defaults filled in; raises GlitchAuditError for unknown parameters.

    Runs from before networks saw colours say nothing of them: they saw gray.
    """
    known = {field.name for field in fields(TrainParams)}
    unknown = sorted(set(content) - known)
    if unknown:
        raise GlitchAuditError(
            f"There is no training parameter {', '.join(unknown)}: was it written by a newer version?"
        )
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in content.items()
    }
    return TrainParams(**{"colours": "gray", **values})
