"""What kind of pictures a data set holds: recognised by the surest sign that is there."""

import pandas as pd
import pytest

from core.dataset import GLITCHES, PICTURES, DataKind, recognise_kind
from core.dataset.kind import chosen_kind
from core.dataset.pictures import FULL_FIGURE, GRAY_ENERGY, ORDINARY_PICTURE, PLOT_AREA
from core.errors import GlitchAuditError


def _kind(*, labels=("cat", "dog"), views=None, locations=None, columns=None, forms=None):
    ids = [f"s{number}" for number in range(len(labels))]
    samples = pd.DataFrame({"label": labels, **(columns or {})}, index=pd.Index(ids, name="sample_id"))
    pictures = pd.DataFrame(
        {
            "sample_id": ids,
            "view": views or ["picture"] * len(ids),
            "location": locations or [f"{label}/{name}.png" for label, name in zip(labels, ids, strict=True)],
        }
    )
    return recognise_kind(samples, pictures, {ORDINARY_PICTURE: 12} if forms is None else forms)


def test_coloured_photographs_are_ordinary_pictures():
    kind = _kind(forms={ORDINARY_PICTURE: 9, GRAY_ENERGY: 3})
    assert (kind.kind, kind.chosen) == (PICTURES, False)
    assert "9 of 12" in kind.reason


def test_gray_pictures_of_one_view_without_any_sign_of_gravity_spy_are_ordinary():
    assert _kind(labels=("0", "7"), forms={GRAY_ENERGY: 12}).kind == PICTURES


def test_gray_pictures_with_views_or_names_or_labels_of_gravity_spy_are_glitches():
    gray = {GRAY_ENERGY: 12}
    assert _kind(views=["1.0", "2.0"], forms=gray).kind == GLITCHES
    assert _kind(locations=["H1_abcdefghij_spectrogram_1.0.png"] * 2, forms=gray).kind == GLITCHES
    assert _kind(labels=("koi fish", "Blip"), forms=gray).kind == GLITCHES


@pytest.mark.parametrize(
    "columns",
    [{"gravityspy_id": ["a", "b"]}, {"detector": ["H1", "L1"]}, {"peak_frequency": [1.0, 2.0]}],
    ids=["ids", "detector", "peak frequency"],
)
def test_metadata_of_gravity_spy_outrank_how_pictures_look(columns):
    assert _kind(columns=columns).kind == GLITCHES


def test_metadata_that_any_pictures_may_have_are_no_sign():
    assert _kind(columns={"detector": ["Canon", "Nikon"], "duration": [1, 2], "snr": [3, 4]}).kind == PICTURES


def test_viridis_spectrograms_under_plain_names_are_glitches():
    assert _kind(forms={FULL_FIGURE: 4, PLOT_AREA: 4, ORDINARY_PICTURE: 4}).kind == GLITCHES


def test_one_stray_spectrogram_among_photographs_decides_nothing():
    assert _kind(forms={FULL_FIGURE: 1, ORDINARY_PICTURE: 11}).kind == PICTURES
    assert _kind(labels=("Blip", "cat", "dog"), forms={ORDINARY_PICTURE: 12}).kind == PICTURES


def test_without_a_readable_picture_it_is_read_as_before():
    assert _kind(forms={"unreadable": 12}).kind == GLITCHES
    assert _kind(forms={}).kind == GLITCHES


def test_a_chosen_kind_says_that_it_was_chosen_and_an_unknown_one_is_refused():
    assert chosen_kind(PICTURES) == DataKind(PICTURES, "You chose pictures.", chosen=True)
    with pytest.raises(GlitchAuditError, match="choose one of glitches, pictures"):
        chosen_kind("photos")
