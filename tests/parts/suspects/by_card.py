"""What the card of the Suspects page sends, and what the page says."""

from dataclasses import replace

from pages.parts.suspects.session import QueueState
from pages.parts.widgets.suspect_queue import CardEvent
from tests.parts.remembered import remember, remembered

# The last of 40 samples lies among the whistles and is called a blip.
SUSPECT = "Blip/sample039"


def send(app, event):
    """Let the card have sent this."""
    remember(app, replace(remembered(app, QueueState), event=event))


def press(app, kind, sample_id=None):
    """What the card sends when a button or key is pressed."""
    shown, judgement_id = remembered(app, QueueState).card
    send(app, CardEvent(kind, sample_id or shown, judgement_id))
    return app.run()


def texts(app):
    return " ".join(item.value for item in [*app.markdown, *app.caption, *app.info, *app.success, *app.warning])


def progress(app):
    return app.get("progress")[0].proto.text
