"""The Suspects page without a browser, on an audit that is made up."""

from dataclasses import replace

import pytest

from tests.parts.fake_audit import fake_audit


@pytest.fixture
def audit_of(monkeypatch):
    """``audit_of(prepared, **changes)``: what the pages get for an audit."""

    def use(prepared, **changes):
        audit = replace(fake_audit(prepared), **changes)
        monkeypatch.setattr("pages.parts.data.open_results.audit_or_stop", lambda here, prepared: audit)
        return audit

    return use


@pytest.fixture
def open_suspects(prepared, open_app, audit_of):
    def start(**session):
        audit_of(prepared)
        return open_app("pages/suspects.py", workspace=prepared.workspace.name, **session)

    return start
