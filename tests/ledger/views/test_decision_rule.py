"""The decision rule of a workspace comes from a file beside its ledger."""

import pytest

from core.errors import GlitchAuditError
from core.ledger.views.decision_rule import DecisionRule, read_rule


def test_without_a_file_two_people_decide(tmp_path):
    assert read_rule(tmp_path / "decisions.toml") == DecisionRule(2)


def test_the_file_says_how_many(tmp_path):
    path = tmp_path / "decisions.toml"
    path.write_text("agreeing = 3\n")
    assert read_rule(path) == DecisionRule(3)


@pytest.mark.parametrize("content", ["agreeing = 0", "agreeing = 'two'", "people = 2", "agreeing", "agreeing = true"])
def test_a_file_that_says_something_else_is_refused_by_name(tmp_path, content):
    path = tmp_path / "decisions.toml"
    path.write_text(content)
    with pytest.raises(GlitchAuditError, match=r"decisions\.toml"):
        read_rule(path)
