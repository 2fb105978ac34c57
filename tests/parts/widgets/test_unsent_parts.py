"""What a fragment had not sent yet goes with its new run, references too, and nothing of anybody else's."""

import inspect

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

from pages.parts.widgets.unsent_parts import drop_unsent_references, mended

FRAGMENT = "card"


def message(path, *, fragment="", block=False, reference=""):
    made = ForwardMsg()
    made.metadata.delta_path.extend(path)
    if reference:
        made.ref_hash = reference
        return made
    made.delta.fragment_id = fragment
    if block:
        made.delta.add_block.SetInParent()
    else:
        made.delta.new_element.markdown.body = "text"
    return made


STOCK = inspect.unwrap(ForwardMsgQueue.clear)
"""Streamlit's own, whatever else this process has loaded."""


class OwnQueue(ForwardMsgQueue):
    clear = mended(STOCK)


@pytest.fixture
def queue():
    made = OwnQueue()
    made.enqueue(message([0, 1], block=True))
    made.enqueue(message([0, 1, 0], reference="of the page"))
    made.enqueue(message([0, 2, 4], block=True, fragment=FRAGMENT))
    made.enqueue(message([0, 2, 4, 0], fragment=FRAGMENT))
    made.enqueue(message([0, 2, 4, 1], reference="of the card"))
    # Its block was sent before, so the browser knows where it belongs.
    made.enqueue(message([0, 2, 3, 1], reference="of the card, at home"))
    return made


def paths(queue):
    return [list(one.metadata.delta_path) for one in queue.flush()]


def test_references_go_with_the_blocks_that_they_lie_in(queue):
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=[FRAGMENT])
    assert paths(queue) == [[0, 1], [0, 1, 0], [0, 2, 3, 1]]


def test_another_fragment_s_run_takes_nothing(queue):
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=["another"])
    assert len(paths(queue)) == 6


def test_a_run_of_the_whole_page_and_a_plain_clear_take_everything(queue):
    queue.clear(retain_lifecycle_msgs=True)
    assert queue.is_empty()
    queue.enqueue(message([0, 0], block=True))
    queue.clear()
    assert queue.is_empty()


def test_what_was_sent_is_what_was_there(queue):
    assert len(queue.flush()) == 6 and queue.is_empty()


def test_it_is_mended_once(monkeypatch):
    monkeypatch.setattr(ForwardMsgQueue, "clear", ForwardMsgQueue.clear)
    drop_unsent_references()
    first = ForwardMsgQueue.clear
    drop_unsent_references()
    assert ForwardMsgQueue.clear is first


def test_streamlit_still_needs_it(queue):
    """Where this fails, Streamlit has mended its queue, and ``unsent_parts`` can go."""
    STOCK(queue, retain_lifecycle_msgs=True, fragment_ids_this_run=[FRAGMENT])
    assert [0, 2, 4, 1] in paths(queue)
