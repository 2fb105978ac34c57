"""The workbench as the containers run it: somebody judges through the proxy, and no log tells who that was."""

import json
import re

import pytest

from core.ledger import open_ledger
from core.ledger.views.judgements import judgements
from core.workspace import HOME_VARIABLE
from tests.browser.driving import sit_down, start_server, stop_server, wait_until_idle
from tests.deploy.image import copied_image
from tests.deploy.sticky_proxy import StickyProxy

pytestmark = pytest.mark.browser

NAME = "Hypatia Alexandrina"
READY = '.card[data-busy="false"]'


@pytest.fixture
def desk(tmp_path):
    """The address of a proxy, the server behind it, from the image's files alone, its log, and its ledger's path."""
    log, home = tmp_path / "server.log", tmp_path / "home"
    image = copied_image(tmp_path / "app")
    env = {HOME_VARIABLE: str(home), "GLITCH_AUDIT_LOG": "json", "PYTHONPATH": str(image)}
    url, server = start_server(image / "deploy" / "serve.py", log=log, env=env, cwd=image)
    proxy = StickyProxy([int(url.rsplit(":", 1)[1])])
    yield proxy.url, server, log, home / "demo" / "corrections.duckdb"
    proxy.stop()
    stop_server(server)


def test_what_was_done_is_kept_and_who_did_it_is_not_logged(desk, open_page):
    url, server, log, path = desk
    page = open_page()
    sit_down(page, f"{url}/suspects", NAME)
    sample = page.locator(READY).get_attribute("data-sample")
    wait_until_idle(page)
    page.keyboard.press("k")
    page.locator(f'{READY}:not([data-sample="{sample}"])').wait_for()
    wait_until_idle(page)
    page.goto(f"{url}/mine")
    page.get_by_role("heading", name=re.compile("Mine")).first.wait_for()
    wait_until_idle(page)
    # With the page open: the server does not wait for it.
    server.terminate()
    server.wait(25)
    page.console_errors.clear()
    found = judgements(open_ledger(path))
    open_ledger(path).close()
    assert found["author"].tolist() == [NAME] and found["sample_id"].tolist() == [sample]
    text = log.read_text(encoding="utf-8")
    said = [json.loads(line)["message"] for line in text.splitlines() if line.startswith("{")]
    assert "The server has ended: acts are finished and jobs are parked." in said
    assert not [word for word in NAME.split() if word in text]
