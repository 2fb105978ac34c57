"""Look-alikes together in a real browser: a page judged by one key, without those taken out, once, and taken back."""

from __future__ import annotations

import os
import re

import pytest

from core.ledger import judgements, open_ledger, proposals
from tests.browser.driving import PROJECT, start_server, stop_server, wait_until_idle, wait_until_it_fits

pytestmark = pytest.mark.browser

APP = PROJECT / "tests" / "browser" / "look_alikes_app.py"
READY = '.card[data-page][data-busy="false"]'
TILES = ".st-key-suspect_page .tile"
TOGETHER = "?judge=Look-alikes+together"
PAGE = 24


@pytest.fixture
def app(tmp_path):
    """``url`` of the page on the demo with a fresh ledger; ``ledger()`` stops the server and opens what it wrote."""
    home = tmp_path / "home"
    url, server = start_server(
        APP, log=tmp_path / "log", env={**os.environ, "GLITCH_AUDIT_HOME": str(home)}, forked=True
    )
    opened = []

    class App:
        path = home / "demo" / "corrections.duckdb"

    def ledger():
        stop_server(server)
        opened.append(open_ledger(App.path))
        return opened[-1]

    App.url, App.ledger = url, staticmethod(ledger)
    yield App
    for one in opened:
        one.close()
    stop_server(server)


@pytest.fixture
def at_a_page(app, open_page):
    """A page of look-alikes, Ada at the desk."""

    def start(**options):
        page = open_page(**options)
        page.goto(f"{app.url}/{TOGETHER}")
        come_to_desk(page)
        return page

    return start


def come_to_desk(page):
    page.locator(READY).wait_for(state="attached")
    phone = page.viewport_size["width"] < 700
    if phone:
        page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("textbox", name="Your name").fill("Ada")
    page.keyboard.press("Enter")
    page.locator('[data-kind="accept"]:enabled').wait_for()
    if phone:
        page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
    wait_until_idle(page)
    page.locator(READY).wait_for(state="attached")


def on_page(page) -> list[str]:
    return page.locator(TILES).evaluate_all("tiles => tiles.map((tile) => tile.dataset.id)")


def page_id(page) -> str:
    return page.locator(READY).get_attribute("data-page")


def press(page, key):
    """Press a key, and wait for another page."""
    before = page_id(page)
    page.keyboard.press(key)
    page.locator(f'{READY}:not([data-page="{before}"])').wait_for(state="attached")


def take_out(page, place):
    page.locator(TILES).nth(place).locator(".face").click()
    page.locator(TILES).nth(place).and_(page.locator(".out")).wait_for()


def test_one_key_judges_all_but_those_taken_out_and_the_next_page_is_of_the_same_kind(app, at_a_page):
    page = at_a_page()
    heading = page.get_by_text(re.compile(r"24 samples of \d+ called .+ that look like .+"))
    kind = re.search(r"called (\S+) that look like ([^\s,]+)", heading.inner_text())
    first = on_page(page)
    assert len(first) == PAGE
    take_out(page, 4)
    # By keyboard: the space bar takes out the tile that has the focus.
    page.locator(TILES).nth(7).locator(".face").focus()
    page.keyboard.press(" ")
    page.locator('[data-kind="accept"]').filter(has_text=f"Accept {kind[2]} for 22").wait_for()
    press(page, "a")
    page.get_by_text(f"Proposed {kind[2]} for 22. 2 taken out").wait_for()
    page.get_by_text(re.compile(r"^22 of \d+ judged, 22 by you today")).wait_for()
    second = on_page(page)
    assert len(second) == PAGE and not set(first) & set(second)
    page.get_by_text(re.compile(rf"24 samples of \d+ called {kind[1]} that look like {kind[2]}")).wait_for()
    press(page, "k")
    third = on_page(page)
    press(page, "s")
    assert not set(third) & set(on_page(page))
    ledger = app.ledger()
    judged, proposed = judgements(ledger), proposals(ledger)
    kept_in = [name for place, name in enumerate(first) if place not in (4, 7)]
    assert sorted(judged.loc[judged["verdict"] == "accept", "sample_id"]) == sorted(kept_in)
    assert sorted(judged.loc[judged["verdict"] == "keep", "sample_id"]) == sorted(second)
    assert sorted(proposed["sample_id"]) == sorted(kept_in)
    assert set(proposed["label_proposed"]) == {kind[2]} and set(proposed["label_before"]) == {kind[1]}
    said = set(judged.loc[judged["verdict"] == "accept", "reason"])
    how = f"Judged together: a page of 24 called {kind[1]} that look like {kind[2]}, 2 taken out:"
    assert all(reason.endswith(f"{how} {first[4]}, {first[7]}") for reason in said)
    assert all(reason.startswith("Suspect queue: the embedding contradicts the label (chance 9") for reason in said)


