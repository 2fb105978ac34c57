"""The network for ordinary pictures: names mapped, colours read, what is missing said in a sentence, never random."""

import numpy as np
import pytest

from core.dataset import GLITCHES, PICTURES
from core.embed import backbones
from core.embed.backbones import (
    BACKBONES,
    GENERAL_DEFAULT,
    OFFLINE_DEFAULT,
    backbone_named,
    default_backbone,
    load_backbone,
    weights_hash,
    why_backbone,
)
from core.embed.general import fuse_general, resolved, timm_name
from core.embed.preprocess import LITE_MEAN, LITE_STD, network_colours
from core.embed.runner import make_runner
from core.errors import GlitchAuditError
from core.packages import missing_packages

LITE = BACKBONES[GENERAL_DEFAULT]
INSTALLED = not missing_packages([LITE.package])


@pytest.fixture(scope="module")
def lite():
    """EfficientNet-Lite0 with random weights and running statistics."""
    from core.embed.torchvision_compat import import_torchvision

    import_torchvision()
    import timm
    import torch

    torch.manual_seed(3)
    network = timm.create_model("tf_efficientnet_lite0", pretrained=False, num_classes=0)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 2.0)
    return network.eval()


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("_conv_stem.weight", "conv_stem.weight"),
        ("_bn0.running_mean", "bn1.running_mean"),
        ("_blocks.0._depthwise_conv.weight", "blocks.0.0.conv_dw.weight"),
        ("_blocks.0._project_conv.weight", "blocks.0.0.conv_pw.weight"),
        ("_blocks.1._expand_conv.weight", "blocks.1.0.conv_pw.weight"),
        ("_blocks.3._depthwise_conv.weight", "blocks.2.0.conv_dw.weight"),
        ("_blocks.15._bn2.running_var", "blocks.6.0.bn3.running_var"),
        ("_bn1.bias", "bn2.bias"),
    ],
)
def test_the_packages_names_become_timms(theirs, ours, lite):
    assert timm_name(theirs) == ours
    assert ours in lite.state_dict()


def test_an_unknown_block_is_refused():
    with pytest.raises(KeyError):
        timm_name("_blocks.16._bn2.bias")


def test_fusing_changes_no_feature_and_gray_is_copied_to_all_channels(lite):
    import torch

    pictures = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3), dtype=np.uint8)
    with torch.inference_mode():
        plain = lite((torch.from_numpy(pictures).permute(0, 3, 1, 2).float() - 127) / 128).numpy()
    small = backbones.Backbone("lite", "", LITE.architecture, 1280, (64, 64), LITE_MEAN, LITE_STD)
    run = make_runner(small, precision="float32", network=lite, colours=True)
    assert np.allclose(run(pictures), plain, atol=1e-3 * np.abs(plain).max())
    gray = make_runner(small, precision="float32", network=lite)
    copied = np.repeat(pictures[..., :1], 3, axis=3)
    assert np.allclose(gray(pictures[..., 0]), run(copied), atol=1e-3 * np.abs(plain).max())
    # The red and the blue picture differ, so colours are seen.
    turned = run(np.ascontiguousarray(pictures[..., ::-1]))
    assert np.abs(turned - run(pictures)).max() > 1e-3 * np.abs(plain).max()


def test_fusing_leaves_the_network_as_it_was(lite):
    before = {name: value.clone() for name, value in lite.state_dict().items()}
    fuse_general(lite, mean=LITE_MEAN, std=LITE_STD)
    assert all((value == before[name]).all() for name, value in lite.state_dict().items())


def test_a_residual_network_reads_colours_as_well():
    import torch

    from core.embed.network import residual_network

    torch.manual_seed(1)
    network = residual_network("resnet18", channels=3).eval()
    backbone = BACKBONES["resnet18"]
    pictures = np.random.default_rng(0).integers(0, 256, (2, *backbone.size, 3), dtype=np.uint8)
    run = make_runner(backbone, precision="float32", network=network, colours=True)
    mean, std = (torch.tensor(value)[:, None, None] for value in (backbone.mean, backbone.std))
    with torch.inference_mode():
        plain = network((torch.from_numpy(pictures).permute(0, 3, 1, 2) / 255 - mean) / std).numpy()
    assert np.allclose(run(pictures), plain, atol=1e-3 * np.abs(plain).max())


