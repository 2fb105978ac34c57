"""The shipped classifier: the heads of ``glitch-resnet18``, calibrated on simulated glitches.

Fit it again whenever the backbone's weights change: ``python -m core fit-classifier``.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.classify.evaluation.calibration import fit_temperature
from core.classify.naming.classifier import SAMPLE, Classifier, Scorer
from core.classify.naming.unknown import KnownSpace, UnlikeRule, distances, fit_space, make_rule
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

_BATCH = 8


def load_shipped(path: Path = SHIPPED_FILE) -> Classifier:
    """Return the shipped classifier; raises GlitchAuditError where a file is missing or fitted for other weights."""
    from safetensors import safe_open

    backbone = BACKBONES[OFFLINE_DEFAULT]
    head = load_glitch_head()
    try:
        with safe_open(path, framework="numpy") as file:
            about = json.loads((file.metadata() or {})["about"])
            arrays = {name: file.get_tensor(name).astype(np.float32) for name in file.keys()}  # noqa: SIM118
    except Exception as error:  # safetensors raises its own kind for damaged files
        raise GlitchAuditError(
            f"The calibration of the shipped classifier at {path} is missing or damaged: restore it from the "
            "repository, or fit it again with `python -m core fit-classifier`."
        ) from error
    if about["weights"] != weights_hash(backbone):
        raise GlitchAuditError(
            f"The calibration of the shipped classifier at {path} belongs to other weights than those in "
            f"{DATA_FOLDER}: fit it again with `python -m core fit-classifier`."
        )
    space = KnownSpace(**{field.name: arrays[field.name] for field in fields(KnownSpace)})
    counts = {int(name.removeprefix("quantiles.")): arrays[name] for name in arrays if name.startswith("quantiles.")}
    rule = UnlikeRule(
        quantiles=counts,
        held_out={int(count): number for count, number in about["held_out"].items()},
        space=space,
        false_alarm_rate=about["false_alarm_rate"],
    )
    return _classifier(head, {int(n): value for n, value in about["temperatures"].items()}, rule, about["weights"])


def fit_shipped(out: Path = SHIPPED_FILE, *, samples: int = 880, seed: int = FIT_SEED) -> Path:
    """Draw glitches as training does, fit temperatures and the rule for the unlike, and write them (below 1 MB).

    One draw of ``samples`` glitches says where the known lie. A second one, seeded ``seed + 1``, gives held-out scores,
    with all views and with any of them missing. Raises GlitchAuditError where the backbone has no heads.
    """
    from safetensors.numpy import save_file

    from core.embed.evaluate import simulated_glitches
    from core.embed.preprocess import network_input

    head = load_glitch_head()
    backbone = BACKBONES[OFFLINE_DEFAULT]
    draws = []
    features_of = _features_of()
    for number in range(2):
        glitches = simulated_glitches(samples, seed=seed + number, varied=True)
        flat = [network_input(energy, size=backbone.size) for views in glitches.pictures for energy in views]
        parts = [features_of(np.stack(flat[first : first + _BATCH])) for first in range(0, len(flat), _BATCH)]
        draws.append((np.concatenate(parts).reshape(len(glitches.labels), len(VIEWS), -1), glitches.labels))
    space, temperatures, rule = fit_from_features(head, *draws)
    arrays = {field.name: getattr(space, field.name) for field in fields(KnownSpace)}
    arrays |= {f"quantiles.{count}": values.astype(np.float32) for count, values in rule.quantiles.items()}
    about = {
        "weights": weights_hash(backbone),
        "false_alarm_rate": rule.false_alarm_rate,
        "held_out": dict(rule.held_out),
        "temperatures": temperatures,
        "samples": samples,
        "seed": seed,
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, out, {"about": json.dumps(about)})
    return out


def fit_from_features(
    head: GlitchHead, known: tuple[np.ndarray, np.ndarray], held_out: tuple[np.ndarray, np.ndarray]
) -> tuple[KnownSpace, dict[int, float], UnlikeRule]:
    """Fit from features (n, views, d) and labels of two independent draws; see :func:`fit_shipped`."""
    space = fit_space(*known, names=head.labels)
    features, labels = held_out
    truth = np.array([head.labels.index(label) for label in labels])
    temperatures, scores = {}, {}
    for count in range(1, len(VIEWS) + 1):
        patterns = list(itertools.combinations(range(len(VIEWS)), count))
        # Each glitch counts once, in one of the patterns of so many views: rows of one glitch are not independent.
        present = np.zeros(features.shape[:2], bool)
        for row in range(len(features)):
            present[row, list(patterns[row % len(patterns)])] = True
        logits, joined = scores_of_views(head, features, present)
        temperatures[count] = fit_temperature(logits, truth)
        scores[count] = distances(joined.reshape(features.shape), present, space)
    return space, temperatures, make_rule(scores, space=space)


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


def _classifier(head: GlitchHead, temperatures: dict[int, float], rule: UnlikeRule, weights: str) -> Classifier:
    backbone = BACKBONES[OFFLINE_DEFAULT]
    return Classifier(
        name=SHIPPED_NAME,
        labels=head.labels,
        views=VIEWS,
        unit=SAMPLE,
        size=backbone.size,
        temperatures=temperatures,
        rule=rule,
        about=(
            f"Comes with the project: a ResNet-18 trained on simulated glitches of {len(head.labels)} Gravity Spy "
            "classes, and calibrated on simulated ones. It has never seen a real glitch in training."
        ),
        fingerprint=weights,
        score=_scorer(head),
        any_view=True,
        blocks=len(VIEWS),
        fits_simulated=True,
        embedded_by=OFFLINE_DEFAULT,
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
