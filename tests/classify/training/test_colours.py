"""Of ordinary pictures a trained network sees the colours: what they alone tell apart is learnt, and named."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image

from core.classify.naming.inputs import from_bytes, sort_out
from core.classify.naming.name_glitches import name_glitches
from core.classify.naming.trained import trained_classifier
from core.classify.network.architectures import TRUNKS, build_network, centred
from core.classify.params import TrainParams, check_params, params_from_json, params_to_json, with_colours
from core.classify.training.augmentation import augmented
from core.classify.training.picture_array import picture_array
from core.classify.training.run_folder import identity
from core.classify.training.runs import read_predictions
from core.classify.training.train import train_run
from core.dataset import PICTURES
from core.dataset.kind import chosen_kind
from core.dataset.model import Dataset
from core.errors import GlitchAuditError

SIZE = (32, 40)
CHROMA = {"orange": (90, 170), "violet": (170, 140)}
"""Blue and red difference (ITU-R BT.601) of each label; brightness is the same for both."""


class MemoryStore:
    """Encoded pictures in memory."""

    def __init__(self, content):
        self.content = content

    def read(self, location):
        return self.content[location]


def encoded(luminance, label):
    planes = [luminance, *(np.full(SIZE, value, np.uint8) for value in CHROMA[label])]
    buffer = io.BytesIO()
    Image.merge("YCbCr", [Image.fromarray(plane) for plane in planes]).convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def coloured():
    """72 pictures in pairs of one luminance, one of either label: in gray the two of a pair are the same picture."""
    rng = np.random.default_rng(3)
    content, labels = {}, []
    for number in range(36):
        luminance = rng.integers(100, 150, SIZE).astype(np.uint8)
        for label in CHROMA:
            content[f"{label}/{number:02d}.png"] = encoded(luminance, label)
            labels.append(label)
    ids = [name.removesuffix(".png") for name in content]
    pictures = pd.DataFrame({"sample_id": ids, "view": "picture", "location": list(content)})
    samples = pd.DataFrame({"label": labels}, index=pd.Index(ids, name="sample_id"))
    return Dataset(
        *("coloured", Path("coloured"), "made here", samples, pictures, MemoryStore(content), (), "coloured"),
        kind=chosen_kind(PICTURES),
    )


def right(run):
    predictions = read_predictions(run)
    scores = predictions[[f"score:{label}" for label in run.labels]].to_numpy()
    return (np.array(run.labels)[scores.argmax(1)] == predictions["label"]).mean()


def test_colour_alone_tells_two_labels_apart_and_in_gray_nothing_does(coloured, quick, tmp_path):
    params = quick(epochs=8, validation_share=0.3, test_share=0.3)
    run = train_run(coloured, params, tmp_path / "runs" / "colour")
    assert run.params.colours == "colour" and right(run) > 0.95
    gray = train_run(coloured, replace(params, colours="gray"), tmp_path / "runs" / "gray")
    assert gray.params.colours == "gray" and right(gray) < 0.75
    # The same run again is the same run; a trained one names by colours too.
    assert train_run(coloured, params, tmp_path / "runs" / "colour") == run
    luminance = np.random.default_rng(8).integers(100, 150, SIZE).astype(np.uint8)
    files = [from_bytes(f"{label}.png", encoded(luminance, label)) for label in CHROMA]
    classifier = trained_classifier(run)
    assert classifier.ordinary and classifier.colours
    assert [answer.label for answer in name_glitches(sort_out(files).glitches, classifier)] == list(CHROMA)


def test_the_networks_pixels_are_the_pictures_colours_or_their_luminance(coloured, tmp_path):
    colours = picture_array(coloured, (16, 20), tmp_path, colours=True)
    assert colours.pixels.shape == (72, 16, 20, 3) and colours.readable.all()
    for row in range(2):
        own = Image.open(io.BytesIO(coloured.store.read(coloured.pictures["location"][row])))
        np.testing.assert_array_equal(colours.pixels[row], own.resize((20, 16), Image.Resampling.BILINEAR))
    gray = picture_array(coloured, (16, 20), tmp_path)
    assert gray.pixels.shape == (72, 16, 20)
    # The two of a pair differ by rounding alone.
    assert np.abs(gray.pixels[::2].astype(int) - gray.pixels[1::2]).max() <= 2
    assert np.abs(colours.pixels[::2].astype(int) - colours.pixels[1::2]).max() > 50


@pytest.mark.parametrize("changes", [{}, {"mirror": True}, {"zoom": 0.2}, {"gain": 1.0}, {"time_shift": 0.3}])
def test_all_colours_change_as_gray_would(changes):
    params = TrainParams(**changes)
    pictures = torch.randint(0, 255, (3, 2, 12, 16, 3), generator=torch.Generator().manual_seed(1), dtype=torch.uint8)
    together = augmented(pictures, params, torch.Generator().manual_seed(7))
    for colour in range(3):
        alone = augmented(pictures[..., colour].contiguous(), params, torch.Generator().manual_seed(7))
        torch.testing.assert_close(together[..., colour], alone)


def test_centring_keeps_the_hue():
    picture = torch.tensor([0.2, 0.4, 0.9]).expand(1, 4, 5, 3)
    assert centred(picture, how="centre")[0, 0, 0].tolist() == pytest.approx([-0.3, -0.1, 0.4])
    spread = centred(picture, how="standardise")[0, 0, 0]
    assert (spread[2] - spread[0]).item() == pytest.approx(0.7 / np.std([0.2, 0.4, 0.9]), rel=1e-3)


@pytest.mark.parametrize("architecture", TRUNKS)
def test_every_architecture_sees_colours_in_their_order(architecture):
    params = TrainParams(architecture=architecture, views=("picture",), colours="colour", dense=())
    network = build_network(params, ("a", "b")).eval()
    pictures = torch.rand(2, 1, 64, 64, 3, generator=torch.Generator().manual_seed(2))
    prepared = network._prepared(pictures[:, 0])
    torch.testing.assert_close(prepared, pictures[:, 0].permute(0, 3, 1, 2).contiguous())
    with torch.inference_mode():
        assert network(pictures, torch.ones(2, 1, dtype=torch.bool))[0].shape == (2, 2)


def test_imagenet_weights_see_each_colour_normalised_by_its_own_figures():
    params = TrainParams(weights="imagenet", views=("picture",), colours="colour")
    prepared = build_network(params, ("a", "b"))._prepared(torch.full((1, 32, 32, 3), 0.5))
    expected = [(0.5 - 0.485) / 0.229, (0.5 - 0.456) / 0.224, (0.5 - 0.406) / 0.225]
    assert prepared[0, :, 3, 3].tolist() == pytest.approx(expected, rel=1e-5)


def test_what_a_network_sees_is_named_in_the_run():
    assert with_colours(TrainParams(), ordinary=True).colours == "colour"
    assert with_colours(TrainParams(), ordinary=False).colours == "gray"
    assert with_colours(TrainParams(weights="glitch"), ordinary=True).colours == "gray"
    assert with_colours(TrainParams(colours="gray"), ordinary=True).colours == "gray"
    with pytest.raises(GlitchAuditError, match="spectrograms"):
        with_colours(TrainParams(colours="colour"), ordinary=False)
    with pytest.raises(GlitchAuditError, match="know one channel"):
        check_params(TrainParams(weights="glitch", colours="colour"))


def test_a_run_from_before_there_were_colours_saw_gray_and_is_still_the_same_run():
    before = params_to_json(TrainParams())
    del before["colours"]
    assert params_from_json(before).colours == "gray"
    assert "colours" not in identity(params_from_json(before))
    assert identity(TrainParams(colours="colour"))["colours"] == "colour"
