"""Trains ``glitch-resnet18`` on simulated glitches: ``python -m core train-backbone --minutes 25``."""

from __future__ import annotations

import argparse
import json
import math
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.embed.backbones import BACKBONES, DATA_FOLDER, HEAD_PREFIX, OFFLINE_DEFAULT, file_hash
from core.errors import GlitchAuditError
from core.files import whole_file

if TYPE_CHECKING:
    import torch

    from core.embed.training_model import TrainedBackbone
    from core.simulate.real_noise import RealNoise

HELD_OUT_SEED = 1_000_003
"""Added to the training seed for glitches that the network never saw."""

POOL_SIZE = 8192
"""Glitches that are kept for another look."""

_CHECKPOINT_SECONDS = 120.0
_LOG_SECONDS = 5.0
_WARM_UP = 0.05
_MEDIAN_TILES = 512
_HEADS = (("name_glitch", "weight"), ("name_picture", "weight"), ("name_picture", "bias"))
_IN_FILE = {"name_glitch": "glitch", "name_picture": "picture"}


@dataclass
class _Clock:
    step: int = 0
    glitches: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class BackboneTraining:
    """How the backbone is trained.

    Attributes:
        minutes, run_minutes: training time over all calls, and of this call.
        held_out: simulated glitches drawn afterwards for the accuracy that is kept in the file; 0 for none.
        batch: glitches a step; each gives four pictures.
        reuse: steps for each batch drawn. Above 1 the others are taken from the last :data:`POOL_SIZE` glitches,
            changed anew: drawing a glitch costs a processor as much as half a step.
        halved_until: share of the training that sees pictures of half the size, at a quarter of the cost.
        learning_rate: the highest.
        strain: folder of real noise to draw glitches into, see ``core.simulate.real_noise``; else simulated noise.
        fewer_views: share of glitches that are named from a part of their views.
        other_q: share of glitches that are drawn with a Q beside the one that fits best.
        start_from: weights of a backbone of this kind to go on from; else random ones.
        keep_of_start: share of these weights in what is saved (``core.embed.mixing``).
        workers: processes that draw glitches.
    """

    samples: int | None = None
    minutes: float | None = None
    run_minutes: float | None = None
    held_out: int = 880
    seed: int = 0
    batch: int = 256
    reuse: int = 1
    halved_until: float = 0.0
    learning_rate: float = 2e-3
    strain: Path | None = None
    fewer_views: float = 0.4
    other_q: float = 0.12
    start_from: Path | None = None
    keep_of_start: float = 0.0
    device: str = "cpu"
    workers: int = 2
    resume: bool = True

    @property
    def last_step(self) -> int:
        """The step after which all samples are drawn; no step where time alone ends the training."""
        return math.ceil(self.samples / self.batch) if self.samples is not None else sys.maxsize

    @property
    def on_gpu(self) -> bool:
        """Whether it runs on a graphics card of NVIDIA's."""
        return self.device.startswith("cuda")


def train_backbone(out: Path, training: BackboneTraining, *, on_log: Callable[[str], None] = print) -> dict[str, str]:
    """Train on fresh simulated glitches until the samples are seen or the minutes have passed, and save the backbone.

    The learning rate rises and falls once over that budget (AdamW, one cycle). A checkpoint beside ``out`` is written
    every two minutes, and a later call with ``resume`` goes on from it; ``run_minutes`` ends this call early with one.
    With ``samples``, one seed and one kind of processor a run repeats itself up to rounding; with ``minutes`` the
    number of steps depends on the machine's speed. ``out`` is a ``.safetensors`` file in half precision but for
    BatchNorm's running statistics. Returns its metadata; empty where ``run_minutes`` ended the call. Raises
    GlitchAuditError where neither ``samples`` nor ``minutes`` is given.
    """
    if training.samples is None and training.minutes is None:
        raise GlitchAuditError("Training needs an end: give the number of samples or the minutes.")
    from core.simulate.real_noise import load_real_noise

    checkpoint = out.with_suffix(".checkpoint")
    learner = _Learner(training, checkpoint)
    noise = load_real_noise(training.strain) if training.strain is not None else None
    if not _learn(learner, noise, checkpoint, on_log):
        return {}
    clock, accuracy = learner.clock, float("nan")
    if training.held_out:
        accuracy = _held_out_accuracy(learner.model, training.seed + HELD_OUT_SEED, training.held_out, training.workers)
    metadata = _metadata(training, clock, noise, accuracy)
    _save_backbone(out, learner.model, metadata)
    if training.start_from is not None and training.keep_of_start:
        from core.embed.mixing import mix_backbones

        mix_backbones(training.start_from, out, out, share=1 - training.keep_of_start, noise=noise)
    shutil.rmtree(checkpoint, ignore_errors=True)
    on_log(f"saved {out}: {clock.glitches} glitches in {clock.seconds:.0f} s, kNN accuracy by glitch {accuracy:.3f}")
    return metadata


