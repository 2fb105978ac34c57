"""What a visitor of the public demo may take of the machine: files in all, pictures, and what reading them takes."""

from __future__ import annotations

import os

import pytest

from core.classify.naming.inputs import MAX_FILES
from core.gate.limits import MOST_MEMORY, MOST_SECONDS, Limits, narrowed
from pages.parts.classify import upload as classify_upload
from pages.parts.desk.demo_limits import HandingIn, bound_files, handing_in
from pages.parts.desk.identity import DEMO_VARIABLE, public_demo
from tests.classify.fake_classifier import png, stripe
from tests.parts.classify.test_classify import fake, hand_in, page, texts

__all__ = ["fake", "page"]
GENEROUS = Limits(memory=3_000_000_000, seconds=120)


@pytest.fixture(autouse=True)
def unset(monkeypatch):
    for name in (MOST_MEMORY, MOST_SECONDS):
        # Set first, so that what the code sets is taken back.
        monkeypatch.setenv(name, "1")
        monkeypatch.delenv(name)


def test_a_visitor_may_take_less_than_a_person_at_their_own_machine(monkeypatch):
    monkeypatch.setenv(DEMO_VARIABLE, "0")
    own = handing_in(public_demo=public_demo())
    bound_files(public_demo=public_demo())
    assert narrowed(GENEROUS) == GENEROUS and own.pictures == MAX_FILES
    monkeypatch.setenv(DEMO_VARIABLE, "1")
    visitor = handing_in(public_demo=public_demo())
    bound_files(public_demo=public_demo())
    assert narrowed(GENEROUS).memory == 400_000_000 and narrowed(GENEROUS).seconds == 20
    assert visitor.megabytes < own.megabytes and visitor.file_megabytes <= 50 and visitor.pictures < own.pictures


def test_the_owner_of_the_machine_has_the_last_word_and_nonsense_counts_as_nothing(monkeypatch):
    monkeypatch.setenv(DEMO_VARIABLE, "1")
    monkeypatch.setenv(MOST_MEMORY, "900")
    monkeypatch.setenv(MOST_SECONDS, "a minute")
    bound_files(public_demo=public_demo())
    assert os.environ[MOST_MEMORY] == "900"
    assert narrowed(GENEROUS).memory == 900_000_000 and narrowed(GENEROUS).seconds == 120
    assert narrowed(Limits(memory=10, seconds=1)).memory == 10


def test_too_much_at_once_is_given_back_with_a_sentence(page, monkeypatch):
    monkeypatch.setattr(classify_upload, "handing_in", lambda **_: HandingIn(1, 1, 9))
    hand_in(page.run(), ("one.png", b"\x89PNG" + bytes(600_000)), ("two.png", b"\x89PNG" + bytes(600_000)))
    assert "The files have 1.2 MB together, at most 1 MB are taken at once" in texts(page)
    assert "Hand in one picture" in page.info[0].value


def test_beyond_the_pictures_of_a_visitor_the_rest_is_told(page, monkeypatch):
    monkeypatch.setattr(classify_upload, "handing_in", lambda **_: HandingIn(1, 1, 2))
    hand_in(page.run(), *((f"{number}.png", png(stripe(number % 3, seed=number))) for number in range(4)))
    assert "2 more pictures" in texts(page) and "at most 2 are looked at" in texts(page)
