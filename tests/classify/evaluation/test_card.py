"""A model card says what is known, real pictures first, and no text of others becomes Markdown."""

from dataclasses import replace

import pytest

from core.classify.evaluation.card import OtherPictures, model_card, write_card
from core.classify.evaluation.evaluate import evaluate_run
from core.classify.params import TrainParams
from core.errors import GlitchAuditError

LABELS = ("Blip", "Koi_Fish", "Tomte")


@pytest.fixture
def judged(make_run, draw_predictions):
    def make(**fields):
        predictions = draw_predictions(LABELS, held={"validation": 40, "test": 60})
        counts = {"samples": {"train": 300, "validation": 40, "test": 60}}
        run = make_run(predictions, LABELS, params=TrainParams(views=("1.0", "2.0")), counts=counts, **fields)
        return run, evaluate_run(run, bootstrap=50)

    return make


def headings(card):
    return [line for line in card.splitlines() if line.startswith("#")]


def test_pictures_from_elsewhere_come_before_the_data_sets_own(judged):
    run, evaluation = judged()
    others = [OtherPictures("example sheets", 47, 37, 0.6436, 0.8814, "22 labels")]
    card = model_card(run, evaluation, data="half a year", simulated=True, others=others)
    assert headings(card) == [
        "# made-up",
        "## What it is for",
        "## On pictures from elsewhere",
        "## What it learnt from",
        "## How good it is",
        "### By label",
        "## Limits",
        "## How it was made",
    ]
    assert "| example sheets | 47 | 78.72 (64.4 to 88.1) | 22 labels |" in card
    assert "300 glitches to learn from, 40 to say when to stop, 60 kept back to judge it." in card
    assert "**All of its glitches are simulated.**" in card and "simulated glitches only" in card


def test_figures_are_those_of_the_evaluation(judged):
    run, evaluation = judged()
    card = model_card(run, evaluation)
    value, low, high = evaluation.overall.loc["f1_macro", ["value", "low", "high"]]
    assert f"| F1, macro | {100 * value:.2f} ({100 * low:.1f} to {100 * high:.1f}) |" in card
    assert "Mean F1 of the rarest third of the labels (1 of 3" in card
    for label in LABELS:
        assert sum(line.startswith(f"| {label} |") for line in card.splitlines()) == 1
    assert "how good it is there is unknown" in card and "simulated" not in card


def test_a_split_in_time_is_told_and_one_at_random_is_a_limit(judged):
    run, evaluation = judged()
    assert "It was not judged in time" in model_card(run, evaluation)
    timed = replace(run, params=replace(run.params, split_by="time"), split_note="Split in time: so and so.")
    card = model_card(timed, evaluation)
    assert "Split in time: so and so." in card and "It was not judged in time" not in card


def test_what_others_wrote_stays_text(judged):
    run, evaluation = judged(leak="<script>alert(1)</script> | [x](http://bad)")
    card = model_card(run, evaluation, data="a|b `c` <b>")
    assert "<script>" not in card and "a\\|b \\`c\\` \\<b\\>" in card and "[x](http" not in card


def test_it_is_written_whole_or_refused_in_a_sentence(judged, tmp_path):
    run, evaluation = judged()
    out = write_card(run, evaluation, tmp_path / "card.md")
    assert out.read_text(encoding="utf-8") == model_card(run, evaluation)
    with pytest.raises(GlitchAuditError, match="cannot be written"):
        write_card(run, evaluation, tmp_path / "card.md" / "below.md")
