"""The Suspects page on the demo, with an audit made up in the place of the real one."""

from tests.browser.made_up_suspects import show_suspects
from tests.parts.fake_audit import fake_audit

show_suspects(fake_audit)
