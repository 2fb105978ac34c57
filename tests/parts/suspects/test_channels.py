"""What a detector's channels say on the Suspects page and on a sample's page: a line, and an order of the queue."""

import numpy as np
import pytest

from core.audit.queue import CHANNELS, MOST_SUSPECT, RANDOM_SAMPLE
from core.impact.models.foreseen import Checked, Foreseen
from core.pipeline.channel_evidence import ChannelEvidence
from pages.parts.suspects.session import QueueState
from tests.parts.remembered import remembered
from tests.parts.suspects.by_card import SUSPECT, texts

SENTENCE = (
    "From the channels alone, 84 of 100 glitches at such times are labelled Whistle (usually 40) and 3 Blip (usually "
    "40), which speaks for Whistle; about so sure, the model was right in 81 of 100 (76 to 85)."
)


def evidence_for(sample_ids):
    """Of these samples the channels foresee Whistle with 84 of 100; elsewhere nothing."""
    count = len(sample_ids)
    return ChannelEvidence(
        (
            Foreseen(
                "L1",
                ("Blip", "Tomte", "Whistle"),
                np.array(sample_ids, dtype=object),
                np.tile([0.03, 0.13, 0.84], (count, 1)),
                np.tile([0.4, 0.2, 0.4], (count, 1)),
                np.zeros(count, dtype=np.int64),
                np.ones((1, 3, 3)),
                (Checked(0.8, 0.9, 400, 0.84, 0.81, 0.76, 0.85),),
                True,
                "",
            ),
        )
    )


@pytest.fixture
def channels_say(monkeypatch):
    """``channels_say(evidence)``: what the pages get from a detector that was brought."""

    def use(evidence):
        for place in ("desk.channels", "suspects.asking", "suspects.panel"):
            monkeypatch.setattr(f"pages.parts.{place}.evidence_stamp", lambda workspace: f"made up {id(evidence)}")
        monkeypatch.setattr("pages.parts.desk.channels.load_channel_evidence", lambda workspace, samples: evidence)

    return use


def test_without_a_detector_there_is_no_line_and_no_order(open_suspects):
    app = open_suspects(reviewer="Ada")
    assert CHANNELS not in app.selectbox(key="suspect_order").options
    assert "From the channels alone" not in texts(app)


def test_the_channels_stand_on_the_card_and_order_the_queue_where_one_asks(channels_say, open_suspects):
    channels_say(evidence_for([SUSPECT]))
    app = open_suspects(reviewer="Ada")
    assert SENTENCE in texts(app).replace("\\", "")
    order = app.selectbox(key="suspect_order")
    assert order.value == MOST_SUSPECT and CHANNELS in order.options
    order.select(CHANNELS).run()
    assert not app.exception and "what the pictures and the channels say together" in texts(app)
    assert remembered(app, QueueState).card[0] == SUSPECT


def test_nothing_is_said_of_other_samples_and_in_the_random_sample(channels_say, open_suspects):
    channels_say(evidence_for(["Blip/sample003"]))
    app = open_suspects(reviewer="Ada")
    assert "From the channels alone" not in texts(app)
    channels_say(evidence_for([f"Blip/sample{number:03d}" for number in range(40)]))
    app = open_suspects(reviewer="Ada")
    assert "From the channels alone" in texts(app)
    app.selectbox(key="suspect_order").select(RANDOM_SAMPLE).run()
    assert not app.exception and "judge by the pictures" in texts(app)
    assert "From the channels alone" not in texts(app)


def test_the_samples_page_says_it_of_the_label_that_its_neighbours_carry(prepared, channels_say, open_app):
    channels_say(evidence_for([SUSPECT]))
    app = open_app("pages/sample.py", workspace=prepared.workspace.name, sample_wanted=SUSPECT)
    assert SENTENCE in texts(app).replace("\\", "")
    app = open_app("pages/sample.py", workspace=prepared.workspace.name, sample_wanted="Blip/sample003")
    assert "From the channels alone" not in texts(app)
