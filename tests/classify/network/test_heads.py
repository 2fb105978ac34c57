"""The head: stacks of dense, BatchNorm, ReLU and dropout, and how views are merged before it."""

import pytest
import torch

from core.classify.network.heads import Head, merge_views


@pytest.mark.parametrize("dense", [(), (8,), (32, 16)])
def test_the_stacks_are_as_asked_for(dense):
    head = Head(20, 5, dense=dense, dropout=0.4)
    kinds = [type(layer).__name__ for layer in head.stacks] if dense else ["Dropout"]
    assert kinds == (["Linear", "BatchNorm1d", "ReLU", "Dropout"] * len(dense) or ["Dropout"])
    assert all(layer.p == 0.4 for layer in head.modules() if isinstance(layer, torch.nn.Dropout))
    scores, features = head.eval()(torch.rand(3, 20))
    assert scores.shape == (3, 5) and features.shape == (3, dense[-1] if dense else 20)


def test_dropout_only_while_training():
    head = Head(50, 2, dense=(), dropout=0.5)
    ones = torch.ones(1, 50)
    assert torch.equal(head.eval()(ones)[1], ones)
    torch.manual_seed(0)
    assert set(head.train()(ones)[1].flatten().tolist()) == {0.0, 2.0}


def test_merging_by_hand():
    features = torch.tensor([[[1.0, 2.0], [3.0, 6.0]], [[5.0, 7.0], [0.0, 0.0]]])
    present = torch.tensor([[True, True], [True, False]])
    assert merge_views(features, present, how="concatenate").tolist() == [[1, 2, 3, 6], [5, 7, 0, 0]]
    assert merge_views(features, present, how="mean").tolist() == [[2, 4], [5, 7]]
