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

from core.embed.backbones import BACKBONES, DATA_FOLDER, HEAD_PREFIX, OFFLINE_DEFAULT
from core.errors import GlitchAuditError
from core.files import whole_file

if TYPE_CHECKING:
    import torch

    from core.embed.training_model import LossWeights, TrainedBackbone

HELD_OUT_SEED = 1_000_003
"""Added to the training seed for glitches that the network never saw."""

POOL_SIZE = 8192
"""Glitches that are kept for another look."""

_CHECKPOINT_SECONDS = 120.0
_LOG_SECONDS = 5.0
_WARM_UP = 0.05
_MEDIAN_TILES = 512


@dataclass
class _Clock:
    """How far training is; what earlier runs did counts."""

    step: int = 0
    glitches: int = 0
    seconds: float = 0.0


def train_backbone(
    out: Path,
    *,
    samples: int | None = None,
    minutes: float | None = None,
    run_minutes: float | None = None,
    held_out: int = 880,
    seed: int = 0,
    batch: int = 256,
    reuse: int = 1,
    halved_until: float = 0.0,
    learning_rate: float = 2e-3,
    strain: Path | None = None,
    fewer_views: float = 0.25,
    device: str = "cpu",
    workers: int = 2,
    resume: bool = True,
    weights: LossWeights | None = None,
    on_log: Callable[[str], None] = print,
) -> dict[str, str]:
    """Train on fresh simulated glitches until ``samples`` are seen or ``minutes`` have passed, and save the backbone.

    The learning rate rises and falls once over that budget (AdamW, one cycle). A checkpoint beside ``out`` is written
    every two minutes and taken up by a later call with ``resume``; ``run_minutes`` ends this call early with one. With
    ``samples``, one seed and one kind of processor a run repeats itself up to the processor's rounding; with
    ``minutes`` the number of steps depends on the machine's speed.

    Args:
        out: the ``.safetensors`` file to write, half precision but for BatchNorm's running statistics.
        samples: glitches to draw.
        minutes: training time over all calls.
        run_minutes: training time of this call.
        held_out: simulated glitches drawn afterwards for the accuracy that is kept in the file; 0 for none.
        seed: of the glitches, the initial weights and the changes to pictures.
        batch: glitches a step; each gives four pictures.
        reuse: steps for each batch drawn. Above 1 the others are taken from the last :data:`POOL_SIZE` glitches,
            changed anew: drawing a glitch costs a processor as much as half a step, so a slow machine learns more so.
        halved_until: share of the training that sees pictures of half the size, at a quarter of the cost.
        learning_rate: the highest.
        strain: folder of real noise to draw glitches into, see ``core.simulate.real_noise``; simulated noise alone
            without it.
        fewer_views: share of glitches that are named from a part of their views.
        device: torch device name.
        workers: processes that draw glitches.
        resume: take up a checkpoint if there is one.
        weights: what the loss is made of.
        on_log: receives one line every few seconds.

    Returns:
        The metadata that the file holds; empty where ``run_minutes`` ended the call before the end.

    Raises:
        GlitchAuditError: neither ``samples`` nor ``minutes`` is given.
    """
    if samples is None and minutes is None:
        raise GlitchAuditError("Training needs an end: give the number of samples or the minutes.")
    import torch

    from core.embed.training_data import load_batches
    from core.embed.training_model import (
        COSINE_SCALE,
        LossWeights,
        Replay,
        TrainedBackbone,
        changed_pictures,
        profiles,
        training_loss,
        views_left,
    )
    from core.simulate.real_noise import load_real_noise
    from core.simulate.views import ViewMaker
    from core.simulate.waveforms import CLASSES

    torch.manual_seed(seed)
    fast = device.startswith("cuda")
    # On processors with bfloat16 matrix units a step costs about a third; on others bfloat16 would be slower.
    half = fast or (device == "cpu" and torch.ops.mkldnn._is_mkldnn_bf16_supported())  # noqa: SLF001 - torch has no public one
    torch.backends.cudnn.benchmark = fast
    model = TrainedBackbone(len(CLASSES)).to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch types no such overload
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=0.05)
    checkpoint = out.with_suffix(".checkpoint")
    clock = _load_checkpoint(checkpoint, model, optimizer) if resume else _Clock()
    generator = torch.Generator(device).manual_seed(seed + clock.step)
    maker = ViewMaker(device, median_tiles=_MEDIAN_TILES)
    noise = load_real_noise(strain) if strain is not None else None
    last = math.ceil(samples / batch) if samples is not None else sys.maxsize
    model.train()
    run_began, seconds_before = time.monotonic(), clock.seconds
    logged = saved = run_began
    log = _Log(on_log, clock.glitches)
    replay = Replay(POOL_SIZE, generator)

    batches = load_batches(
        seed=seed,
        first=clock.step,
        last=last,
        size=batch,
        workers=workers,
        pinned=fast,
        varied=True,
        noise=noise,
    )
    for series, labels in batches:
        drawn = maker(series.to(device, non_blocking=True)).clone()
        for turn, (tenths, classes) in enumerate(replay.mix(drawn, labels.to(device, non_blocking=True), reuse)):
            fraction = max((clock.step + turn / reuse) / last, clock.seconds / (minutes * 60) if minutes else 0.0)
            for group in optimizer.param_groups:
                group["lr"] = learning_rate * one_cycle(fraction)
            pictures = changed_pictures(tenths, generator)
            if fraction < halved_until:
                pictures = torch.nn.functional.avg_pool2d(pictures, 2)
            with torch.autocast(device_type=device.split(":", maxsplit=1)[0], dtype=torch.bfloat16, enabled=half):
                outputs = model(pictures, views_left(len(classes), generator, share=fewer_views))
            loss = training_loss(outputs, classes, profiles(pictures), weights or LossWeights())
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimizer.step()
            log.add(loss.detach(), (outputs["glitch"].argmax(1) == classes).float().mean().detach())

        now = time.monotonic()
        clock.step += 1
        clock.glitches += len(labels)
        clock.seconds = seconds_before + now - run_began
        if now - logged >= _LOG_SECONDS or clock.step == last:
            logged = now
            log.write(clock, fraction)
        if minutes is not None and clock.seconds >= minutes * 60:
            break
        if run_minutes is not None and now - run_began >= run_minutes * 60:
            _save_checkpoint(checkpoint, model, optimizer, clock)
            on_log(f"stopped after {run_minutes:g} minutes of this run; the checkpoint is in {checkpoint}")
            return {}
        if now - saved >= _CHECKPOINT_SECONDS:
            saved = now
            _save_checkpoint(checkpoint, model, optimizer, clock)

    accuracy = _held_out_accuracy(model, seed + HELD_OUT_SEED, held_out, workers) if held_out else float("nan")
    metadata = {
        "backbone": OFFLINE_DEFAULT,
        "classes": json.dumps(CLASSES),
        "head_scale": str(COSINE_SCALE),
        "real_noise": noise.fingerprint if noise is not None else "none",
        "command": " ".join(["python -m core", *sys.argv[1:]]),
        "seed": str(seed),
        "steps": str(clock.step),
        "glitches": str(clock.glitches),
        "seconds": f"{clock.seconds:.0f}",
        "torch": torch.__version__,
        "knn_accuracy_on_held_out_simulated_glitches": f"{accuracy:.4f}",
    }
    _save_backbone(out, model, metadata)
    shutil.rmtree(checkpoint, ignore_errors=True)
    on_log(f"saved {out}: {clock.glitches} glitches in {clock.seconds:.0f} s, kNN accuracy by glitch {accuracy:.3f}")
    return metadata


