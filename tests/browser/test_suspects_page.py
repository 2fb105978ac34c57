"""The queue of suspects in a real browser: judged by key and by mouse, written once, taken back; narrow and dark."""

from __future__ import annotations

import os
import re

import duckdb
import pytest
from playwright.sync_api import expect

from tests.browser.driving import PROJECT, start_server, stop_server, wait_until_it_fits

pytestmark = pytest.mark.browser

APP = PROJECT / "tests" / "browser" / "suspects_app.py"
READY = '.card[data-busy="false"]'


@pytest.fixture
def app(tmp_path):
    """``url`` of the page on the demo with a fresh ledger; ``rows()`` stops the server and reads the ledger."""
    home = tmp_path / "home"
    url, server = start_server(
        APP, log=tmp_path / "log", env={**os.environ, "GLITCH_AUDIT_HOME": str(home)}, forked=True
    )

    class App:
        pass

    def rows():
        stop_server(server)
        with duckdb.connect(str(home / "demo" / "corrections.duckdb"), read_only=True) as ledger:
            return ledger.execute(
                "SELECT verdict, withdraws IS NOT NULL, sample_id, reason FROM judgement ORDER BY sequence"
            ).fetchall(), ledger.execute(
                "SELECT kind, label_proposed, sample_id FROM correction ORDER BY sequence"
            ).fetchall()

    App.url, App.rows = url, staticmethod(rows)
    yield App
    stop_server(server)


@pytest.fixture
def at_the_queue(app, open_page):
    """A page on the first suspect, Ada at the desk."""

    def start(**options):
        page = open_page(**options)
        page.goto(app.url)
        page.locator(READY).wait_for()
        if page.viewport_size["width"] < 700:
            page.get_by_test_id("stExpandSidebarButton").click()
        page.get_by_role("textbox", name="Your name").fill("Ada")
        page.keyboard.press("Enter")
        page.locator('[data-kind="accept"]:enabled').wait_for()
        # Until the run ends, the card that was drawn before the name stands below it.
        wait_until_idle(page)
        if page.viewport_size["width"] < 700:
            page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
        return page

    return start


def wait_until_idle(page):
    page.wait_for_timeout(300)
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


def shown(page) -> str:
    return page.locator(READY).get_attribute("data-sample")


def wait_for_another(page, sample) -> str:
    page.locator(f'{READY}:not([data-sample="{sample}"])').wait_for()
    page.locator(".tile img").first.wait_for()
    return shown(page)


def press(page, key) -> str:
    """Press a key; returns the suspect that is shown next."""
    before = shown(page)
    page.keyboard.press(key)
    return wait_for_another(page, before)


def test_every_key_does_what_its_button_says(app, at_the_queue):
    page = at_the_queue()
    first = shown(page)
    # What was clicked last, and has the focus, keeps no keys to itself.
    page.get_by_text("Hide judged").click()
    page.get_by_text("Hide judged").click()
    wait_until_idle(page)
    second = press(page, "a")
    third = press(page, "k")
    fourth = press(page, "u")
    fifth = press(page, "s")
    assert len({first, second, third, fourth, fifth}) == 5
    page.get_by_text(re.compile(r"4 of \d+ judged, 4 by you today")).wait_for()
    assert press(page, "ArrowRight") not in (first, second, third, fourth, fifth)
    assert press(page, "ArrowLeft") == fifth
    assert press(page, "z") == fourth
    page.get_by_text(re.compile(r"3 of \d+ judged")).wait_for()
    page.get_by_text("is undecided again").wait_for()
    judged, proposed = app.rows()
    assert [(verdict, undone, sample) for verdict, undone, sample, _ in judged] == [
        ("accept", False, first),
        ("keep", False, second),
        ("unsure", False, third),
        ("skip", False, fourth),
        ("skip", True, fourth),
    ]
    assert judged[0][3].startswith("Suspect queue: the embedding contradicts the label (chance 97 %)")
    assert [(kind, sample) for kind, _, sample in proposed] == [("proposal", first)]


def test_a_key_that_is_held_or_pressed_twice_judges_one_suspect(app, at_the_queue):
    page = at_the_queue()
    first = shown(page)
    page.keyboard.down("k")
    # Chromium takes every further "down" of a key that is not up for a repetition.
    for _ in range(5):
        page.keyboard.down("k")
    second = wait_for_another(page, first)
    for _ in range(5):
        page.keyboard.down("k")
    page.keyboard.up("k")
    page.locator('[data-kind="accept"]').dblclick()
    third = wait_for_another(page, second)
    # The second half of the double click was not counted, and is said so.
    page.get_by_text("was not counted").wait_for()
    page.wait_for_timeout(1000)
    assert shown(page) == third
    judged, proposed = app.rows()
    assert [(verdict, sample) for verdict, _, sample, _ in judged] == [("keep", first), ("accept", second)]
    assert len(proposed) == 1


