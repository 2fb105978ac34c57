"""The app on a machine where the votes of the page Decisions take long to read."""

import runpy
import time

from pages.parts.decisions import panel as decisions_panel
from tests.browser.driving import PROJECT

SECONDS = 4


def slow_down() -> None:
    """Have ``votes`` return after a while in which nothing is drawn."""
    reads = decisions_panel.votes

    def slow_votes(*arguments, **named):
        """What ``votes`` returns, later."""
        time.sleep(SECONDS)
        return reads(*arguments, **named)

    slow_votes.reads = reads
    decisions_panel.votes = slow_votes


# Not where a test imports it: its process would be slow from then on.
if __name__ == "__main__":
    if not hasattr(decisions_panel.votes, "reads"):
        slow_down()
    runpy.run_path(str(PROJECT / "app.py"), run_name="__main__")
