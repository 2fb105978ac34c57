"""Sign-in against real OpenID Connect providers on this machine: in, act, out, and what must not get in."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from core.ledger import Person, open_ledger, proposals
from core.ledger.people import owns
from core.workspace import demo_workspace
from tests.browser.driving import PROJECT, choose_option, free_port, start_server, stop_server, wait_until_idle

# The provider's package calls Authlib by names that Authlib 2 drops; both are pinned.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
SAMPLE = "Cknpzg3ucv"
ADA = {"email": "ada@x.org", "email_verified": True}
USERS = {"1001": ADA, "7": {"email": "ADA@x.org", "email_verified": False}}


@contextlib.contextmanager
def provider(*, foreign_issuer: str = "", **options) -> Iterator[str]:
    """A provider that knows :data:`USERS`; its issuer's address.

    Args:
        foreign_issuer: whom its own description names as the issuer, though its tokens name itself.
        options: of ``oidc_provider_mock.app``.
    """
    import oidc_provider_mock
    from werkzeug.serving import make_server

    users = [oidc_provider_mock.User(sub=number, claims=claims) for number, claims in USERS.items()]
    app = oidc_provider_mock.app(user_claims=users, **options)

    @app.after_request
    def describe(response):
        if foreign_issuer and "issuer" in (response.json or {} if response.is_json else {}):
            response.set_data(app.json.dumps(response.json | {"issuer": foreign_issuer}))
        return response

    server = make_server("localhost", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.1,))
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()


@dataclass(frozen=True)
class Desk:
    """The app, with four providers: two good ones, one whose tokens are out of date, one with another issuer."""

    url: str
    stop: Callable[[], None]
    issuers: dict[str, str]
    log: Path


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("sign-in")
    secrets, log, port = folder / "secrets.toml", folder / "log", free_port()
    with contextlib.ExitStack() as held:
        patch = held.enter_context(pytest.MonkeyPatch.context())
        # The providers speak http, which OAuth allows to nobody but a test.
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
        patch.setenv("GLITCH_AUDIT_HOME", str(folder / "home"))
        issuers = {
            "ligo": held.enter_context(provider()),
            "zoo": held.enter_context(provider()),
            "late": held.enter_context(provider(access_token_max_age=timedelta(hours=-1))),
        }
        issuers["false"] = held.enter_context(provider(foreign_issuer=issuers["ligo"]))
        lines = ["[roles]", 'default = "reviewer"', 'unverified = "viewer"', "[roles.people]"]
        lines += [f'"{issuers["zoo"]} 1001" = "moderator"', "[auth]", 'cookie_secret = "of this test only"']
        lines += [f'redirect_uri = "http://127.0.0.1:{port}/oauth2callback"']
        for name, issuer in issuers.items():
            lines += [f"[auth.{name}]", 'client_id = "desk"', 'client_secret = "anything"']
            lines += [f'server_metadata_url = "{issuer}/.well-known/openid-configuration"']
        secrets.write_text("\n".join(lines), encoding="utf-8")
        url, server = start_server(PROJECT / "app.py", log=log, flags=[f"--secrets.files={secrets}"], port=port)
        held.callback(stop_server, server)
        yield Desk(url, lambda: stop_server(server), issuers, log)


def badge(page, text: str):
    """A badge of the sidebar: how one stands here."""
    return page.get_by_test_id("stSidebar").locator(".stMarkdownBadge").filter(has_text=re.compile(rf"\b{text}$"))


def sign_in(page, desk: Desk, name: str, number: str) -> None:
    page.goto(f"{desk.url}/review")
    page.get_by_role("button", name=f"Sign in with {name}").click()
    page.get_by_role("button", name=number, exact=True).click()
    page.wait_for_url(f"{desk.url}/**")


def sign_out(page) -> None:
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/end_session**")
    page.locator("button[type=submit]").first.click()
    page.get_by_role("button", name="Sign in with ligo").wait_for()


def forgive_the_providers(page) -> None:
    """Their own pages want a style sheet and an icon that are not there."""
    page.console_errors = [text for text in page.console_errors if not text.startswith("Failed to load resource")]


def propose(page, desk: Desk) -> None:
    page.goto(f"{desk.url}/?sample={SAMPLE}")
    page.get_by_role("button", name="Select it on the map").click()
    page.get_by_role("heading", name="1 sample selected").wait_for()
    wait_until_idle(page)
    choose_option(page, "New label", "Tomte")
    page.get_by_text("Give a reason").wait_for()
    page.get_by_role("textbox", name="Reason").fill("it is single")
    page.keyboard.press("Tab")
    wait_until_idle(page)
    page.get_by_role("button", name="Propose for 1 sample").click()
    page.get_by_text("1 proposal of Tomte is in the correction table").wait_for()


def test_sign_in_act_sign_out_and_nobody_else_gets_in(desk, open_page):
    page = open_page()
    for name in ("late", "false"):
        sign_in(page, desk, name, "1001")
        page.get_by_role("button", name="Sign in with ligo").wait_for()
        assert not badge(page, "signed in").count()

    sign_in(page, desk, "ligo", "1001")
    badge(page, "signed in").wait_for()
    badge(page, "reviewer").wait_for()
    propose(page, desk)
    sign_out(page)

    for number, standing, role in (("7", "not verified", "viewer"), ("1001", "signed in", "moderator")):
        other = open_page()
        sign_in(other, desk, "zoo", number)
        badge(other, standing).wait_for()
        badge(other, role).wait_for()
        forgive_the_providers(other)
    forgive_the_providers(page)
    desk.stop()
    log = desk.log.read_text(encoding="utf-8")
    assert "The token is expired" in log and "Invalid claim: 'iss'" in log

    ledger = open_ledger(demo_workspace().ledger_path)
    row = proposals(ledger).iloc[0]
    assert (row["author"], row["author_key"]) == ("ada@x.org", f"{desk.issuers['ligo']}\n1001")
    assert row["author_verified"] and row["sample_id"] == SAMPLE
    # The same number, or the same address, at the other provider is somebody else.
    for verified, who in ((True, {"issuer": desk.issuers["zoo"], "subject": "1001"}), (False, {})):
        assert not owns(Person("ada@x.org", "reviewer", verified, **who), row["author_key"])
    ledger.close()