def test_typing_is_not_judging_and_enter_gives_the_keys_back(app, at_the_queue):
    page = at_the_queue()
    first = shown(page)
    label = page.get_by_role("combobox", name="Another label")
    label.click()
    label.press_sequentially("Chirp")
    page.get_by_role("option").first.filter(has_text="Chirp").wait_for()
    page.keyboard.press("Enter")
    page.locator('[data-kind="accept"]').filter(has_text="Accept Chirp").wait_for()
    page.wait_for_function("document.activeElement.tagName !== 'INPUT'")
    reason = page.get_by_role("textbox", name="Reason")
    reason.click()
    reason.press_sequentially("sweeps up: ask zack")
    assert shown(page) == first
    page.keyboard.press("Control+a")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.tagName !== 'INPUT'")
    press(page, "a")
    judged, proposed = app.rows()
    assert judged == [("accept", False, first, "sweeps up: ask zack")]
    assert proposed == [("proposal", "Chirp", first)]


def test_a_label_chosen_with_the_mouse_is_accepted_with_the_next_key(app, at_the_queue):
    page = at_the_queue()
    first = shown(page)
    # A list that is opened while the page is still drawn may close again: as a person would, open it once more.
    option = page.get_by_role("option", name="1400Ripples")
    for _ in range(5):
        wait_until_idle(page)
        page.get_by_role("combobox", name="Another label").click()
        page.wait_for_timeout(500)
        if option.count():
            break
    option.click()
    page.locator('[data-kind="accept"]').filter(has_text="Accept 1400Ripples").wait_for()
    press(page, "a")
    assert app.rows()[1] == [("proposal", "1400Ripples", first)]


def test_an_open_sample_keeps_the_keys_and_a_row_of_the_list_leads_to_it(app, at_the_queue):
    page = at_the_queue()
    first = shown(page)
    page.locator(".tile", has_text="away").first.locator(".face").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Nearest neighbours in the embedding").wait_for()
    page.keyboard.press("k")
    page.keyboard.press("a")
    page.wait_for_timeout(500)
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert shown(page) == first
    page.get_by_text(re.compile(r"0 of \d+ judged")).wait_for()
    page.get_by_text(re.compile(r"^The queue \(")).click()
    wait_until_idle(page)
    grid = page.get_by_test_id("stDataFrame")
    # Once it lies still: pictures that arrive above it move it.
    grid.click(position={"x": 17, "y": 35 * 3 + 17})
    assert wait_for_another(page, first) != first
    page.get_by_text(re.compile(r"^3 of \d+$")).wait_for()
    # Whoever was down at the list is brought up to the card.
    accept = page.locator('[data-kind="accept"]').element_handle()
    page.wait_for_function("node => node.getBoundingClientRect().top > 0", arg=accept)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_it_all_without_scrolling_sideways(app, at_the_queue, scheme):
    page = at_the_queue(viewport={"width": 400, "height": 850}, color_scheme=scheme, has_touch=True)
    wait_until_it_fits(page)
    wait_until_idle(page)
    for kind in ("accept", "keep", "unsure", "skip", "previous", "next", "undo"):
        box = page.locator(f'[data-kind="{kind}"]').bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 400 and box["height"] >= 36
    first = shown(page)
    page.locator('[data-kind="keep"]').tap()
    wait_for_another(page, first)


