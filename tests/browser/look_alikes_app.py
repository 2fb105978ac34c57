"""The Suspects page on the demo, with an audit made up that finds many suspects of a few kinds."""

from tests.browser.made_up_suspects import show_suspects
from tests.parts.fake_audit import fake_audit_of_many

show_suspects(fake_audit_of_many)
