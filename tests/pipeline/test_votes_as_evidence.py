"""What volunteers say of a glitch, in a sentence."""

import pandas as pd

from core.pipeline.votes import volunteers_in_words, vote_counts


def votes_of(*said):
    rows = [(person, glitch, label, "") for person, glitch, label in said]
    return pd.DataFrame(rows, columns=["person", "sample_id", "label", "subject_id"])


def test_the_commonest_label_comes_first_and_a_person_counts_once():
    votes = votes_of(
        ("ann", "g1", "Blip"),
        ("bob", "g1", "Tomte"),
        ("cem", "g1", "Tomte"),
        ("ann", "g1", "Tomte"),
        ("ann", "g2", "Blip"),
    )
    assert vote_counts(votes) == {"g1": {"Tomte": 3}, "g2": {"Blip": 1}}


def test_of_as_many_votes_the_first_name_comes_first():
    assert list(vote_counts(votes_of(("a", "g", "Whistle"), ("b", "g", "Blip")))["g"]) == ["Blip", "Whistle"]


def test_the_sentence_says_the_share_its_interval_and_the_label_now():
    # 11 of 18 is 61 %; Wilson's interval by hand: 0.386 to 0.797.
    said = volunteers_in_words({"Tomte": 11, "Blip": 7}, "Blip")
    assert said == "18 volunteers: 11 say Tomte, 61 % (39 % to 80 %); 7 say Blip."


def test_where_they_agree_with_the_label_it_is_named_once():
    assert volunteers_in_words({"Blip": 1}, "Blip") == "1 volunteer: 1 says Blip, 100 % (21 % to 100 %)."


def test_a_tie_is_no_majority():
    said = volunteers_in_words({"Blip": 2, "Tomte": 2, "Chirp": 1}, "Chirp")
    assert said == "5 volunteers: Blip and Tomte have the same number of votes, 2 each."


def test_nobody_said_anything():
    assert volunteers_in_words({}, "Blip") == "" and vote_counts(votes_of()) == {}