class _Learner:
    def __init__(self, training: BackboneTraining, checkpoint: Path) -> None:
        import torch

        from core.embed.training_model import Replay, TrainedBackbone
        from core.simulate.views import ViewMaker
        from core.simulate.waveforms import CLASSES

        torch.manual_seed(training.seed)
        torch.backends.cudnn.benchmark = training.on_gpu
        self.training = training
        # On processors with bfloat16 matrix units a step costs about a third; on others bfloat16 would be slower.
        on_cpu = training.device == "cpu"
        self.half = training.on_gpu or (on_cpu and torch.ops.mkldnn._is_mkldnn_bf16_supported())  # noqa: SLF001 - there is no public one
        model = TrainedBackbone(len(CLASSES))
        if training.start_from is not None:
            _load_weights(model, training.start_from)
        self.model = model.to(  # type: ignore[call-overload]  # torch types no such overload
            training.device, memory_format=torch.channels_last
        )
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=training.learning_rate, weight_decay=0.05)
        self.clock = _load_checkpoint(checkpoint, self.model, self.optimizer) if training.resume else _Clock()
        self.generator = torch.Generator(training.device).manual_seed(training.seed + self.clock.step)
        self._maker = ViewMaker(training.device, median_tiles=_MEDIAN_TILES, other_q=training.other_q)
        self._replay = Replay(POOL_SIZE, self.generator)
        self.model.train()

    def learn(self, series: torch.Tensor, labels: torch.Tensor, log: _Log) -> float:
        """Take the steps for one drawn batch; return which share of the training is over."""
        device, reuse = self.training.device, self.training.reuse
        drawn = self._maker(series.to(device, non_blocking=True)).clone()
        fraction = 0.0
        for turn, looks in enumerate(self._replay.mix(drawn, labels.to(device, non_blocking=True), reuse)):
            fraction = self._over(turn / reuse)
            self._step(*looks, fraction, log)
        return fraction

    def _over(self, part: float) -> float:
        minutes = self.training.minutes
        by_time = self.clock.seconds / (minutes * 60) if minutes else 0.0
        return max((self.clock.step + part) / self.training.last_step, by_time)

    def _step(self, tenths: torch.Tensor, classes: torch.Tensor, fraction: float, log: _Log) -> None:
        import torch

        from core.embed.picture_changes import changed_pictures
        from core.embed.training_model import LossWeights, profiles, training_loss, views_left

        for group in self.optimizer.param_groups:
            group["lr"] = self.training.learning_rate * one_cycle(fraction)
        pictures = changed_pictures(tenths, self.generator)
        if fraction < self.training.halved_until:
            pictures = torch.nn.functional.avg_pool2d(pictures, 2)
        kind = self.training.device.split(":")[0]
        with torch.autocast(device_type=kind, dtype=torch.bfloat16, enabled=self.half):
            present = views_left(len(classes), self.generator, share=self.training.fewer_views)
            outputs = self.model(pictures, present)
        loss = training_loss(outputs, classes, profiles(pictures), LossWeights())
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 5.0)
        self.optimizer.step()
        log.add(loss.detach(), (outputs["glitch"].argmax(1) == classes).float().mean().detach())


