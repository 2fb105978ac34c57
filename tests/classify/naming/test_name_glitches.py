"""Naming glitches one after the other: views put together, missing ones, wrong pictures, and answers that stream."""

import io
import itertools

import numpy as np
import pytest
from PIL import Image

from core.classify.evaluation.calibration import probabilities
from core.classify.naming.inputs import InputFile, as_one_glitch, from_bytes, sort_out
from core.classify.naming.name_glitches import COLUMNS, answer_table, name_glitches
from core.classify.naming.nearest import NeighbourSource
from core.dataset import to_viridis
from core.dataset.model import VIEWS
from core.errors import Cancelled
from core.gate.wire import INSIDE
from tests.classify.fake_classifier import LABELS, fake_classifier, png, score, stripe

WHOLE = fake_classifier()


def files(number=1, views=VIEWS, sample_id="abc"):
    return [
        from_bytes(f"H1_{sample_id}_spectrogram_{view}.png", png(stripe(number, seed=int(10 * float(view)))))
        for view in views
    ]


def answers(handed_in, classifier=WHOLE, **options):
    return list(name_glitches(sort_out(handed_in).glitches, classifier, **options))


def test_the_views_of_a_glitch_get_one_answer_with_three_labels():
    (answer,) = answers(files())
    assert answer.name == "abc" and answer.views == VIEWS
    assert answer.label == "Blip"
    pictures = np.stack([stripe(1, seed=int(10 * float(view))) for view in VIEWS])[None]
    expected = probabilities(score(pictures, np.ones((1, 4), bool))[0])[0]
    assert dict(answer.top) == pytest.approx(dict(zip(LABELS, expected, strict=True)))
    assert [share for _, share in answer.top] == pytest.approx(sorted(expected, reverse=True))
    assert not answer.unlike and answer.problem == "" and answer.remarks == ()
    assert answer.form == "gray energy"


def test_a_missing_view_still_answers_and_is_said():
    (answer,) = answers(files(views=("0.5", "4.0")))
    assert answer.label == "Blip" and answer.views == ("0.5", "4.0")
    assert answer.remarks == ("Named without the views 1.0, 2.0.",)


def test_a_picture_of_unknown_view_is_tried_as_any_of_them():
    (answer,) = answers([from_bytes("mine.png", png(stripe(2)))])
    assert answer.label == "Helix" and answer.views == ("",)
    assert "Nothing tells which view" in answer.remarks[0]


def test_pictures_said_to_be_views_of_one_glitch_get_one_answer():
    plain = [from_bytes(f"{n}.png", png(stripe(0, seed=n))) for n in range(4)]
    (answer,) = name_glitches([as_one_glitch(plain, VIEWS)], WHOLE)
    assert answer.label == "Chirp" and answer.views == VIEWS


def test_noise_is_unlike_anything_known_and_stripes_are_not():
    rng = np.random.default_rng(1)
    noise = [
        from_bytes(f"H1_noise_spectrogram_{view}.png", png(rng.integers(0, 255, (32, 40)).astype(np.uint8)))
        for view in VIEWS
    ]
    strange, usual = answers([*noise, *files()])
    assert strange.unlike and strange.unlike_score > strange.unlike_threshold
    assert strange.unlike_share < 0.05 < usual.unlike_share
    assert not usual.unlike


def test_what_is_no_picture_is_a_sentence_and_the_rest_goes_on():
    given = answers([from_bytes("notes.txt", b"hello"), *files(), from_bytes("cut.png", png(stripe(0))[:90])])
    assert [answer.label for answer in given] == ["", "Blip", ""]
    assert given[0].problem == "The file is not a picture that can be read."
    assert given[2].problem.startswith("The picture is")


def test_a_view_that_cannot_be_read_leaves_the_others():
    broken = [*files(views=("0.5", "1.0")), from_bytes("H1_abc_spectrogram_2.0.png", b"broken")]
    (answer,) = answers(broken)
    assert answer.label == "Blip"
    assert answer.remarks[0] == "The file is not a picture that can be read."


