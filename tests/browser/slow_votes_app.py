"""The app on a machine where the votes of the page Decisions take long to read."""

import runpy
import time

from pages.components import decisions_panel
from tests.browser.driving import PROJECT

SECONDS = 4

if not hasattr(decisions_panel.votes, "reads"):
    reads = decisions_panel.votes

    def slow_votes(*arguments, **named):
        """What ``votes`` returns, after a while in which nothing is drawn."""
        time.sleep(SECONDS)
        return reads(*arguments, **named)

    slow_votes.reads = reads
    decisions_panel.votes = slow_votes

runpy.run_path(str(PROJECT / "app.py"), run_name="__main__")
