"""The epochs of a training, each step repeatable; imports torch.

All chance in a step comes from the seed, the epoch and the step's number; all else is in the checkpoint. So on a
processor a resumed training equals one that was never stopped, bit by bit.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from core.classify.network.architectures import Classifying
from core.classify.network.devices import half_precision
from core.classify.params import TrainParams
from core.classify.training.augmentation import augmented
from core.classify.training.batches import AUGMENTATION, DROPOUT, Rows, derived_seed, label_weights, training_batches
from core.classify.training.checkpoints import Clock, load_checkpoint, save_checkpoint
from core.classify.training.logs import CurveLog
from core.classify.training.network_answers import mean_loss, network_answers, write_weights
from core.errors import Cancelled, GlitchAuditError

CHECKPOINT_SECONDS = 120.0
"""Within a long epoch a checkpoint is kept so often."""


@dataclass(frozen=True)
class Watchers:
    """Who is told what; each may raise ``Cancelled``.

    ``on_batch`` gets the clock after every batch, of validation too; ``on_epoch`` each curves row, safe on disk.
    """

    on_batch: Callable[[Clock], None]
    on_epoch: Callable[[dict[str, Any], Clock], None]


class Loop:
    """Trains a network that stands on its device until done or stopped; a checkpoint of another run is refused."""

    def __init__(
        self,
        network: Classifying,
        params: TrainParams,
        *,
        train: Rows,
        validation: Rows,
        labels: int,
        folder: Path,
        fingerprint: str,
        about: dict[str, str],
    ) -> None:
        self.network, self.params = network, params
        self.train, self.validation = train, validation
        self.folder, self.fingerprint, self.about = folder, fingerprint, about
        self.device = next(network.parameters()).device
        self.half = half_precision(self.device, wanted=params.mixed_precision)
        self.optimizer = make_optimizer(network, params)
        self.plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(
            self.optimizer, factor=params.plateau_factor, patience=params.plateau_patience
        )
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=self.half is torch.float16)
        self.weights = None
        if params.balance == "class weights":
            self.weights = torch.from_numpy(label_weights(train.targets, labels)).to(self.device)
        self._parts = {
            "network": network,
            "optimizer": self.optimizer,
            "plateau": self.plateau,
            "scaler": self.scaler,
        }
        self.clock = load_checkpoint(folder, fingerprint=fingerprint, parts=self._parts) or Clock()

    @property
    def finished(self) -> bool:
        """Whether all epochs are over, or the loss has not fallen for too long."""
        return self.clock.epoch > self.params.epochs or self.clock.since_best >= self.params.patience

    def run(self, watchers: Watchers) -> None:
        """Train until :attr:`finished`.

        Raises Cancelled where a watcher asked to stop, after writing the checkpoint; GlitchAuditError where the loss is
        no longer a number, or the disk is full.
        """
        devices = [self.device] if self.device.type == "cuda" else []
        # The caller's own chance stays as it was.
        with torch.random.fork_rng(devices), CurveLog(self.folder, self.clock.curves) as curves:
            try:
                while not self.finished:
                    row = self._epoch(watchers)
                    curves.add(row)
                    self._keep()
                    watchers.on_epoch(row, self.clock)
            except Cancelled:
                self._keep()
                raise

    def _epoch(self, watchers: Watchers) -> dict[str, Any]:
        """Go on with the epoch under way, or begin it; returns its row of the curves and sets the clock to the next."""
        clock, began = self.clock, time.monotonic()
        kept = began

        def tick() -> None:
            nonlocal began
            now = time.monotonic()
            clock.seconds += now - began
            clock.epoch_seconds += now - began
            began = now

        batches = training_batches(self.train, self.params, epoch=clock.epoch)
        self.network.train()
        while clock.step < len(batches):
            self._step(batches[clock.step])
            clock.step += 1
            tick()
            if began - kept >= CHECKPOINT_SECONDS:
                kept = began
                self._keep()
            watchers.on_batch(clock)

        def between(_done: int) -> None:
            tick()
            watchers.on_batch(clock)

        scores, _ = network_answers(
            self.network, self.validation, batch=self.params.batch, half=self.half, on_batch=between
        )
        loss = mean_loss(scores, self.validation.targets)
        if not math.isfinite(loss):
            raise _no_number(clock.epoch)
        tick()
        row = {
            "epoch": clock.epoch,
            "train_loss": clock.loss / clock.rows,
            "train_accuracy": clock.hits / clock.rows,
            "validation_loss": loss,
            "validation_accuracy": float((scores.argmax(1) == self.validation.targets).mean()),
            "learning_rate": self.optimizer.param_groups[0]["lr"],
            "seconds": round(clock.epoch_seconds, 3),
        }
        self.plateau.step(loss)
        clock.since_best += 1
        if loss < clock.best_loss:
            clock.best_loss, clock.best_epoch, clock.since_best = loss, clock.epoch, 0
            write_weights(self.network, self.folder, {**self.about, "epoch": str(clock.epoch)})
        clock.curves.append(row)
        clock.epoch += 1
        clock.step, clock.loss, clock.hits, clock.rows, clock.epoch_seconds = 0, 0.0, 0, 0, 0.0
        return row

    def _step(self, chosen: np.ndarray) -> None:
        clock, seed = self.clock, self.params.seed
        torch.manual_seed(derived_seed(seed, DROPOUT, clock.epoch, clock.step))
        generator = torch.Generator().manual_seed(derived_seed(seed, AUGMENTATION, clock.epoch, clock.step))
        tenths, present, targets = (part.to(self.device) for part in self.train.read(chosen))
        pictures = augmented(tenths, self.params, generator)
        with torch.autocast(self.device.type, dtype=self.half or torch.bfloat16, enabled=self.half is not None):
            scores, _ = self.network(pictures, present)
        scores = scores.float()
        loss = functional.cross_entropy(
            scores, targets, weight=self.weights, label_smoothing=self.params.label_smoothing
        )
        self.optimizer.zero_grad(set_to_none=True)
        self.scaler.scale(loss).backward()
        self.scaler.step(self.optimizer)
        self.scaler.update()
        value = loss.item()
        if not math.isfinite(value):
            raise _no_number(clock.epoch)
        clock.loss += value * len(chosen)
        clock.hits += int((scores.argmax(1) == targets).sum())
        clock.rows += len(chosen)

    def _keep(self) -> None:
        save_checkpoint(self.folder, fingerprint=self.fingerprint, clock=self.clock, parts=self._parts)


def make_optimizer(network: Classifying, params: TrainParams) -> torch.optim.Optimizer:
    """AdamW, or RMSprop with Keras's constants, over the parameters that learn."""
    learning = [parameter for parameter in network.parameters() if parameter.requires_grad]
    if params.optimizer == "rmsprop":
        return torch.optim.RMSprop(learning, lr=params.learning_rate, alpha=0.9, eps=1e-7)
    return torch.optim.AdamW(learning, lr=params.learning_rate, weight_decay=params.weight_decay)


def _no_number(epoch: int) -> GlitchAuditError:
    return GlitchAuditError(
        f"The loss stopped being a number in epoch {epoch}: start again with a learning rate ten times smaller."
    )