def one_cycle(fraction: float) -> float:
    """Learning rate, relative to the highest, when ``fraction`` of training is over: a quick rise, a cosine fall."""
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


def _save_backbone(out: Path, model: TrainedBackbone, metadata: dict[str, str]) -> None:
    from safetensors.torch import save_file

    weights = {}
    for name, value in model.backbone.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        value = value.detach().cpu().contiguous()
        # Running variances can lie below half precision's smallest number, and take no space.
        weights[name] = value.float() if "running" in name else value.half()
    for name, value in (
        ("glitch.weight", model.name_glitch.weight),
        ("picture.weight", model.name_picture.weight),
        ("picture.bias", model.name_picture.bias),
    ):
        weights[HEAD_PREFIX + name] = value.detach().cpu().half().contiguous()
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
    """The command line."""
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
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--fresh", action="store_true", help="ignore a checkpoint")
    options = parser.parse_args(arguments)
    train_backbone(
        options.out,
        samples=options.samples,
        minutes=options.minutes,
        run_minutes=options.run_minutes,
        held_out=options.held_out,
        seed=options.seed,
        batch=options.batch,
        reuse=options.reuse,
        halved_until=options.halved_until,
        learning_rate=options.learning_rate,
        strain=options.strain,
        device=options.device,
        workers=options.workers,
        resume=not options.fresh,
        on_log=lambda line: print(line, flush=True),
    )


if __name__ == "__main__":
    main()
