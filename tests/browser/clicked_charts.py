"""Charts that can be clicked, and the address that follows what is chosen, for browser tests."""

from __future__ import annotations

from urllib.parse import parse_qs, urlparse


def chart(page, number: int = 0):
    """The frame of the page's charts that can be clicked, counted from the top."""
    return page.locator('iframe[title*="plotly_events"]').nth(number).content_frame


def idle(page) -> None:
    """Until no run is under way."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


def asked(page) -> dict[str, str]:
    """What the address says, by name."""
    return {name: values[0] for name, values in parse_qs(urlparse(page.url).query).items()}


def click_point(page, x: float, y: float, *, said: str) -> None:
    """Click at this place of the page once Plotly says what lies there, as a person does.

    It takes for clicked what it last said lies under the pointer, and a chart that is drawn anew says it late.
    """
    text = chart(page).locator(".hovertext").filter(has_text=said)
    for step in range(50):
        page.mouse.move(x + step % 2, y)
        page.wait_for_timeout(100)
        if text.count():
            break
    page.mouse.click(x, y)