def _learn(learner: _Learner, noise: RealNoise | None, checkpoint: Path, on_log: Callable[[str], None]) -> bool:
    """Draw and learn until the end; False where this call's minutes were over before."""
    from core.embed.training_data import load_batches

    training, clock = learner.training, learner.clock
    run_began, seconds_before = time.monotonic(), clock.seconds
    logged = saved = run_began
    log = _Log(on_log, clock.glitches)
    batches = load_batches(
        seed=training.seed,
        first=clock.step,
        last=training.last_step,
        size=training.batch,
        workers=training.workers,
        pinned=training.on_gpu,
        varied=True,
        noise=noise,
    )
    for series, labels in batches:
        fraction = learner.learn(series, labels, log)
        now = time.monotonic()
        clock.step += 1
        clock.glitches += len(labels)
        clock.seconds = seconds_before + now - run_began
        if now - logged >= _LOG_SECONDS or clock.step == training.last_step:
            logged = now
            log.write(clock, fraction)
        if training.minutes is not None and clock.seconds >= training.minutes * 60:
            break
        if training.run_minutes is not None and now - run_began >= training.run_minutes * 60:
            _save_checkpoint(checkpoint, learner.model, learner.optimizer, clock)
            on_log(f"stopped after {training.run_minutes:g} minutes of this run; the checkpoint is in {checkpoint}")
            return False
        if now - saved >= _CHECKPOINT_SECONDS:
            saved = now
            _save_checkpoint(checkpoint, learner.model, learner.optimizer, clock)
    return True


def _metadata(training: BackboneTraining, clock: _Clock, noise: RealNoise | None, accuracy: float) -> dict[str, str]:
    import torch

    from core.embed.training_model import COSINE_SCALE
    from core.simulate.waveforms import CLASSES

    return {
        "backbone": OFFLINE_DEFAULT,
        "classes": json.dumps(CLASSES),
        "head_scale": str(COSINE_SCALE),
        "real_noise": noise.fingerprint if noise is not None else "none",
        "command": " ".join(["python -m core", *sys.argv[1:]]),
        "started_from": file_hash(training.start_from) if training.start_from is not None else "random weights",
        "seed": str(training.seed),
        "steps": str(clock.step),
        "glitches": str(clock.glitches),
        "seconds": f"{clock.seconds:.0f}",
        "torch": torch.__version__,
        "knn_accuracy_on_held_out_simulated_glitches": f"{accuracy:.4f}",
    }


def one_cycle(fraction: float) -> float:
    """Return the relative learning rate when ``fraction`` of training is over: a quick rise, a cosine fall."""
    if fraction < _WARM_UP:
        return 0.02 + 0.98 * fraction / _WARM_UP
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (fraction - _WARM_UP) / (1 - _WARM_UP))))


class _Log:
    """Collects on the device and reads back only when a line is written, so that steps do not wait for each other."""

    def __init__(self, write: Callable[[str], None], glitches: int) -> None:
        self._write, self._glitches, self._since = write, glitches, time.monotonic()
        self._losses: list[torch.Tensor] = []
        self._hits: list[torch.Tensor] = []

    def add(self, loss: torch.Tensor, hits: torch.Tensor) -> None:
        self._losses.append(loss)
        self._hits.append(hits)

    def write(self, clock: _Clock, fraction: float) -> None:
        now = time.monotonic()
        loss = sum(float(value) for value in self._losses) / len(self._losses)
        hits = sum(float(value) for value in self._hits) / len(self._hits)
        rate = (clock.glitches - self._glitches) / max(now - self._since, 1e-9)
        self._write(
            f"step {clock.step}  {fraction:4.0%}  loss {loss:.3f}  accuracy {hits:.3f}  {rate:.0f} glitches/s  "
            f"{clock.seconds:.0f} s"
        )
        self._glitches, self._since = clock.glitches, now
        self._losses, self._hits = [], []


def _save_checkpoint(folder: Path, model: TrainedBackbone, optimizer: torch.optim.Optimizer, clock: _Clock) -> None:
    import torch

    folder.mkdir(parents=True, exist_ok=True)
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "clock": vars(clock)}
    with whole_file(folder / "state.pt") as temporary:
        torch.save(state, temporary)


