"""Every architecture learns, whole or in part; what is frozen stays; missing views do not count."""

import numpy as np
import pytest
import torch

from core.classify.network.architectures import TRUNKS, build_network, centred, count_parameters
from core.classify.params import ARCHITECTURES, TUNES, TrainParams
from core.errors import GlitchAuditError

LABELS = ("Blip", "Tomte", "Whistle")


def batch(views=2, seed=0):
    """Six pictures of 32 x 40 whose label is where they are bright."""
    random = torch.Generator().manual_seed(seed)
    pictures = 0.3 * torch.rand(6, views, 32, 40, generator=random)
    targets = torch.arange(6) % 3
    for row, target in enumerate(targets.tolist()):
        pictures[row, :, :, 12 * target : 12 * target + 12] += 0.6
    return pictures, torch.ones(6, views, dtype=torch.bool), targets


def built(architecture, **changes):
    torch.manual_seed(3)
    params = TrainParams(architecture=architecture, **{"views": ("1.0", "2.0"), "dense": (16,), **changes})
    return build_network(params, LABELS)


def losses_of(network, steps):
    pictures, present, targets = batch()
    optimizer = torch.optim.AdamW([p for p in network.parameters() if p.requires_grad], lr=2e-3)
    network.train()
    losses = []
    for _ in range(steps):
        torch.manual_seed(1)
        loss = torch.nn.functional.cross_entropy(network(pictures, present)[0], targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("tune", TUNES)
def test_loss_falls_in_a_few_steps(architecture, tune):
    losses = losses_of(built(architecture, tune=tune), steps=4)
    assert np.isfinite(losses).all()
    # A frozen random trunk leaves little to learn from; where the trunk learns the loss must fall clearly.
    assert min(losses[2:]) < (0.99 if tune == "frozen" else 0.85) * losses[0]


def test_every_name_has_a_trunk():
    assert set(TRUNKS) == set(ARCHITECTURES)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_frozen_trunk_keeps_weights_and_statistics(architecture):
    network = built(architecture, tune="frozen")
    before = {name: value.clone() for name, value in network.trunk.state_dict().items()}
    losses_of(network, steps=1)
    assert all(torch.equal(value, before[name]) for name, value in network.trunk.state_dict().items())


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_of_a_trunk_only_the_last_stages_learn(architecture):
    network = built(architecture, tune="last stages")
    before = {name: value.clone() for name, value in network.trunk.state_dict().items()}
    losses_of(network, steps=1)
    changed = {name for name, value in network.trunk.state_dict().items() if not torch.equal(value, before[name])}
    last = tuple(f"{name}." for name in TRUNKS[architecture].last_stages)
    learning = {name for name, _ in network.trunk.named_parameters() if name.startswith(last)}
    assert learning and learning <= changed
    assert {name for name in changed if not name.startswith(last)} == set()
    assert 0 < sum(p.numel() for p in network.trunk.parameters() if p.requires_grad) < count_parameters(network.trunk)


def test_evaluation_mode_reaches_the_parts_that_learn():
    network = built("resnet18", tune="last stages")
    network.train()
    assert network.trunk.layer4[0].bn1.training and not network.trunk.layer3[0].bn1.training
    network.eval()
    assert not any(module.training for module in network.modules())


@pytest.mark.parametrize("merge", ["concatenate", "mean"])
def test_what_stands_where_a_view_is_missing_does_not_matter(merge):
    network = built("small", merge=merge).eval()
    pictures, present, _ = batch()
    present[1, 0] = False
    scores, features = network(pictures, present)
    pictures[1, 0] = 0.77
    again, _ = network(pictures, present)
    torch.testing.assert_close(again, scores)
    assert scores.shape == (6, 3) and features.shape == (6, 16)


def test_the_mean_of_views_leaves_a_missing_one_out():
    network = built("small", merge="mean").eval()
    pictures, present, _ = batch()
    both = pictures.clone()
    both[:, 1] = both[:, 0]
    present[:, 1] = False
    torch.testing.assert_close(network(pictures, present)[0], network(both, torch.ones_like(present))[0])


def test_features_are_what_the_last_layer_reads():
    network = built("small").eval()
    scores, features = network(*batch()[:2])
    torch.testing.assert_close(features @ network.head.last.weight.T + network.head.last.bias, scores)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_other_sizes_and_single_pictures_work(architecture):
    network = built(architecture, unit="picture").eval()
    with torch.inference_mode():
        scores, _ = network(torch.rand(2, 1, 45, 61), torch.ones(2, 1, dtype=torch.bool))
    assert scores.shape == (2, 3) and torch.isfinite(scores).all()


@pytest.mark.parametrize("architecture", ["vgg16", "resnet18", "resnet50", "xception", "resnet50v2"])
def test_imagenet_networks_see_gray_three_times_and_normalised(architecture):
    network = built(architecture, weights="imagenet")
    seen = []
    network.trunk = torch.nn.Module()
    network.trunk.forward = lambda pictures: seen.append(pictures) or torch.zeros(len(pictures), 1)
    network.head.forward = lambda merged: (merged, merged)
    network(torch.full((1, 2, 32, 40), 0.6), torch.ones(1, 2, dtype=torch.bool))
    half = architecture in ("xception", "resnet50v2")
    mean, std = ([0.5] * 3, [0.5] * 3) if half else ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    expected = (0.6 - np.array(mean)) / np.array(std)
    assert seen[0].shape == (2, 3, 32, 40)
    np.testing.assert_allclose(seen[0][0, :, 5, 5], expected, rtol=1e-5)


def test_networks_from_scratch_see_one_channel_as_it_is():
    network = built("resnet18")
    assert network.trunk.conv1.weight.shape[1] == 1 and network.mean.item() == 0 and network.std.item() == 1


def test_centring_is_of_each_picture():
    pictures = torch.rand(3, 8, 9)
    array = pictures.numpy()
    mean, deviation = array.mean((1, 2), keepdims=True), array.std((1, 2), keepdims=True)
    np.testing.assert_allclose(centred(pictures, how="centre"), array - mean, atol=1e-6)
    np.testing.assert_allclose(centred(pictures, how="standardise"), (array - mean) / deviation, rtol=2e-3, atol=1e-4)
    assert torch.equal(centred(pictures, how="none"), pictures)
    assert torch.equal(centred(torch.zeros(1, 4, 4), how="standardise"), torch.zeros(1, 4, 4))


def test_unknown_names_and_unnamed_views_are_refused():
    with pytest.raises(GlitchAuditError, match="no architecture 'alexnet'"):
        build_network(TrainParams(architecture="alexnet", views=("1.0",)), LABELS)
    with pytest.raises(GlitchAuditError, match="views"):
        build_network(TrainParams(), LABELS)