def test_undo_takes_the_whole_page_back_as_it_was_and_a_reload_finds_nothing_judged(app, at_a_page):
    page = at_a_page()
    first = on_page(page)
    take_out(page, 2)
    press(page, "a")
    press(page, "z")
    page.get_by_text("23 samples are undecided again").wait_for()
    assert on_page(page) == first
    assert page.locator(f"{TILES}.out").evaluate_all("tiles => tiles.map((tile) => tile.dataset.id)") == [first[2]]
    page.get_by_text(re.compile(r"^0 of \d+ judged")).wait_for()
    page.reload()
    page.locator(READY).wait_for()
    # The address still says how to judge, and what was taken out.
    assert on_page(page) == first
    assert page.locator(f"{TILES}.out").evaluate_all("tiles => tiles.map((tile) => tile.dataset.id)") == [first[2]]
    ledger = app.ledger()
    assert judgements(ledger).empty and proposals(ledger).empty
    with ledger.cursor() as rows:
        # 23 judgements and what takes them back: nothing is deleted.
        assert rows.execute("SELECT count(*), count(withdraws) FROM judgement").fetchone() == (46, 23)


def test_a_reload_keeps_what_was_taken_out_before_and_the_kind_of_the_page(app, at_a_page):
    page = at_a_page()
    first = on_page(page)
    take_out(page, 0)
    press(page, "k")
    second = on_page(page)
    take_out(page, 5)
    page.wait_for_url("**suspect_page_out=*")
    heading = page.get_by_text(re.compile(r"24 samples of \d+ called .+ that look like .+")).inner_text()
    page.reload()
    come_to_desk(page)
    page.get_by_text(heading).wait_for()
    assert on_page(page) == second and first[0] not in second
    assert page.locator(f"{TILES}.out").evaluate_all("tiles => tiles.map((tile) => tile.dataset.id)") == [second[5]]
    press(page, "a")
    judged = judgements(app.ledger())
    assert sorted(judged.loc[judged["verdict"] == "accept", "sample_id"]) == sorted(set(second) - {second[5]})


def test_a_second_tab_is_told_that_its_page_was_judged_meanwhile(app, at_a_page):
    page, late = at_a_page(), at_a_page()
    first = on_page(page)
    assert on_page(late) == first
    take_out(page, 0)
    take_out(page, 1)
    press(page, "a")
    # Two of its page are left: those alone are judged.
    press(late, "k")
    late.get_by_text("for 2. 22 were judged meanwhile, and stay as they are").wait_for()
    wait_until_idle(late)
    again = at_a_page()
    second = on_page(again)
    assert on_page(late) == second
    press(again, "k")
    press(late, "a")
    late.get_by_text("All 24 on that page were judged meanwhile").wait_for()
    judged = judgements(app.ledger())
    assert judged["verdict"].value_counts().to_dict() == {"accept": 22, "keep": 26}


def test_a_page_that_was_taken_back_can_be_judged_again(app, at_a_page):
    page = at_a_page()
    first = on_page(page)
    press(page, "a")
    press(page, "z")
    press(page, "k")
    judged = judgements(app.ledger())
    assert sorted(judged["sample_id"]) == sorted(first) and set(judged["verdict"]) == {"keep"}


def test_a_double_press_and_a_held_key_judge_one_page(app, at_a_page):
    page = at_a_page()
    first = on_page(page)
    before = page_id(page)
    for _ in range(3):
        page.keyboard.press("a")
    page.keyboard.down("k")
    for _ in range(5):
        page.keyboard.down("k")
    page.keyboard.up("k")
    page.get_by_text("was not counted").wait_for()
    page.locator(f'{READY}:not([data-page="{before}"])').wait_for()
    second = page_id(page)
    # What came too early is dropped, and not done on the page that came meanwhile.
    page.wait_for_timeout(1000)
    assert page_id(page) == second
    page.locator('[data-kind="keep"]').dblclick()
    page.locator(f'{READY}:not([data-page="{second}"])').wait_for()
    wait_until_idle(page)
    judged = judgements(app.ledger())
    assert judged["verdict"].value_counts().to_dict() == {"accept": PAGE, "keep": PAGE}
    assert sorted(judged.loc[judged["verdict"] == "accept", "sample_id"]) == sorted(first)


