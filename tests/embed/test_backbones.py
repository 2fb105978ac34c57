"""Weights are the trained ones or there is one clear sentence: never random numbers."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.error import URLError

import pytest
import torch

from core.embed import backbones
from core.embed.backbones import BACKBONES, load_backbone, weights_path
from core.errors import GlitchAuditError


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("name", ["resnet18", "resnet50"])
def test_no_network_says_so_and_names_the_way_out(name: str, empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    timeouts: list[float | None] = []

    def no_network(*_arguments: object, **_options: object) -> None:
        timeouts.append(socket.getdefaulttimeout())
        raise URLError("Name or service not known")

    monkeypatch.setattr(torch.hub, "download_url_to_file", no_network)
    with pytest.raises(GlitchAuditError) as caught:
        load_backbone(name)
    sentence = str(caught.value)
    assert "could not be downloaded" in sentence
    assert "Name or service not known" in sentence
    assert str(empty_home / "hub" / "checkpoints") in sentence
    assert weights_path(BACKBONES[name]).name in sentence
    assert "glitch-resnet18" in sentence
    assert "\n" not in sentence
    assert timeouts == [backbones.DOWNLOAD_TIMEOUT_SECONDS]
    assert socket.getdefaulttimeout() is None


def test_wrong_hash_while_downloading_is_refused(empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong_hash(*_arguments: object, **_options: object) -> None:
        raise RuntimeError("invalid hash value")

    monkeypatch.setattr(torch.hub, "download_url_to_file", wrong_hash)
    with pytest.raises(GlitchAuditError, match="invalid hash value"):
        load_backbone("resnet18")


def test_damaged_file_in_its_place_is_refused(empty_home: Path) -> None:
    path = weights_path(BACKBONES["resnet18"])
    path.parent.mkdir(parents=True)
    path.write_bytes(b"half a file")
    with pytest.raises(GlitchAuditError, match=r"are damaged.*f37072fd"):
        load_backbone("resnet18")


def test_addresses_are_those_of_torchvision() -> None:
    from core.embed.torchvision_compat import import_torchvision

    models = import_torchvision().models
    assert BACKBONES["resnet18"].weights_url == models.ResNet18_Weights.IMAGENET1K_V1.url
    assert BACKBONES["resnet50"].weights_url == models.ResNet50_Weights.IMAGENET1K_V2.url


def test_missing_own_weights_name_the_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backbones, "DATA_FOLDER", tmp_path)
    with pytest.raises(GlitchAuditError, match=r"missing at .*glitch_resnet18\.safetensors"):
        load_backbone("glitch-resnet18")


def test_weights_of_something_else_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from safetensors.torch import save_file

    save_file({"another.weight": torch.zeros(2)}, tmp_path / "glitch_resnet18.safetensors")
    monkeypatch.setattr(backbones, "DATA_FOLDER", tmp_path)
    with pytest.raises(GlitchAuditError, match="are not those of glitch-resnet18"):
        load_backbone("glitch-resnet18")


def test_unreadable_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "glitch_resnet18.safetensors").write_bytes(b"nothing of the kind")
    monkeypatch.setattr(backbones, "DATA_FOLDER", tmp_path)
    with pytest.raises(GlitchAuditError, match="cannot be read"):
        load_backbone("glitch-resnet18")


def test_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(GlitchAuditError, match="glitch-resnet18, imagenet-lite0, resnet18, resnet50, or timm:"):
        load_backbone("resnet19")


def test_loaded_network_has_no_head(random_backbone: backbones.Backbone) -> None:
    network = load_backbone(random_backbone.name)
    with torch.no_grad():
        assert network(torch.zeros(1, 1, *random_backbone.size)).shape == (1, random_backbone.dimensions)
    assert not network.training
