"""Whatever strangers wrote is text in every view: nothing is fetched from elsewhere, nothing runs, no link is made."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest

from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT
from tests.browser.hostile_set import ADA, LABELS, NEW_LABEL, RUN, TITLE, hostile_set
from tests.browser.hostile_texts import EVIL, HOSTILE

pytestmark = pytest.mark.browser
LONG = pytest.mark.slow_faults

AT_REST = '[data-testid="stApp"][data-test-script-state="notRunning"]'
LEADING_AWAY = """() => [...document.querySelectorAll("*")]
  .flatMap((one) => ["href", "xlink:href", "src", "srcset", "action"].map((name) => one.getAttribute(name)))
  .filter((address) => /^(https?:|\\/\\/|mailto:|javascript:)/i.test(address ?? ""))
  .filter((address) => !address.startsWith(location.origin) && address !== "https://plotly.com/")"""
"""What would take the browser elsewhere, but for the logo on Plotly's toolbar."""
SECTIONS = {
    "clusters": ("Labels", "Failure modes", "Drifts", "What else is sorted"),
    "suspects": ("Duplicates (1)", "Outliers"),
    "decisions": ("Taxonomy", "People's agreement", "Journal", "Progress"),
    "evaluation": ("Confusion matrix", "Labels", "Calibration", "What confuses it most", "All training runs"),
}
"""The sections that are not shown at first."""


@pytest.fixture(scope="module")
def made(run_app, tmp_path_factory):
    """The data set, and the address of the app that shows it to Mo, a moderator."""
    folder = tmp_path_factory.mktemp("hostile")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(folder / "home"))
        hostile = hostile_set(folder)
    (hostile.workspace.root / "roles.toml").write_text('[people]\n"Mo" = "moderator"\n', encoding="utf-8")
    return SimpleNamespace(url=run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(folder / "home")}), **vars(hostile))


@pytest.fixture
def elsewhere():
    """A server that is none of the app's: ``url``, and ``asked``, what it was asked for."""
    asked = []

    class Counting(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        do_POST = do_GET  # noqa: N815 - what the library calls

    with ThreadingHTTPServer(("127.0.0.1", 0), Counting) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}", asked=asked)
        server.shutdown()


@pytest.fixture
def page(open_page, made):
    """A page with Mo at the desk. At the end nobody but the app's own server was asked for anything."""
    page = open_page()
    page.context.add_cookies([{"name": "glitch_audit_name", "value": "Mo", "url": made.url}])
    asked = []
    page.context.on("request", lambda request: asked.append(request.url))
    yield page
    look(page)
    assert [url for url in asked if not url.startswith((f"{made.url}/", "data:", "blob:"))] == []


def look(page) -> None:
    """Wait until all is drawn; nothing of it leads elsewhere, and no text of a stranger has run."""
    page.wait_for_timeout(250)
    page.wait_for_selector(AT_REST)
    for frame in page.frames:
        assert frame.evaluate("window.__pwned") is None
        assert frame.evaluate(LEADING_AWAY) == []
    assert page.get_by_test_id("stException").count() == 0


def go(page, made, path: str, **query: str) -> None:
    page.goto(f"{made.url}/{path}?{urlencode({'data': made.workspace.name, **query})}")
    page.get_by_role("heading", level=1).first.wait_for()
    look(page)


def press(page, name: str) -> None:
    button = page.get_by_role("radio", name=name, exact=True).or_(page.get_by_role("button", name=name, exact=True))
    button.first.click()
    look(page)


def shows(page, text: str) -> None:
    """The text stands on the page letter by letter, but for how spaces fall."""
    page.wait_for_function(
        "(text) => document.body.innerText.replace(/\\s+/g, ' ').includes(text)", arg=" ".join(text.split())
    )


