"""Suspicion with the channels counted in: the sum by hand, and the order of the queue that goes by it."""

import numpy as np
import pandas as pd
import pytest

from core.audit.channels import WITH_CHANNELS, other_label_near, with_channels
from core.audit.queue import CHANNELS, MOST_SUSPECT, QueueFilters, offered_orders, suspect_queue


def entries_of(*rows):
    """Rows of sample id, probability of the label and of the suggested one, with the score that these give."""
    table = pd.DataFrame(rows, columns=["sample_id", "label_probability", "suggested_probability"])
    score = np.log(table["suggested_probability"]) - 3 * np.log(table["label_probability"])
    table = table.assign(score=score, label="Blip", suggested="Tomte", flagged=True, chance_wrong=0.6, cluster=0)
    return table.assign(glitch=table["sample_id"], detector="").set_index("sample_id")


def test_the_score_is_that_of_the_probabilities_multiplied_by_the_odds():
    # No third label: 0.4 against 0.6, made four times likelier to be the suggested one, are 0.4 against 2.4.
    entries = entries_of(("a", 0.4, 0.6))
    found = with_channels(entries, np.array([np.log(4)]))
    own, other = 0.4 / 2.8, 2.4 / 2.8
    assert found.loc["a", WITH_CHANNELS] == pytest.approx(np.log(other) - 3 * np.log(own))
    assert found.loc["a", "score"] == entries.loc["a", "score"]


def test_other_labels_count_as_their_geometric_mean():
    found = with_channels(entries_of(("a", 0.2, 0.5)), np.array([np.log(9)]))
    own, other, rest = 0.2 / 3, 0.5 * 3, 0.3
    whole = own + other + rest
    assert found.loc["a", WITH_CHANNELS] == pytest.approx(np.log(other / whole) - 3 * np.log(own / whole))


def test_where_channels_say_nothing_the_score_stays():
    entries = entries_of(("a", 0.2, 0.5), ("b", 0.2, 0.5), ("c", np.nan, np.nan)).assign(score=[1.0, 2.0, np.nan])
    found = with_channels(entries, np.array([np.nan, 0.0, 3.0]))
    assert found[WITH_CHANNELS].tolist()[:2] == pytest.approx([1.0, 2.0])
    assert np.isnan(found.loc["c", WITH_CHANNELS])


def test_the_queue_goes_by_it_only_where_it_is_asked_for():
    entries = entries_of(("a", 0.1, 0.6), ("b", 0.2, 0.5), ("c", 0.3, 0.4))
    assert CHANNELS not in offered_orders(entries)
    found = with_channels(entries, np.log([0.05, 1.0, 20.0]))
    assert CHANNELS in offered_orders(found)
    assert "".join(suspect_queue(found, QueueFilters(), order=MOST_SUSPECT).index) == "abc"
    assert "".join(suspect_queue(found, QueueFilters(), order=CHANNELS).index) == "cba"


def test_the_commonest_other_label_of_the_neighbours():
    labels = np.array(["Blip", "Tomte", "Koi_Fish", "Koi_Fish", "Blip"], dtype=object)
    assert other_label_near(labels, np.array([0, 1, 2, 3]), "Blip") == "Koi_Fish"
    assert other_label_near(labels, np.array([1, 2]), "Blip") == "Tomte"
    assert other_label_near(labels, np.array([0, 4]), "Blip") == ""
    assert other_label_near(labels, np.zeros(0, dtype=int), "Blip") == ""
