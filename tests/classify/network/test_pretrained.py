"""ImageNet weights: taken from the cache or the internet, checked, and a sentence where they cannot be had."""

import io
import urllib.error
import urllib.request

import pytest
import torch

from core.classify.network import pretrained
from core.classify.network.architectures import build_network
from core.classify.network.pretrained import load_first_weights
from core.classify.params import TrainParams
from core.classify.training.train import train_run
from core.embed.backbones import load_backbone
from core.embed.torchvision_compat import import_torchvision
from core.errors import GlitchAuditError

CACHED = {
    "vgg16": "vgg16-397923af.pth",
    "resnet18": "resnet18-f37072fd.pth",
    "resnet50": "resnet50-11ad3fa6.pth",
    "xception": "xception-43020ad28.pth",
    "resnet50v2": "resnetv2_50.a1h_in1k.safetensors",
}


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """torch's cache folder, empty, on a machine without internet."""

    def refuse(*_args, **_named):
        raise urllib.error.URLError("no internet")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    monkeypatch.setattr(torch.hub, "download_url_to_file", refuse)
    folder = tmp_path / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    return folder


def params(architecture, weights="imagenet"):
    return TrainParams(architecture=architecture, weights=weights, views=("1.0",))


def answer(content, announced=None):
    """What urlopen returns."""
    stream = io.BytesIO(content)
    stream.headers = {"Content-Length": str(announced or len(content))}
    return stream


@pytest.mark.parametrize("architecture", CACHED)
def test_without_internet_a_sentence_says_what_to_do(cache, architecture):
    network = build_network(params(architecture), ("a", "b"))
    with pytest.raises(GlitchAuditError) as caught:
        load_first_weights(network, params(architecture))
    sentence = str(caught.value)
    assert f"The ImageNet weights of {architecture} could not be downloaded" in sentence and "no internet" in sentence
    assert CACHED[architecture] in sentence and str(cache) in sentence and "'scratch'" in sentence
    assert list(cache.iterdir()) == []


def test_a_training_says_so_before_it_reads_pictures(cache, make_drawn, quick, tmp_path):
    stages = []
    with pytest.raises(GlitchAuditError, match="could not be downloaded"):
        train_run(
            make_drawn(20),
            quick(architecture="resnet18", weights="imagenet"),
            tmp_path / "run",
            report=lambda progress: stages.append(progress.stage),
        )
    assert stages == []


def test_a_downloaded_vgg16_fills_the_trunk(cache, monkeypatch):
    torch.manual_seed(0)
    features = import_torchvision().models.vgg16(weights=None).features.state_dict()
    whole = {f"features.{name}": value for name, value in features.items()} | {"classifier.0.weight": torch.zeros(2)}
    buffer = io.BytesIO()
    torch.save(whole, buffer)
    asked = []

    monkeypatch.setattr(
        urllib.request, "urlopen", lambda url, timeout: asked.append((url, timeout)) or answer(buffer.getvalue())
    )
    monkeypatch.setattr(pretrained, "_hash", lambda path: "397923af" + "0" * 56)
    for _ in range(2):
        network = build_network(params("vgg16"), ("a", "b"))
        load_first_weights(network, params("vgg16"))
        assert torch.equal(network.trunk[0][28].weight, features["28.weight"])
    assert asked == [("https://download.pytorch.org/models/vgg16-397923af.pth", 20.0)]


def test_half_a_download_leaves_nothing(cache, monkeypatch):
    monkeypatch.setattr(urllib.request, "urlopen", lambda url, timeout: answer(b"123", announced=1000))
    with pytest.raises(GlitchAuditError, match="only 3 of 1000 bytes came"):
        load_first_weights(build_network(params("xception"), ("a", "b")), params("xception"))
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("architecture", ["vgg16", "xception"])
def test_weights_with_another_hash_are_refused(cache, architecture):
    (cache / CACHED[architecture]).write_bytes(b"other bytes")
    with pytest.raises(GlitchAuditError, match="are damaged"):
        load_first_weights(build_network(params(architecture), ("a", "b")), params(architecture))


def test_a_resnet50v2_from_the_cache(cache):
    from safetensors.torch import save_file

    other = build_network(params("resnet50v2"), ("a", "b")).trunk.state_dict()
    save_file({**other, "head.fc.weight": torch.zeros(2, 3)}, cache / CACHED["resnet50v2"])
    network = build_network(params("resnet50v2"), ("a", "b"))
    load_first_weights(network, params("resnet50v2"))
    assert all(torch.equal(value, other[name]) for name, value in network.trunk.state_dict().items())


def test_weights_of_another_network_are_refused(cache):
    from safetensors.torch import save_file

    save_file({"stem.conv.bias": torch.zeros(3)}, cache / CACHED["resnet50v2"])
    with pytest.raises(GlitchAuditError, match="not those of resnet50v2"):
        load_first_weights(build_network(params("resnet50v2"), ("a", "b")), params("resnet50v2"))


def test_the_projects_own_weights_need_no_internet(cache):
    network = build_network(params("resnet18", "glitch"), ("a", "b"))
    load_first_weights(network, params("resnet18", "glitch"))
    own = load_backbone("glitch-resnet18").state_dict()
    assert all(torch.equal(value, own[name]) for name, value in network.trunk.state_dict().items())