def test_the_map_its_hover_its_contact_sheet_and_its_forms(page, made):
    go(page, made, "", selection=made.selection)
    shows(page, ADA)
    page.locator('[data-part="status"]', has_text="8 selected").wait_for()
    box = page.locator('[data-part="points"]').bounding_box()
    card = page.locator('[data-part="card"]')
    for step in range(400):
        page.mouse.move(box["x"] + box["width"] * (step % 20 + 0.5) / 20, box["y"] + box["height"] * (step // 20) / 20)
        if card.is_visible():
            break
    page.locator('[data-part="card"][data-picture="shown"]').wait_for()
    assert any(text in card.inner_text() for text in HOSTILE.values())
    page.get_by_text("Saved selections (1)").click()
    look(page)
    box = page.get_by_role("combobox", name="New label")
    box.click()
    box.press_sequentially("A new label")
    page.get_by_role("option").first.filter(has_text="A new label").wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Name of the new label").fill(LABELS[1].upper())
    page.get_by_role("button", name="Use this new label").click()
    shows(page, f"is there already, as {LABELS[1]}")
    page.locator(".open").first.click(force=True)
    page.get_by_role("dialog").get_by_test_id("stBadge").or_(
        page.get_by_role("dialog").locator("code")
    ).first.wait_for()
    look(page)
    page.keyboard.press("Escape")
    press(page, "Plotly view")


@pytest.mark.parametrize("path", ["clusters", "suspects", "decisions", "evaluation"])
def test_every_section(page, made, path):
    go(page, made, path, **{"clusters": {"cluster": "0"}, "suspects": {"found": RUN}}.get(path, {}))
    page.locator("code, strong, td", has_text=EVIL).first.wait_for()
    for name in SECTIONS[path]:
        press(page, name)


def test_review_blind_and_revealed(page, made):
    go(page, made, "review")
    page.locator('.card[data-busy="false"] [data-kind="unsure"]').or_(
        page.locator('.card[data-busy="false"] button', has_text="Cannot tell")
    ).first.click()
    look(page)
    page.locator('.card[data-busy="false"][data-stage="revealed"]').wait_for()
    shows(page, NEW_LABEL)
    page.locator('.card[data-busy="false"] button:enabled').first.click()
    page.get_by_test_id("stToast").first.wait_for()
    look(page)


def test_what_somebody_else_said_under_mine(page, made):
    go(page, made, "mine")
    page.get_by_role("combobox", name="Whose").click()
    page.get_by_role("option").filter(has_text=ADA[:8]).first.click()
    page.locator(".st-key-mine_row_0").wait_for()
    shows(page, f"Of {ADA}’s")
    shows(page, NEW_LABEL)


def test_corrections_data_classify_and_training(page, made):
    go(page, made, "corrections")
    page.get_by_role("checkbox", name="Only my own").or_(page.get_by_text("Only my own")).first.click()
    look(page)
    go(page, made, "data")
    shows(page, TITLE)
    shows(page, str(made.workspace.source))
    go(page, made, "training")
    shows(page, RUN)
    go(page, made, "classify")
    name = "a`![p](x)` <img src=x onerror=window.__pwned=1> www.evil.example.png"
    page.locator('input[type="file"]').set_input_files(
        [
            {"name": name, "mimeType": "image/png", "buffer": made.picture},
            {"name": f"{name}.png", "mimeType": "", "buffer": b""},
        ]
    )
    page.get_by_text("named in").wait_for(timeout=60_000)
    look(page)


@pytest.mark.parametrize(
    "kind",
    [
        "out of a code span",
        *(pytest.param(kind, marks=LONG) for kind in ("end of an attribute", "icon", "link in a chart")),
    ],
)
def test_a_sample_by_its_address(page, made, kind):
    sample = next(name for name in made.ids if name.startswith(HOSTILE[kind]))
    go(page, made, "sample", sample=sample)
    shows(page, sample)


@pytest.mark.parametrize(
    "name", ["data", "sample", *(pytest.param(name, marks=LONG) for name in ("selection", "cluster", "found"))]
)
def test_an_address_that_leads_nowhere(page, made, name):
    path = {"sample": "sample", "cluster": "clusters", "found": "suspects"}.get(name, "")
    go(page, made, path, **{name: HOSTILE["out of a code span"] + EVIL})


def test_report_and_standalone_map_from_disk(open_page, made):
    for file in made.pages:
        page = open_page()
        asked = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(file.as_uri())
        shows(page, LABELS[0])
        assert page.evaluate("window.__pwned") is None
        assert page.evaluate(LEADING_AWAY) == []
        assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]


def test_what_got_into_a_report_or_a_standalone_map_could_fetch_and_run_nothing(open_page, made, elsewhere):
    for file in made.pages:
        page = open_page()
        page.goto(file.as_uri())
        refused = page.evaluate(
            """async (elsewhere) => {
              const refused = new Set();
              document.addEventListener("securitypolicyviolation", (event) => refused.add(event.effectiveDirective));
              document.body.insertAdjacentHTML("beforeend", `<img src="${elsewhere}/p.png"><a onclick="run()"></a>
                <iframe src="${elsewhere}"></iframe>`);
              document.head.insertAdjacentHTML("beforeend", `<base href="${elsewhere}">`);
              await fetch(elsewhere).catch(() => {});
              await new Promise((done) => setTimeout(done, 200));
              document.querySelector(`img[src^="${elsewhere}"]`).remove();
              return [...refused].sort();
            }""",
            elsewhere.url,
        )
        assert refused == ["base-uri", "connect-src", "frame-src", "img-src", "script-src-attr"]
        assert elsewhere.asked == []
        page.console_errors.clear()


def test_what_got_into_the_app_could_fetch_nothing_elsewhere(open_page, made, elsewhere):
    page = open_page()
    page.goto(made.url)
    page.wait_for_function("""() => document.head.querySelector('meta[http-equiv="Content-Security-Policy"]')""")
    refused = page.evaluate(
        """async (elsewhere) => {
          const refused = new Set();
          document.addEventListener("securitypolicyviolation", (event) => refused.add(event.effectiveDirective));
          const box = document.createElement("div");
          box.innerHTML = `<img src="${elsewhere}/p.png"><iframe src="${elsewhere}"></iframe>`;
          document.body.append(box);
          await new Promise((done) => setTimeout(done, 300));
          box.remove();
          return [...refused].sort();
        }""",
        elsewhere.url,
    )
    assert refused == ["frame-src", "img-src"]
    assert elsewhere.asked == []
    page.console_errors.clear()
