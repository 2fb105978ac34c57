"""Going through a page by keys alone, as somebody without a mouse does, and what has the focus on the way."""

from __future__ import annotations

from tests.browser.driving import wait_until_idle

MOST_TABS = 60
_FOCUSED = """() => {
  let one = document.activeElement;
  while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
  const name = one.ariaLabel ?? one.labels?.[0]?.innerText ?? one.innerText ?? "";
  return {tag: one.tagName, name: name.trim(), part: one.dataset.part ?? ""};
}"""


def focused(page) -> dict[str, str]:
    """What has the focus, through shadow roots: its tag, its name, and which part of a component it is."""
    return page.evaluate(_FOCUSED)


def tab_to(page, name: str, *, tag: str = "", back: bool = False) -> None:
    """Press Tab, or Shift and Tab, until the part with ``name`` in its name has the focus."""
    passed = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        now = focused(page)
        if name in now["name"] and tag in ("", now["tag"]):
            return
        passed.append(now["name"])
    raise AssertionError(f"{name} is not reached by Tab; passed: {passed}")


def sit_down_by_keys(page, url: str, name: str, *, ready: str = "h1") -> None:
    """Open an address, wait for what is ``ready`` last, a selector, and type a name, reached by Tab."""
    page.goto(url)
    page.locator(ready).first.wait_for()
    page.get_by_role("textbox", name="Your name").wait_for()
    wait_until_idle(page)
    tab_to(page, "Your name", tag="INPUT")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.get_by_text("not verified").wait_for()
    wait_until_idle(page)


def go_by_menu(page, name: str) -> None:
    """Go to a page by its link in the menu, reached by Tab."""
    tab_to(page, name, tag="A")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=name, exact=True).wait_for()
    wait_until_idle(page)
