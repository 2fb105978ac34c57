"""A heart beats while the work lasts, and no longer."""

import time

from core.heartbeat import Heartbeat


def test_it_beats_while_the_block_runs_and_not_after():
    beats = []
    with Heartbeat(lambda: beats.append(time.monotonic()), seconds=0.01):
        while len(beats) < 3:
            time.sleep(0.005)
    over = time.monotonic()
    time.sleep(0.05)
    assert beats[-1] <= over


def test_it_can_be_stopped_before_the_block_ends():
    beats = []
    with Heartbeat(lambda: beats.append(1), seconds=0.05) as heart:
        heart.stop()
        time.sleep(0.15)
    assert beats == []


def test_it_may_be_stopped_by_its_own_beat():
    beats = []

    def beat():
        beats.append(1)
        heart.stop()

    heart = Heartbeat(beat, seconds=0.01)
    with heart:
        time.sleep(0.1)
    assert beats == [1]