def _load_checkpoint(folder: Path, model: TrainedBackbone, optimizer: torch.optim.Optimizer) -> _Clock:
    import torch

    path = folder / "state.pt"
    if not path.exists():
        return _Clock()
    state = torch.load(path, map_location="cpu", weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    return _Clock(**state["clock"])


def _load_weights(model: TrainedBackbone, path: Path) -> None:
    """Fill the backbone and its two naming heads from a file that :func:`_save_backbone` wrote."""
    from safetensors.torch import load_file

    try:
        weights = load_file(path)
        heads = {name: weights.pop(name) for name in list(weights) if name.startswith(HEAD_PREFIX)}
        missing, unexpected = model.backbone.load_state_dict(weights, strict=False)
        for layer, name in _HEADS:
            getattr(getattr(model, layer), name).data.copy_(heads[f"{HEAD_PREFIX}{_IN_FILE[layer]}.{name}"])
    except Exception as error:
        raise GlitchAuditError(f"The weights at {path} cannot be gone on from ({error}): give a backbone's.") from error
    if unexpected or any(not name.endswith("num_batches_tracked") for name in missing):
        raise GlitchAuditError(f"The weights at {path} are of another network: give a backbone's of this kind.")


def _save_backbone(out: Path, model: TrainedBackbone, metadata: dict[str, str]) -> None:
    from safetensors.torch import save_file

    weights = {}
    for name, value in model.backbone.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        value = value.detach().cpu().contiguous()
        # Running variances can lie below half precision's smallest number, and take no space.
        weights[name] = value.float() if "running" in name else value.half()
    for layer, name in _HEADS:
        value = getattr(getattr(model, layer), name)
        weights[f"{HEAD_PREFIX}{_IN_FILE[layer]}.{name}"] = value.detach().cpu().half().contiguous()
    out.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(out) as temporary:
        save_file(weights, temporary, metadata=metadata)


def _held_out_accuracy(model: TrainedBackbone, seed: int, count: int, workers: int) -> float:
    import copy

    from core.embed.evaluate import embed_glitches, knn_accuracy, simulated_glitches
    from core.embed.runner import make_runner

    backbone = BACKBONES[OFFLINE_DEFAULT]
    glitches = simulated_glitches(count, seed=seed, workers=workers, device=str(next(model.parameters()).device))
    runner = make_runner(backbone, precision="float32", network=copy.deepcopy(model.backbone).cpu())
    return knn_accuracy(embed_glitches(glitches, runner, size=backbone.size), glitches.labels)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m core train-backbone", description=__doc__)
    parser.add_argument("--out", type=Path, default=DATA_FOLDER / BACKBONES[OFFLINE_DEFAULT].weights_file)
    parser.add_argument("--samples", type=int, help="glitches to draw")
    parser.add_argument("--minutes", type=float, help="training time over all runs")
    parser.add_argument("--run-minutes", type=float, help="end this run early and keep a checkpoint")
    parser.add_argument("--held-out", type=int, default=880, help="simulated glitches for the final accuracy")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--batch", type=int, default=256, help="glitches a step, four pictures each")
    parser.add_argument("--reuse", type=int, default=1, help="steps for each batch drawn")
    parser.add_argument("--halved-until", type=float, default=0.0, help="share of the training on half-size pictures")
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    parser.add_argument("--strain", type=Path, help="folder of public strain files whose noise serves as background")
    parser.add_argument("--other-q", type=float, default=0.12, help="share of glitches drawn with a neighbouring Q")
    parser.add_argument(
        "--fewer-views", type=float, default=0.4, help="share of glitches named from a part of their views"
    )
    parser.add_argument("--start-from", type=Path, help="weights to go on from")
    parser.add_argument("--keep-of-start", type=float, default=0.0, help="share of these in what is saved")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--fresh", action="store_true", help="ignore a checkpoint")
    options = parser.parse_args(arguments)
    given = {name: value for name, value in vars(options).items() if name not in ("out", "fresh")}
    training = BackboneTraining(**given, resume=not options.fresh)
    train_backbone(options.out, training, on_log=lambda line: print(line, flush=True))


if __name__ == "__main__":
    main()
