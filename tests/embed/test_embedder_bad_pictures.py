"""Pictures that cannot be read are left out and listed; degenerate data sets are embedded all the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.dataset.model import PLAIN_VIEW, VIEWS, Dataset
from core.embed.embedder import embed_pictures
from core.embed.model import EmbedParams
from core.errors import GlitchAuditError

MakeDataset = Callable[..., Dataset]
pytestmark = pytest.mark.usefixtures("random_backbone")


def test_bad_picture_is_skipped_and_listed(make_dataset: MakeDataset, tmp_path: Path) -> None:
    whole = embed_pictures(make_dataset(3), EmbedParams(), folder=tmp_path / "whole")
    broken = make_dataset(3, replaced={(1, "2.0"): b"", (2, "0.5"): b"not a picture"})
    result = embed_pictures(broken, EmbedParams(), folder=tmp_path / "broken")
    assert result.ids == whole.ids
    assert [problem.where for problem in result.problems] == ["glitch1/2.0.png", "glitch2/0.5.png"]
    assert all(problem.reason for problem in result.problems)
    assert sum(result.forms.values()) == 10
    assert result.matrix[0] == pytest.approx(whole.matrix[0], abs=1e-5)
    # The third of glitch1's four blocks stays empty, the others are scaled up from a half to a third of the square.
    blocks, expected = result.matrix[1].reshape(4, -1), whole.matrix[1].reshape(4, -1) * np.sqrt(4 / 3)
    assert not blocks[2].any()
    assert blocks[[0, 1, 3]] == pytest.approx(expected[[0, 1, 3]], abs=1e-5)
    assert whole.seen is None
    assert result.seen.tolist() == [[True] * 4, [True, True, False, True], [False, True, True, True]]


def test_problems_and_forms_survive_a_resumed_run(make_dataset: MakeDataset, tmp_path: Path) -> None:
    bad = {(0, "1.0"): b"oops"}
    first = embed_pictures(make_dataset(2, replaced=bad), EmbedParams(), folder=tmp_path)
    again = embed_pictures(make_dataset(2, replaced=bad), EmbedParams(), folder=tmp_path)
    assert again.problems == first.problems
    assert again.forms == first.forms


def test_sample_without_readable_picture_is_left_out_and_listed(make_dataset: MakeDataset, tmp_path: Path) -> None:
    dataset = make_dataset(3, replaced={(1, view): b"" for view in VIEWS})
    result = embed_pictures(dataset, EmbedParams(), folder=tmp_path)
    assert result.ids == ("glitch0", "glitch2")
    assert result.problems[-1].where == "glitch1"
    assert len(result.problems) == 5


def test_store_that_fails_is_a_problem_of_that_picture(make_dataset: MakeDataset, tmp_path: Path) -> None:
    dataset = make_dataset(2)
    del dataset.store.content["glitch0/4.0.png"]
    result = embed_pictures(dataset, EmbedParams(), folder=tmp_path)
    assert [problem.where for problem in result.problems] == ["glitch0/4.0.png"]
    assert len(result.ids) == 2


def test_nothing_readable_is_one_sentence(make_dataset: MakeDataset, tmp_path: Path) -> None:
    dataset = make_dataset(1, replaced={(0, view): b"" for view in VIEWS})
    with pytest.raises(GlitchAuditError, match=r"None of the 4 pictures of drawn could be read.*glitch0/0\.5\.png"):
        embed_pictures(dataset, EmbedParams(), folder=tmp_path)


def test_no_pictures_at_all_is_one_sentence(make_dataset: MakeDataset, tmp_path: Path) -> None:
    with pytest.raises(GlitchAuditError, match="None of the 0 pictures"):
        embed_pictures(make_dataset(0), EmbedParams(), folder=tmp_path)


def test_one_sample_with_one_plain_picture(make_dataset: MakeDataset, tmp_path: Path) -> None:
    result = embed_pictures(make_dataset(1, views=(PLAIN_VIEW,)), EmbedParams(), folder=tmp_path)
    assert result.ids == ("glitch0",)
    assert result.matrix.shape == (1, 512)
    assert np.linalg.norm(result.matrix) == pytest.approx(1.0, abs=1e-5)


def test_all_duplicates_have_cosine_one(make_dataset: MakeDataset, tmp_path: Path) -> None:
    result = embed_pictures(make_dataset(4, identical=True), EmbedParams(), folder=tmp_path)
    assert result.matrix @ result.matrix.T == pytest.approx(np.ones((4, 4)), abs=1e-5)


def test_picture_unit_inherits_the_sample(make_dataset: MakeDataset, tmp_path: Path) -> None:
    dataset = make_dataset(2, replaced={(0, "0.5"): b""})
    result = embed_pictures(dataset, EmbedParams(unit="picture"), folder=tmp_path)
    assert result.ids[:3] == ("glitch0/1.0", "glitch0/2.0", "glitch0/4.0")
    assert result.sample_ids == ("glitch0",) * 3 + ("glitch1",) * 4
    assert dataset.samples.loc[list(result.sample_ids), "label"].tolist() == ["Blip"] * 7
    assert result.matrix.shape == (7, 512)