def test_an_ordinary_colour_picture_is_no_spectrogram():
    photo = np.random.default_rng(0).integers(0, 255, (60, 80, 3)).astype(np.uint8)
    (answer,) = answers([from_bytes("photo.png", png(photo))])
    assert answer.top == () and "ordinary colour picture" in answer.problem
    # A classifier of ordinary pictures takes it.
    (answer,) = answers([from_bytes("photo.png", png(photo))], fake_classifier(views=("picture",)))
    assert answer.label


def test_a_viridis_plot_area_is_recognised():
    (answer,) = answers([from_bytes("mine.png", png(to_viridis(stripe(2))))])
    assert answer.form == "plot area" and answer.label == "Helix"


def test_two_hundred_megapixels_are_refused_in_a_sentence():
    buffer = io.BytesIO()
    Image.new("1", (20_000, 10_000)).save(buffer, "PNG")
    (huge, usual) = answers([from_bytes("huge.png", buffer.getvalue()), *files()])
    assert "gigantic" in huge.problem
    assert usual.label == "Blip"


def test_a_classifier_of_one_view_leaves_the_others_out():
    single = fake_classifier(views=("1.0",))
    (answer,) = answers(files(), single)
    assert answer.label == "Blip" and answer.views == ("1.0",)
    assert all("reads the views 1.0" in remark for remark in answer.remarks)
    (answer,) = answers(files(views=("4.0",)), single)
    assert answer.top == () and "4.0 is left out" in answer.problem


def test_a_classifier_of_single_pictures_averages_their_probabilities():
    single = fake_classifier(unit="picture")
    (answer,) = answers(files(), single)
    pictures = np.stack([stripe(1, seed=int(10 * float(view))) for view in VIEWS])[:, None]
    expected = probabilities(score(pictures, np.ones((4, 1), bool))[0]).mean(axis=0)
    assert dict(answer.top) == pytest.approx(dict(zip(LABELS, expected, strict=True)))


def test_a_classifier_without_a_rule_calls_nothing_unlike():
    (answer,) = answers(files(), fake_classifier(rule=None))
    assert answer.label == "Blip" and not answer.unlike and np.isnan(answer.unlike_score)


def test_the_nearest_samples_come_with_the_answer():
    vectors = np.stack([score(np.stack([stripe(n)] * 4)[None], np.ones((1, 4), bool))[1][0] for n in range(3)])
    known = NeighbourSource(("a", "abc", "c"), LABELS, vectors, VIEWS)
    (answer,) = answers(files(), neighbours=known)
    # The glitch itself does not count as its own neighbour.
    assert {sample_id for sample_id, _, _ in answer.nearest} == {"a", "c"}
    (answer,) = answers(files(sample_id="other"), neighbours=known)
    assert answer.nearest[0][:2] == ("abc", "Blip")
    assert answer.nearest[0][2] > 0.99


def test_answers_stream_and_can_be_stopped(monkeypatch):
    monkeypatch.setenv(INSIDE, "1")
    read = []

    class Watched(InputFile):
        def read(self):
            read.append(self.name)
            return super().read()

    def watched(number):
        data = png(stripe(number % 3))
        return Watched(f"{number}.png", len(data), data)

    handed = sort_out([watched(number) for number in range(60)])
    read.clear()
    first = list(itertools.islice(name_glitches(handed.glitches, WHOLE), 3))
    assert [answer.name for answer in first] == ["0.png", "1.png", "2.png"]
    assert 3 <= len(read) <= 33

    def stop(done, total):
        assert total == 60
        if done == 5:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        list(name_glitches(handed.glitches, WHOLE, on_progress=stop))


def test_five_hundred_files_all_get_an_answer():
    given = answers([from_bytes(f"{n}.png", png(stripe(n % 3)) if n % 5 else b"broken") for n in range(500)])
    assert len(given) == 500
    assert sum(bool(answer.problem) for answer in given) == 100
    assert all(answer.label == LABELS[n % 3] for n, answer in enumerate(given) if n % 5)


def test_the_table_has_a_row_for_each():
    table = answer_table(answers([*files(), from_bytes("notes.txt", b"hello")]))
    assert tuple(table.columns) == COLUMNS
    assert table["label"].tolist() == ["Blip", ""]
    assert table["unlike"].tolist() == ["no", ""]
    assert table["problem"].tolist()[1].startswith("The file is not a picture")
    assert answer_table([]).empty and tuple(answer_table([]).columns) == COLUMNS
