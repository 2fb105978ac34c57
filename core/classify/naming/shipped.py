"""The shipped classifier: the heads of ``glitch-resnet18``, calibrated on simulated glitches.

Fit it again whenever the backbone's weights change: ``python -m core fit-classifier``.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.classify.evaluation.calibration import fit_temperature
from core.classify.naming.classifier import SAMPLE, Classifier, Scorer
from core.classify.naming.on_real import OnReal, load_on_real
from core.classify.naming.unknown import (
    KnownSpace,
    UnlikeRule,
    distances,
    doubt_of,
    fit_space,
    make_joint_rule,
    scaled_to_labels,
)
from core.dataset.model import VIEWS
from core.embed.backbones import BACKBONES, DATA_FOLDER, OFFLINE_DEFAULT, weights_hash
from core.embed.combine import unit_rows
from core.embed.glitch_head import GlitchHead, glitch_scores, load_glitch_head, picture_scores
from core.errors import GlitchAuditError

if TYPE_CHECKING:
    from core.embed.runner import Runner

SHIPPED_FILE = DATA_FOLDER / "glitch_resnet18_classifier.safetensors"
SHIPPED_NAME = OFFLINE_DEFAULT
FIT_SEED = 3_000_017
"""Far from the seeds of the training and of the demo."""

CATCH_ALL = ("None_of_the_Above",)
"""Labels for what fits nothing else: to be like these is not to be known."""

SHIPPED_FALSE_ALARM_RATE = 0.03
"""As ``benchmarks/results/unlike.txt`` says at its end: the lowest that catches enough of what was never seen."""

_BATCH = 8
_BY_COUNT = ("quantiles", "distances", "doubts")


@dataclass(frozen=True)
class Fitted:
    """What was fitted beside the weights.

    Attributes:
        temperatures: by number of pictures a glitch, fitted on simulated glitches.
        length: the usual length of a picture's features, where only their directions were kept.
        rule: when a glitch is unlike anything known.
        weights: the hash of the backbone's.
    """

    temperatures: dict[int, float]
    length: float
    rule: UnlikeRule
    weights: str


def load_shipped(path: Path = SHIPPED_FILE) -> Classifier:
    """Return the shipped classifier; raises GlitchAuditError where a file is missing or fitted for other weights."""
    return _classifier(load_glitch_head(), load_fitted(path), load_on_real(path))


def load_fitted(path: Path = SHIPPED_FILE) -> Fitted:
    """Return what was fitted, without a network; raises GlitchAuditError as :func:`load_shipped`."""
    from safetensors import safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            about = json.loads((file.metadata() or {})["about"])
            arrays = {name: file.get_tensor(name).astype(np.float32) for name in file.keys()}  # noqa: SIM118
        rule = UnlikeRule(
            **{kind: _by_count(arrays, kind) for kind in _BY_COUNT},
            held_out={int(count): number for count, number in about["held_out"].items()},
            space=KnownSpace(**{field.name: arrays[field.name] for field in fields(KnownSpace)}),
            false_alarm_rate=about["false_alarm_rate"],
            not_known=tuple(about["not_known"]),
        )
        temperatures = {int(count): value for count, value in about["temperatures"].items()}
        fitted = Fitted(temperatures, about["length"], rule, about["weights"])
    except Exception as error:  # safetensors raises its own kind for damaged files
        raise GlitchAuditError(
            f"The calibration of the shipped classifier at {path} is missing or damaged: restore it from the "
            "repository, or fit it again with `python -m core fit-classifier`."
        ) from error
    if fitted.weights != weights_hash(BACKBONES[OFFLINE_DEFAULT]):
        raise GlitchAuditError(
            f"The calibration of the shipped classifier at {path} belongs to other weights than those in "
            f"{DATA_FOLDER}: fit it again with `python -m core fit-classifier`."
        )
    return fitted


def fit_shipped(
    out: Path = SHIPPED_FILE, *, samples: int = 880, seed: int = FIT_SEED, strain: Path | None = None
) -> Path:
    """Draw glitches as training does, fit temperatures and the rule for the unlike, and write them (below 1 MB).

    Pictures are changed as other pipelines change them, and with ``strain``, a folder of the detectors' noise, half of
    the glitches are drawn into that. One draw of ``samples`` glitches says where the known lie. A second one, seeded
    ``seed + 1``, gives held-out scores, with all views and with any of them missing. Raises GlitchAuditError where the
    backbone has no heads.
    """
    from core.embed.evaluate import simulated_glitches
    from core.embed.preprocess import network_input
    from core.simulate.real_noise import load_real_noise

    head = load_glitch_head()
    backbone = BACKBONES[OFFLINE_DEFAULT]
    noise = load_real_noise(strain) if strain is not None else None
    draws = []
    features_of = _features_of()
    for number in range(2):
        glitches = simulated_glitches(samples, seed=seed + number, varied=True, as_elsewhere=True, noise=noise)
        flat = [network_input(energy, size=backbone.size) for views in glitches.pictures for energy in views]
        parts = [features_of(np.stack(flat[first : first + _BATCH])) for first in range(0, len(flat), _BATCH)]
        draws.append((np.concatenate(parts).reshape(len(glitches.labels), len(VIEWS), -1), glitches.labels))
    about: dict[str, str | int] = {"samples": samples, "seed": seed, "real_noise": noise.fingerprint if noise else ""}
    return write_fitted(out, head, *draws, about=about)


def write_fitted(
    out: Path,
    head: GlitchHead,
    known: tuple[np.ndarray, np.ndarray],
    held_out: tuple[np.ndarray, np.ndarray],
    *,
    about: dict[str, str | int],
) -> Path:
    """Fit from features and labels as :func:`fit_from_features`, write the file, and return where it is."""
    from safetensors.numpy import save_file

    space, temperatures, rule = fit_from_features(head, known, held_out)
    arrays = {field.name: getattr(space, field.name) for field in fields(KnownSpace)}
    for kind in _BY_COUNT:
        arrays |= {f"{kind}.{count}": values.astype(np.float32) for count, values in getattr(rule, kind).items()}
    content = {
        "weights": weights_hash(BACKBONES[OFFLINE_DEFAULT]),
        "false_alarm_rate": rule.false_alarm_rate,
        "not_known": list(rule.not_known),
        "held_out": dict(rule.held_out),
        "temperatures": temperatures,
        "length": float(np.median(np.linalg.norm(known[0], axis=2))),
        **about,
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    whole = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    save_file(whole, out, {"about": json.dumps(content)})
    return out


def fit_from_features(
    head: GlitchHead, known: tuple[np.ndarray, np.ndarray], held_out: tuple[np.ndarray, np.ndarray]
) -> tuple[KnownSpace, dict[int, float], UnlikeRule]:
    """Fit from features (n, views, d) and labels of two independent draws; see :func:`fit_shipped`."""
    features, labels = held_out
    not_known = [number for number, label in enumerate(head.labels) if label in CATCH_ALL]
    space = fit_space(*known, names=head.labels)
    space = scaled_to_labels(space, features, labels, names=head.labels, not_known=not_known)
    truth = np.array([head.labels.index(label) for label in labels])
    known_kind = ~np.isin(truth, not_known)
    temperatures, parts = {}, {}
    for count in range(1, len(VIEWS) + 1):
        patterns = list(itertools.combinations(range(len(VIEWS)), count))
        # Each glitch counts once, in one of the patterns of so many views: rows of one glitch are not independent.
        present = np.zeros(features.shape[:2], bool)
        for row in range(len(features)):
            present[row, list(patterns[row % len(patterns)])] = True
        logits, joined = scores_of_views(head, features, present)
        temperatures[count] = fit_temperature(logits, truth)
        far = distances(joined.reshape(features.shape), present, space)
        parts[count] = far[known_kind], doubt_of(logits, not_known)[known_kind]
    rule = make_joint_rule(parts, space=space, rate=SHIPPED_FALSE_ALARM_RATE, not_known=not_known)
    return space, temperatures, rule


def _by_count(arrays: Mapping[str, np.ndarray], kind: str) -> dict[int, np.ndarray]:
    """The arrays called ``kind.N``, by N."""
    return {int(name.removeprefix(f"{kind}.")): array for name, array in arrays.items() if name.startswith(f"{kind}.")}


def scores_of_views(head: GlitchHead, features: np.ndarray, present: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return scores (n, labels) and joined unit vectors (n, views * d) from raw features (n, views, d).

    A single picture, whichever view it is, is named by the head trained on single pictures; several by the joined head.
    """
    units = unit_rows(features.reshape(-1, features.shape[-1])).reshape(features.shape)
    joined = unit_rows(np.where(present[..., None], units, 0.0).reshape(len(features), -1))
    scores = glitch_scores(head, joined)
    alone = present.sum(axis=1) == 1
    if alone.any():
        single = features[alone, present[alone].argmax(axis=1)]
        scores[alone] = picture_scores(head, single)
    return scores, joined


