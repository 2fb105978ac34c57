"""The page Classify: hand in pictures, see names, stop and go on; what cannot be named is a sentence."""

import io
import zipfile
from dataclasses import replace

import numpy as np
import pytest
import streamlit as st

from core.classify.params import TrainParams
from core.classify.training.runs import WEIGHTS_FILE, Run, runs_folder, save_run
from core.errors import GlitchAuditError
from pages.parts.classify import choice as classify_choice
from pages.parts.classify.state import Work
from pages.parts.widgets.keys import widget_key
from tests.classify.fake_classifier import LABELS, fake_classifier, png, stripe
from tests.parts.remembered import remember, remembered

VIEWS = ("0.5", "1.0", "2.0", "4.0")


@pytest.fixture(autouse=True)
def fake(monkeypatch):
    st.cache_resource.clear()
    monkeypatch.setattr(classify_choice, "load_classifier", lambda run: fake_classifier())
    yield
    st.cache_resource.clear()


@pytest.fixture
def page(prepared, open_app):
    return open_app("pages/classify.py", workspace=prepared.workspace.name)


def hand_in(page, *files):
    page.file_uploader[0].set_value([(name, data, "application/octet-stream") for name, data in files]).run()
    assert not page.exception, [error.value for error in page.exception]
    return page


def whole_glitch(number=1, sample_id="abc"):
    return [
        (f"H1_{sample_id}_spectrogram_{view}.png", png(stripe(number, seed=int(10 * float(view))))) for view in VIEWS
    ]


def texts(page):
    kinds = (page.markdown, page.caption, page.warning, page.info, page.subheader, page.error)
    return "\n".join(item.value for kind in kinds for item in kind)


def bars(page):
    return "\n".join(item.value for item in page.get("html") if "classify-bar" in item.value)


def test_the_empty_page_says_what_it_takes_and_what_its_alarms_are_worth(page):
    assert page.title[0].value == "Classify"
    assert "Hand in one picture" in page.info[0].value
    assert "of validation samples by mistake" in texts(page)
    assert "calibrated" not in texts(page)
    assert page.button(key="classify_try").label == "Try with a sample of this data set"


def test_four_views_get_one_answer_with_bars(page):
    hand_in(page, *whole_glitch())
    said = texts(page)
    assert "1 glitch named in" in said
    assert page.subheader[0].value == "Blip"
    shown = bars(page)
    assert all(label in shown for label in LABELS) and shown.count('role="meter"') == 3
    assert "Like what it knows" in said
    assert not page.dataframe


def test_a_picture_beside_what_is_none(page):
    hand_in(page, *whole_glitch(), ("notes.txt", b"hello"), ("zero.png", b""))
    said = texts(page)
    assert "Left out (2)" in said
    assert "The file is not a picture that can be read" in said.replace("\\", "")
    assert "0 bytes" in said.replace("\\", "")
    assert page.subheader[0].value == "Blip"


def test_noise_is_said_to_be_unlike(page):
    rng = np.random.default_rng(0)
    noise = [(f"H1_x_spectrogram_{view}.png", png(rng.integers(0, 255, (32, 40)).astype(np.uint8))) for view in VIEWS]
    hand_in(page, *noise)
    assert "Unlike anything I know" in page.warning[0].value


def test_several_in_a_zip_are_a_table(page):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(3):
            for name, data in whole_glitch(number, f"glitch{number}"):
                archive.writestr(name, data)
    hand_in(page, ("many.zip", buffer.getvalue()))
    table = page.dataframe[0].value
    assert table["name"].tolist() == ["glitch0", "glitch1", "glitch2"]
    assert table["label"].tolist() == list(LABELS)
    assert page.subheader[0].value == "Chirp"


def test_pictures_without_names_are_asked_about(page):
    files = [(f"{number}.png", png(stripe(2, seed=number))) for number in range(4)]
    hand_in(page, *files)
    assert "4 glitches named" in texts(page)
    page.toggle(key="classify_together").set_value(True).run()
    assert "1 glitch named" in texts(page)
    assert [box.value for box in page.selectbox if box.label.startswith("View of picture")] == list(VIEWS)
    page.selectbox(key=widget_key("classify_view", 0, "0.png")).set_value("1.0").run()
    assert "Two pictures are said to be the view 1" in page.warning[0].value


def test_one_picture_without_a_name_may_be_given_its_view(page):
    hand_in(page, ("mine.png", png(stripe(0))))
    assert "Nothing tells which view" in texts(page)
    page.selectbox(key=widget_key("classify_view", 0, "mine.png")).set_value("2.0").run()
    assert "Named without the views 0\\.5, 1\\.0, 4\\.0" in texts(page)


def test_stopped_work_keeps_its_answers_and_goes_on(page):
    hand_in(page, *whole_glitch(0, "one"), *whole_glitch(1, "two"))
    work = remembered(page, Work)
    remember(page, replace(work, answers=work.answers[:1], pictures=work.pictures[:1], stopped=True))
    page.run()
    assert "Stopped after 1 of 2" in texts(page)
    page.button(key="classify_go_on").click().run()
    assert [answer.label for answer in remembered(page, Work).answers] == ["Chirp", "Blip"]


def test_start_afresh_forgets(page):
    hand_in(page, *whole_glitch())
    page.button(key="classify_afresh").click().run()
    assert "Hand in one picture" in page.info[0].value
    assert remembered(page, Work) == Work()


@pytest.mark.parametrize("views", [("picture",), VIEWS], ids=["its own view", "views of a glitch"])
def test_a_sample_of_the_data_set_as_an_example(page, monkeypatch, views):
    monkeypatch.setattr(classify_choice, "load_classifier", lambda run: fake_classifier(views=views))
    st.cache_resource.clear()
    page.button(key="classify_try").click().run()
    assert not page.exception
    said = texts(page)
    assert "1 glitch named" in said and "The data set calls it" in said
    assert page.button(key="classify_try").label == "Try with another sample"


def test_a_classifier_that_cannot_be_loaded_is_a_sentence(page, monkeypatch):
    def missing(run):
        raise GlitchAuditError("The weights are missing: restore them.")

    monkeypatch.setattr(classify_choice, "load_classifier", missing)
    st.cache_resource.clear()
    page.run()
    assert "restore them" in page.error[0].value
    assert not page.file_uploader


def test_without_torch_the_page_says_so(page, monkeypatch):
    monkeypatch.setattr(classify_choice, "missing_packages", lambda wanted: ("torch", "torchvision", "umap"))
    page.run()
    assert "needs torch and torchvision, not installed here" in page.info[0].value
    assert not page.file_uploader


def test_a_training_of_this_data_set_can_be_chosen(page, prepared):
    folder = runs_folder(prepared.workspace) / "mine"
    folder.mkdir(parents=True)
    save_run(Run(folder, "mine", TrainParams(views=("picture",)), LABELS, "done", fingerprint="mine"))
    (folder / WEIGHTS_FILE).write_bytes(b"made up")
    page.run()
    choice = page.selectbox(key="classify_run")
    assert [option.split(" ")[0] for option in choice.options] == ["glitch-resnet18", "mine"]
    choice.set_value(str(folder)).run()
    hand_in(page, *whole_glitch())
    assert page.subheader[0].value == "Blip"
    # It was made up, so it kept no features to look for neighbours in.
    assert "nearest labelled ones cannot be shown" in texts(page)