def test_a_phone_shows_pictures_and_answers_in_its_first_screen_and_keeps_the_answers_in_reach(app, at_the_queue):
    page = at_the_queue(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.locator(".tile img").first.wait_for()
    wait_until_idle(page)
    answers = page.locator(".verdicts")
    picture, before = page.locator(".tile img").first.bounding_box(), answers.bounding_box()
    assert picture["y"] > 0 and picture["y"] + picture["height"] <= before["y"]
    assert before["y"] + before["height"] == pytest.approx(844, abs=1) and before["height"] < 844 / 4
    page.locator(".tile img").last.scroll_into_view_if_needed()
    assert answers.bounding_box() == before
    first = shown(page)
    page.locator('[data-kind="keep"]').tap()
    wait_for_another(page, first)


def test_duplicates_and_outliers_show_their_pictures(app, open_page):
    page = open_page()
    page.goto(app.url)
    page.locator(READY).wait_for()
    page.get_by_role("button", name="Duplicates").or_(page.get_by_role("radio", name="Duplicates")).first.click()
    page.get_by_text("3 pairs of samples seem to show the same picture").wait_for()
    page.locator(".tile img").nth(1).wait_for()
    page.get_by_role("button", name="Outliers").or_(page.get_by_role("radio", name="Outliers")).first.click()
    page.get_by_text("There are no more odd-looking samples than usual").wait_for()
    page.locator(".tile img").nth(4).wait_for()
    # The same card and keys, on another queue. Until the page has been drawn, the card may still be that of the former.
    wait_until_idle(page)
    first = shown(page)
    page.locator('[data-kind="next"]').click()
    wait_for_another(page, first)
    second = shown(page)
    page.keyboard.press("ArrowLeft")
    wait_for_another(page, second)
    assert shown(page) == first


def test_ten_fast_keys_judge_ten_suspects_each_after_its_pictures_were_there(app, at_the_queue):
    page = at_the_queue()
    page.evaluate(
        """() => {
          const card = () => [...document.querySelectorAll("*")].map((one) => one.shadowRoot?.querySelector(".card"))
            .find((one) => one) ?? document.querySelector(".card");
          window.seen = [];
          new MutationObserver(() => window.seen.push([card().dataset.busy, card().dataset.sample]))
            .observe(card(), { attributes: true, attributeFilter: ["data-busy"] });
        }"""
    )
    for key in "kkukskkuks":
        page.keyboard.press(key)
    page.get_by_text(re.compile(r"10 of \d+ judged, 10 by you today")).wait_for()
    asked = [sample for busy, sample in page.evaluate("window.seen") if busy == "true"]
    judged, _ = app.rows()
    assert [verdict for verdict, *_ in judged] == [
        {"k": "keep", "u": "unsure", "s": "skip"}[key] for key in "kkukskkuks"
    ]
    assert [sample for _, _, sample, _ in judged] == list(dict.fromkeys(asked)) and len(set(asked)) == 10


def test_escape_drops_the_keys_that_wait(app, at_the_queue):
    page = at_the_queue()
    # All in one breath: on a slow machine, the first would be answered before the browser is told of the third.
    page.evaluate("""() => {
        for (const key of "kkk") document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    }""")
    page.get_by_text("Pressed already").wait_for()
    page.keyboard.press("Escape")
    page.get_by_text(re.compile(r"1 of \d+ judged")).wait_for()
    wait_until_idle(page)
    judged, _ = app.rows()
    assert len(judged) == 1


def test_every_key_is_listed_and_can_be_changed_but_not_to_one_that_is_taken(app, at_the_queue):
    page = at_the_queue()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys of this page")
    keys.wait_for()
    assert keys.locator(".key-row kbd").all_inner_texts() == ["a", "k", "u", "s", "z", "←", "→"]
    keys.locator('[data-act="keep"]').click()
    page.keyboard.press("u")
    keys.get_by_text("u means “I looked and cannot tell” already").wait_for()
    keys.locator('[data-act="keep"]').click()
    page.keyboard.press("j")
    keys.get_by_text("Changed").wait_for()
    page.keyboard.press("Escape")
    keys.wait_for(state="detached")
    first = shown(page)
    page.keyboard.press("k")
    page.wait_for_timeout(300)
    assert shown(page) == first
    press(page, "j")
    page.reload()
    page.locator('[data-kind="keep"] kbd', has_text="j").wait_for()
    assert [verdict for verdict, *_ in app.rows()[0]] == ["keep"]


def test_all_that_is_needed_to_decide_is_seen_without_scrolling_on_a_laptop(app, at_the_queue):
    page = at_the_queue(viewport={"width": 1280, "height": 800})
    wait_until_idle(page)
    for part in ("suspect_views", "suspect_card", "suspect_witnesses_against", "suspect_witnesses_for"):
        box = page.locator(f".st-key-{part}").bounding_box()
        assert box["y"] >= 0, (part, box)
        assert box["y"] + box["height"] <= 800, (part, box)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_key_without_a_name_says_what_to_do_and_leads_to_the_field(app, open_page, width):
    page = open_page(viewport={"width": width, "height": 800})
    page.goto(app.url)
    page.locator(READY).wait_for()
    page.get_by_text(re.compile("Type your name in the sidebar first: ")).wait_for()
    page.keyboard.press("a")
    page.get_by_role("status").get_by_text("Type your name in the sidebar first.").wait_for()
    field = page.get_by_role("textbox", name="Your name")
    expect(field).to_be_focused()
    # The key itself is no part of the name.
    expect(field).to_have_value("")
    page.keyboard.type("Ada")
    page.keyboard.press("Enter")
    page.locator('[data-kind="accept"]:enabled').wait_for(state="attached")
    expect(page.get_by_text("Type your name in the sidebar first")).to_have_count(0)