def scores_of_units(head: GlitchHead, units: np.ndarray, present: np.ndarray, *, length: float) -> np.ndarray:
    """Return scores (n, labels) from an embedding's vectors (n, views, d), of which only the directions are known.

    Single pictures count as if their features had the usual ``length``: they get the same names, and scores that are
    off by as much as their length is.
    """
    rows = unit_rows(units.reshape(-1, units.shape[-1])).reshape(units.shape)
    return scores_of_views(head, length * rows, present)[0]


def _classifier(head: GlitchHead, fitted: Fitted, on_real: OnReal) -> Classifier:
    backbone = BACKBONES[OFFLINE_DEFAULT]
    return Classifier(
        name=SHIPPED_NAME,
        labels=head.labels,
        views=VIEWS,
        unit=SAMPLE,
        size=backbone.size,
        temperatures=fitted.temperatures,
        rule=fitted.rule,
        about=(
            f"Comes with the project: a ResNet-18 trained on simulated glitches of {len(head.labels)} Gravity Spy "
            "classes. It has never seen a real glitch in training."
        ),
        fingerprint=fitted.weights,
        score=_scorer(head),
        any_view=True,
        blocks=len(VIEWS),
        fits_simulated=True,
        embedded_by=OFFLINE_DEFAULT,
        on_real=on_real,
    )


def _scorer(head: GlitchHead) -> Scorer:
    features_of = _features_of()

    def score(pictures: np.ndarray, present: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        flat = features_of(pictures[present])
        features = np.zeros((*present.shape, flat.shape[1]), np.float32)
        features[present] = flat
        return scores_of_views(head, features, present)

    return score


def _features_of() -> Runner:
    # The order matters where torch is a small build without operators that torchvision registers.
    from core.embed.torchvision_compat import import_torchvision

    import_torchvision()
    from core.embed.runner import make_runner

    return make_runner(BACKBONES[OFFLINE_DEFAULT], precision="float32")