def test_the_network_sees_the_middle_as_torchvision_evaluates_imagenet():
    from core.embed.torchvision_compat import import_torchvision

    import_torchvision()
    from PIL import Image
    from torchvision.transforms import CenterCrop, Compose, InterpolationMode, Resize

    y, x = np.mgrid[0:300, 0:420]
    colours = np.stack([x / 420 * 255, y / 300 * 255, np.full_like(x, 90)], axis=-1).astype(np.uint8)
    theirs = Compose([Resize(256, InterpolationMode.BICUBIC), CenterCrop(224)])(Image.fromarray(colours))
    ours = network_colours(colours, size=(224, 224), crop=0.875, bicubic=True)
    # Their resized width is rounded to 358 pixels, so the same place is up to half a pixel away.
    assert np.abs(ours.astype(int) - np.asarray(theirs)).max() <= 2


def test_ordinary_pictures_get_the_general_network_where_it_is_installed(monkeypatch):
    monkeypatch.setattr(backbones, "missing_packages", lambda wanted: ())
    assert default_backbone(PICTURES) == GENERAL_DEFAULT and default_backbone(GLITCHES) == OFFLINE_DEFAULT
    assert "by itself for ordinary pictures" in why_backbone(GENERAL_DEFAULT, PICTURES)
    assert "imagenet-lite0 suits" in why_backbone(OFFLINE_DEFAULT, PICTURES)
    assert "trained on nothing else" in why_backbone(OFFLINE_DEFAULT, GLITCHES)


def test_without_its_package_a_sentence_says_how_to_install_it_and_what_happens_instead(monkeypatch):
    monkeypatch.setattr(backbones, "missing_packages", tuple)
    monkeypatch.setattr(backbones.importlib.util, "find_spec", lambda name: None)
    assert default_backbone(PICTURES) == OFFLINE_DEFAULT
    said = why_backbone(OFFLINE_DEFAULT, PICTURES)
    assert "pip install --no-deps -r requirements-pictures.txt" in said and "in gray" in said
    with pytest.raises(GlitchAuditError, match="not installed: run `pip install --no-deps"):
        load_backbone(GENERAL_DEFAULT)
    # Its results can be named, and found again, all the same.
    assert weights_hash(LITE) == "579344248a93e230"


def test_damaged_weights_are_refused(tmp_path, monkeypatch):
    (tmp_path / "models").mkdir()
    (tmp_path / LITE.weights_file).write_bytes(b"something else")
    found = type("Spec", (), {"submodule_search_locations": [str(tmp_path)]})
    monkeypatch.setattr(backbones.importlib.util, "find_spec", lambda name: found)
    with pytest.raises(GlitchAuditError, match="missing or damaged"):
        load_backbone(GENERAL_DEFAULT)


@pytest.mark.skipif(not INSTALLED, reason="the weights of imagenet-lite0 are an optional package")
def test_the_installed_weights_load_whole():
    network = load_backbone(GENERAL_DEFAULT)
    run = make_runner(LITE, precision="float32", network=network, colours=True)
    features = run(np.full((1, *LITE.size, 3), 127, np.uint8))
    assert features.shape == (1, LITE.dimensions) and np.isfinite(features).all()


def test_timm_is_asked_for_size_and_length():
    found = resolved(backbone_named("timm:mobilenetv3_small_100"))
    assert (found.size, found.dimensions, found.channels) == ((224, 224), 1024, 3)
    assert resolved(LITE) is LITE


@pytest.mark.parametrize("name", ["timm:", "timm:hf-hub:somebody/model", "timm:../model", "timmy", "timm:Upper"])
def test_names_that_cannot_be_timms_are_refused(name):
    with pytest.raises(GlitchAuditError, match="There is no backbone called"):
        backbone_named(name)


def test_a_model_that_timm_does_not_have_is_refused():
    with pytest.raises(GlitchAuditError, match="timm has no pretrained model 'no_such_model'"):
        resolved(backbone_named("timm:no_such_model"))


def test_without_a_network_a_sentence_and_no_random_weights(monkeypatch):
    import urllib.request

    def nowhere(*_, **__):
        raise OSError("no way out")

    monkeypatch.setattr(urllib.request, "urlopen", nowhere)
    with pytest.raises(GlitchAuditError, match=r"timm:mobilenetv3_small_075 could not be downloaded"):
        load_backbone("timm:mobilenetv3_small_075")
