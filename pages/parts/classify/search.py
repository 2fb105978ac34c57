"""From a picture that was named to what looks like it in the open data set."""

from __future__ import annotations

import streamlit as st

from core.classify.naming.classifier import Classifier
from core.classify.naming.name_glitches import Answer
from core.pipeline.kept_pictures import AskedPicture
from pages.parts.desk.asked_pictures import search_for_picture
from pages.parts.desk.who import AtDesk
from pages.parts.widgets import icons


def search_like(here: AtDesk, answer: Answer, pictures: tuple[tuple[str, bytes], ...], classifier: Classifier) -> None:
    """Draw the button that searches for what looks like the answer's picture.

    Only a classifier that goes by a backbone's features looks at pictures as the data set's embedding does.
    """
    if not classifier.embedded_by or answer.features is None:
        return
    if st.button("Search for more like this", key="classify_search", icon=icons.OPEN_SEARCH):
        jpeg = pictures[0][1] if pictures else b""
        search_for_picture(here, AskedPicture(answer.name, answer.views, answer.features, classifier.embedded_by, jpeg))