def test_a_key_right_after_a_click_judges_what_is_seen(app, at_a_page):
    page = at_a_page()
    first, before = on_page(page), page_id(page)
    # Both in one breath: Python has not heard of the clicks when the key comes.
    page.evaluate(
        """() => {
          const roots = [...document.querySelectorAll("*")].map((one) => one.shadowRoot);
          const sheets = roots.map((root) => root?.querySelector(".contact-sheet"));
          const sheet = sheets.find((one) => one?.dataset.tiles === "24");
          const faces = [...sheet.querySelectorAll(".face")];
          for (const place of [0, 1, 5]) faces[place].click();
          faces[1].click();
          document.dispatchEvent(new KeyboardEvent("keydown", { key: "k", bubbles: true }));
        }"""
    )
    page.locator(f'{READY}:not([data-page="{before}"])').wait_for()
    page.get_by_text("for 22. 2 taken out").wait_for()
    assert sorted(judgements(app.ledger())["sample_id"]) == sorted(set(first) - {first[0], first[5]})


def test_nothing_is_judged_where_all_are_taken_out(app, at_a_page):
    page = at_a_page()
    page.locator(TILES).first.locator(".face").click()
    page.locator(TILES).last.locator(".face").click(modifiers=["Shift"])
    page.locator('[data-kind="accept"]:disabled').wait_for()
    page.keyboard.press("a")
    page.wait_for_timeout(500)
    page.locator(TILES).first.locator(".face").click()
    page.locator('[data-kind="accept"]:enabled').filter(has_text="for 1").wait_for()
    only = on_page(page)[0]
    press(page, "a")
    assert judgements(app.ledger())["sample_id"].tolist() == [only]


def test_those_taken_out_wait_one_by_one_and_one_undo_reaches_across(app, at_a_page):
    page = at_a_page()
    take_out(page, 0)
    press(page, "a")
    page.get_by_text("One by one", exact=True).click()
    page.locator('.card[data-sample][data-busy="false"]').wait_for()
    # 450 are flagged and 23 judged: the one taken out is still in the queue, at the place that its chance gives it.
    page.get_by_text(re.compile(r"^1 of 427$")).wait_for()
    assert "judge=" not in page.url
    wait_until_idle(page)
    page.keyboard.press("z")
    page.get_by_text("23 samples are undecided again").wait_for()
    assert judgements(app.ledger()).empty


def test_the_keys_are_listed_and_can_be_changed_but_for_those_of_the_sheet(app, at_a_page):
    page = at_a_page()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys of this page")
    keys.wait_for()
    assert keys.locator(".key-row kbd").all_inner_texts() == ["a", "k", "s", "z", "Space", "o"]
    assert keys.locator('[data-act="tile"]').is_disabled()
    keys.locator('[data-act="keep"]').click()
    page.keyboard.press("j")
    keys.get_by_text("Changed").wait_for()
    page.keyboard.press("Escape")
    keys.wait_for(state="detached")
    press(page, "j")
    assert set(judgements(app.ledger())["verdict"]) == {"keep"}


CLOSE_AND_PRESS = """(key) => {
  const dialogs = [...document.querySelectorAll("*")].flatMap((one) =>
    one.shadowRoot ? [...one.shadowRoot.querySelectorAll("dialog[open]")] : []);
  dialogs[0].close();
  dialogs[0].dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true }));
}"""
"""As a fast hand does: the key comes before the browser has taken the focus from the list that was closed."""


def test_a_key_right_after_the_list_of_keys_was_closed_is_meant_for_the_page(app, at_a_page):
    page = at_a_page()
    before = page_id(page)
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys of this page").wait_for()
    page.evaluate(CLOSE_AND_PRESS, "k")
    page.locator(f'{READY}:not([data-page="{before}"])').wait_for(state="attached")
    assert set(judgements(app.ledger())["verdict"]) == {"keep"}


def test_sheet_examples_and_keys_are_seen_at_once_on_a_laptop(app, at_a_page):
    page = at_a_page(viewport={"width": 1280, "height": 800})
    for part in ("suspect_page", "suspect_page_card", "suspect_page_suggested"):
        box = page.locator(f".st-key-{part}").bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 800, (part, box)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_takes_out_and_judges_by_thumb(app, at_a_page, scheme):
    page = at_a_page(viewport={"width": 390, "height": 844}, color_scheme=scheme, has_touch=True, is_mobile=True)
    wait_until_it_fits(page)
    for kind in ("accept", "keep", "skip", "undo"):
        box = page.locator(f'[data-kind="{kind}"]').bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["height"] >= 36
        assert box["y"] + box["height"] <= 844
    first, before = on_page(page), page_id(page)
    page.locator(TILES).nth(1).locator(".face").tap()
    page.locator('[data-kind="keep"]').filter(has_text="for 23").tap()
    page.locator(f'{READY}:not([data-page="{before}"])').wait_for(state="attached")
    assert sorted(judgements(app.ledger())["sample_id"]) == sorted(set(first) - {first[1]})
