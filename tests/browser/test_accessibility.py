"""axe-core finds nothing serious on any page, light or dark; the loop goes by keys alone, and the focus is seen."""

from __future__ import annotations

from contextlib import closing
from importlib import resources

import pandas as pd
import pytest

from core.dataset.selection import Selection
from core.ledger import open_ledger, propose
from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, sit_down, wait_until_idle

pytestmark = pytest.mark.browser

PAGES = (
    *("", "clusters", "suspects", "review", "decisions", "corrections", "mine", "classify", "training", "evaluation"),
    *("practice", "data"),
)
SERIOUS = ("serious", "critical")
STREAMLITS_OWN = {
    # The menu: its sections are <div> between <ul> and <li>. Screen readers read the links all the same.
    ("list", "stSidebarNavItems"),
    ("listitem", "stSidebarNav"),
}
"""What only Streamlit can change: the rule, and the part of the page, by its test id, within which it is forgiven."""
FINDINGS = """() => axe.run(document, {resultTypes: ["violations"]}).then(({violations}) =>
  violations.flatMap((rule) => rule.nodes.map((node) => {
    const parts = node.target.flat();
    let found = document.querySelector(parts[0]);
    const within = [];
    for (let one = found; one; one = one.parentElement) if (one.dataset.testid) within.push(one.dataset.testid);
    const why = [...node.any, ...node.all, ...node.none][0]?.message ?? "";
    return {rule: rule.id, impact: rule.impact, within, html: node.html.slice(0, 160), why};
  })))"""


@pytest.fixture(scope="module")
def url(run_app, tmp_path_factory):
    """The app on the demo, where Bea has proposed Chirp for a sample."""
    home = tmp_path_factory.mktemp("home")
    samples = pd.read_parquet(PROJECT / "data" / "demo.parquet", columns=["sample_id", "label"]).drop_duplicates()
    labels = samples.set_index("sample_id")["label"]
    with closing(open_ledger(home / "demo" / "corrections.duckdb")) as ledger:
        propose(ledger, Selection(tuple(labels.index[:1]), how="click"), labels, "Chirp", author="Bea", app_version="0")
    return run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(home)})


def serious_findings(page) -> list[str]:
    page.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    found = [one for one in page.evaluate(FINDINGS) if one["impact"] in SERIOUS]
    ours = [one for one in found if not any((one["rule"], part) in STREAMLITS_OWN for part in one["within"])]
    return sorted({f"{one['rule']}: {one['html']} ({one['why']}) in {one['within'][:3]}" for one in ours})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(url, open_page, scheme):
    page = open_page(color_scheme=scheme)
    sit_down(page, url, "Ada")
    found = {}
    for name in PAGES:
        page.goto(f"{url}/{name}")
        page.get_by_role("heading").first.wait_for()
        wait_until_idle(page)
        found |= {f"{name or 'map'}: {one}": None for one in serious_findings(page)}
    assert not found, "\n".join(found)


def focused(page) -> dict:
    """What has the focus, through shadow roots: its kind, and how its outline is drawn."""
    return page.evaluate("""() => {
      let one = document.activeElement;
      while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
      const style = getComputedStyle(one);
      return {kind: one.dataset.kind ?? "", outline: style.outlineStyle, width: parseFloat(style.outlineWidth)};
    }""")


def test_suspects_are_judged_by_tab_and_enter_with_the_focus_in_sight(url, open_page):
    page = open_page(reduced_motion="reduce")
    sit_down(page, f"{url}/suspects", "Ada")
    page.locator('[data-kind="accept"]:enabled').wait_for()
    wait_until_idle(page)
    first = page.locator('.card[data-busy="false"]').get_attribute("data-sample")
    for _ in range(80):
        page.keyboard.press("Tab")
        if focused(page)["kind"] == "keep":
            break
    assert focused(page) == {"kind": "keep", "outline": "solid", "width": 3}
    page.keyboard.press("Enter")
    page.locator(f'.card[data-busy="false"]:not([data-sample="{first}"])').wait_for()


def test_who_wants_no_motion_gets_none(url, open_page):
    page = open_page(reduced_motion="reduce")
    page.goto(f"{url}/suspects")
    page.get_by_role("heading").first.wait_for()
    wait_until_idle(page)
    page.wait_for_function("""() => [...document.querySelectorAll("*")].every((one) => {
      const {transitionDuration, animationDuration} = getComputedStyle(one);
      return `${transitionDuration},${animationDuration}`.split(",").every((time) => parseFloat(time) < 0.01);
    })""")
