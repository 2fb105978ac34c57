"""Mixes two versions of the default backbone, of which one was trained on from the other.

Weights between the two keep most of what either has learnt (Wortsman and others 2022, "Robust fine-tuning of zero-shot
models"): here the new looks of the later one, and the order inside a class of the earlier one.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from core.embed.backbones import HEAD_PREFIX
from core.errors import GlitchAuditError
from core.files import whole_file

if TYPE_CHECKING:
    import torch

    from core.simulate.real_noise import RealNoise

_BATCHES, _BATCH = 14, 44
_PICTURES_SEED, _CHANGES_SEED = 990_001, 77


def mix_backbones(earlier: Path, later: Path, out: Path, *, share: float, noise: RealNoise | None = None) -> None:
    """Write ``share`` of the later weights and the rest of the earlier ones to ``out``, in half precision.

    BatchNorm's statistics are those of the mixed network, from 616 glitches drawn as training draws them, in real
    ``noise`` where it is given. Raises GlitchAuditError where ``share`` is not between 0 and 1, or the files' tensors
    differ in name or shape.
    """
    from safetensors import safe_open
    from safetensors.torch import load_file, save_file

    if not 0 <= share <= 1:
        raise GlitchAuditError(f"The share of the later weights must lie between 0 and 1, not at {share:g}.")
    first, second = load_file(earlier), load_file(later)
    if {name: value.shape for name, value in first.items()} != {name: value.shape for name, value in second.items()}:
        raise GlitchAuditError(f"{earlier} and {later} are not two versions of one network: give two that are.")
    mixed = {name: share * second[name].float() + (1 - share) * first[name].float() for name in second}
    mixed |= _with_its_own_statistics(mixed, noise)
    with safe_open(later, "pt") as file:
        about = dict(file.metadata() or {})
    about["mixed"] = f"{share:g} of what was trained, {1 - share:g} of what it started from"
    kept = {
        # Running variances can lie below half precision's smallest number, and take no space.
        name: (mixed[name].float() if "running" in name else mixed[name].half()).contiguous()
        for name in second
    }
    with whole_file(out) as temporary:
        save_file(kept, temporary, metadata=about)


def _with_its_own_statistics(weights: dict[str, torch.Tensor], noise: RealNoise | None) -> dict[str, torch.Tensor]:
    import torch

    from core.embed.network import residual_network
    from core.embed.picture_changes import changed_pictures
    from core.embed.training_data import draw_batch
    from core.simulate.views import ViewMaker

    network = residual_network("resnet18", channels=1)
    network.load_state_dict({k: v for k, v in weights.items() if not k.startswith(HEAD_PREFIX)}, strict=False)
    for layer in network.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.reset_running_stats()
            # Without a momentum the plain mean over all batches is kept.
            layer.momentum = None
    network.train()
    maker, dice = ViewMaker("cpu", median_tiles=512, other_q=0.12), torch.Generator().manual_seed(_CHANGES_SEED)
    with torch.no_grad():
        for number in range(_BATCHES):
            drawn = draw_batch(_PICTURES_SEED, number, _BATCH, varied=True, noise=noise)
            network(changed_pictures(maker(drawn.series).clone(), dice).flatten(0, 1)[:, None])
    state: dict[str, torch.Tensor] = network.state_dict()
    return {name: value for name, value in state.items() if not name.endswith("num_batches_tracked")}
