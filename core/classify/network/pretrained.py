"""The trunk's first weights: ImageNet's, downloaded once and checked, or the project's own; imports torch."""

from __future__ import annotations

import hashlib
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from core.classify.params import TrainParams
from core.embed.backbones import BACKBONES, DOWNLOAD_TIMEOUT_SECONDS, OFFLINE_DEFAULT, load_backbone, weights_path
from core.errors import GlitchAuditError
from core.files import whole_file

if TYPE_CHECKING:
    from core.classify.network.architectures import Classifying

_VGG16 = "https://download.pytorch.org/models/vgg16-397923af.pth"
_HUB = "https://huggingface.co/{name}/resolve/main/model.safetensors"
_BLOCK = 1 << 20


def load_first_weights(network: Classifying, params: TrainParams) -> None:
    """Set the trunk's weights as ``params.weights`` says; "scratch" leaves them as they are.

    Raises GlitchAuditError where they cannot be downloaded, are damaged, or are not those of the architecture.
    """
    if params.weights == "glitch":
        network.trunk.load_state_dict(load_backbone(OFFLINE_DEFAULT).state_dict())
    elif params.weights == "imagenet":
        _load(network.trunk, _imagenet(network.trunk, params.architecture), params.architecture)


def _imagenet(trunk: torch.nn.Module, architecture: str) -> dict[str, torch.Tensor]:
    if architecture in BACKBONES:
        try:
            return load_backbone(architecture).state_dict()
        except GlitchAuditError as error:
            if error.__cause__ is None:
                raise
            raise _not_to_be_had(architecture, weights_path(BACKBONES[architecture]), error.__cause__) from error
    if architecture == "vgg16":
        weights = _downloaded(_VGG16, "vgg16-397923af.pth", architecture)
        return {f"0.{name[9:]}": value for name, value in weights.items() if name.startswith("features.")}
    about: Any = trunk.pretrained_cfg
    url, name = about.get("url"), about.get("hf_hub_id", "")
    file_name = url.rsplit("/", 1)[1] if url else f"{name.rsplit('/', 1)[1]}.safetensors"
    url = url or _HUB.format(name=name)
    weights = _downloaded(url, file_name, architecture)
    return {name: value for name, value in weights.items() if not name.startswith(about["classifier"])}


def _downloaded(url: str, file_name: str, architecture: str) -> dict[str, torch.Tensor]:
    """The weights at ``url``, from torch's cache folder where they are there already."""
    # All of torch's downloads lie in one folder, which backbones knows.
    path = weights_path(BACKBONES["resnet18"]).with_name(file_name)
    stem = Path(file_name).stem
    expected = stem.rsplit("-", 1)[1] if path.suffix == ".pth" else ""
    try:
        if not path.exists():
            _download(url, path)
        if expected and not _hash(path).startswith(expected):
            raise GlitchAuditError(
                f"The weights at {path} are damaged (their SHA-256 does not start with {expected}): delete that file "
                "and try again."
            )
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            return load_file(path)
        return torch.load(path, map_location="cpu", weights_only=True)
    except GlitchAuditError:
        raise
    except OSError as error:
        raise _not_to_be_had(architecture, path, error) from error
    except Exception as error:  # readers of weights meet arbitrary bytes and raise nearly anything
        raise GlitchAuditError(f"The weights at {path} cannot be read ({error}): delete that file.") from error


def _download(url: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        whole_file(path) as temporary,
        urllib.request.urlopen(url, timeout=DOWNLOAD_TIMEOUT_SECONDS) as answer,  # noqa: S310 - our own addresses
        temporary.open("wb") as file,
    ):
        while block := answer.read(_BLOCK):
            file.write(block)
        announced = answer.headers.get("Content-Length")
        if announced and file.tell() != int(announced):
            raise OSError(f"only {file.tell()} of {announced} bytes came")


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _load(trunk: torch.nn.Module, weights: dict[str, torch.Tensor], architecture: str) -> None:
    try:
        missing, unexpected = trunk.load_state_dict(weights, strict=False)
    except RuntimeError as error:
        raise GlitchAuditError(f"The downloaded weights are not those of {architecture}: {error}") from error
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise GlitchAuditError(
            f"The downloaded weights are not those of {architecture} ({len(missing)} layers missing, {len(unexpected)} "
            "unknown): delete them from torch's cache folder, or choose the weights 'scratch'."
        )


def _not_to_be_had(architecture: str, path: Path, cause: BaseException) -> GlitchAuditError:
    return GlitchAuditError(
        f"The ImageNet weights of {architecture} could not be downloaded ({cause}): connect to the internet, or put "
        f"the file {path.name} into {path.parent}, or choose the weights 'scratch', or 'glitch' with resnet18, which "
        "work offline."
    )
