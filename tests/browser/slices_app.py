"""The Suspects page on the demo, with an audit made up in which the Blips of one detector are suspects."""

from tests.browser.made_up_suspects import show_suspects
from tests.parts.fake_audit import fake_audit_of_a_slice

show_suspects(fake_audit_of_a_slice)
