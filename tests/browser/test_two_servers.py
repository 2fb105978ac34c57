"""Two servers on one ledger behind a proxy: two people judge, one server ends, and its visitor goes on at the other."""

import pytest

from core.ledger import open_ledger
from core.ledger.views.judgements import judgements
from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, sit_down, start_server, stop_server, wait_until_idle
from tests.deploy.sticky_proxy import StickyProxy

team = pytest.importorskip("tests.postgres", reason="a ledger that two servers share lies in PostgreSQL")

pytestmark = pytest.mark.browser

LEDGER_VARIABLE = "GLITCH_AUDIT_LEDGER"
READY = '.card[data-busy="false"]'


@pytest.fixture
def database(monkeypatch):
    """A database for the team's ledgers, named to this process, too."""
    if team.programs() is None:
        pytest.skip("PostgreSQL is not installed: make postgres")
    server = team.Postgres()
    monkeypatch.setenv(LEDGER_VARIABLE, server.url())
    yield server
    server.remove()


@pytest.fixture
def desks(database, tmp_path):
    """The proxy, the two servers with their logs, and where the demo's ledger would lie if it were a file."""
    env = {HOME_VARIABLE: str(tmp_path / "home"), "GLITCH_AUDIT_LOG": "json", LEDGER_VARIABLE: database.url()}
    logs = [tmp_path / f"{number}.log" for number in range(2)]
    started = [start_server(PROJECT / "deploy" / "serve.py", log=log, env=env) for log in logs]
    proxy = StickyProxy([int(url.rsplit(":", 1)[1]) for url, _ in started])
    yield proxy, [server for _, server in started], logs, tmp_path / "home" / "demo" / "corrections.duckdb"
    proxy.stop()
    for _, server in started:
        stop_server(server)


def judge_one(page):
    """Keep the label of the sample that is shown, and return the sample once the next one is there."""
    page.locator(READY).wait_for()
    wait_until_idle(page)
    sample = page.locator(READY).get_attribute("data-sample")
    page.keyboard.press("k")
    page.locator(f'{READY}:not([data-sample="{sample}"])').wait_for()
    wait_until_idle(page)
    return sample


def test_nothing_is_lost_where_one_of_two_servers_ends(desks, open_page):
    proxy, servers, logs, path = desks
    hypatia, sappho = open_page(), open_page()
    sit_down(hypatia, f"{proxy.url}/suspects", "Hypatia")
    sit_down(sappho, f"{proxy.url}/suspects", "Sappho")
    assert all(proxy.taken)
    done = [("Hypatia", judge_one(hypatia)), ("Sappho", judge_one(sappho))]
    hers = next(int(one["value"]) for one in hypatia.context.cookies() if one["name"] == "desk")
    servers[hers].terminate()
    servers[hers].wait(30)
    hypatia.goto(f"{proxy.url}/suspects")
    hypatia.get_by_text("not verified").wait_for()
    done += [("Hypatia", judge_one(hypatia)), ("Sappho", judge_one(sappho))]
    found = judgements(open_ledger(path))
    open_ledger(path).close()
    assert sorted(zip(found["author"], found["sample_id"], strict=True)) == sorted(done)
    for page in (hypatia, sappho):
        # That the first server went away.
        page.console_errors.clear()
    assert not [log for log in logs if "Hypatia" in log.read_text() or "Sappho" in log.read_text()]
