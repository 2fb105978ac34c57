"""Draws the gallery anew from the demo: ``python docs/make_gallery.py``, after a figure, the report or the map changed.

It needs the demo's audit: ``python -m core audit data/demo.parquet`` makes it where it is missing.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from core.errors import GlitchAuditError  # noqa: E402 - needs the project's path
from core.evidence.report import write_report  # noqa: E402
from core.pipeline.audit import load_audit  # noqa: E402
from core.pipeline.audit_input import audit_input  # noqa: E402
from core.pipeline.report import report_input  # noqa: E402
from core.pipeline.stages import load_prepared  # noqa: E402
from core.workspace import demo_workspace  # noqa: E402
from tests.browser.driving import chromium  # noqa: E402

GALLERY = PROJECT / "docs" / "gallery"
LARGEST = 400_000

FIGURES = {
    "map_by_label": "map_by_label",
    "map_by_cluster": "map_by_cluster",
    "clusters_ranked": "clusters_ranked",
    "entropy_comparison": "entropy_comparison",
    "cluster_atlas": "cluster_atlas",
    "contact_sheet": "cluster_15_by_label",
    "intensity_strip": "cluster_*_by_intensity",
    "suspects": "suspects",
    "drift": "drift_*_to_*",
}
"""Figures of the report by their names in the gallery."""

SCREENS = (
    ("report", "report.html", {"viewport": {"width": 1280, "height": 900}}),
    ("standalone_map", "map.html", {"viewport": {"width": 1280, "height": 900}}),
    ("standalone_map_dark", "map.html", {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"}),
    ("standalone_map_phone", "map.html", {"viewport": {"width": 400, "height": 850}}),
)

OPEN_A_SAMPLE = "document.querySelector('[data-part=root]') && standaloneMap.openMiddle()"


def take_screens(folder: Path) -> None:
    """Pictures of the report and the map, as a browser shows them from disk."""
    with chromium() as browser:
        for name, file, options in SCREENS:
            page = browser.new_page(**options)
            page.goto((folder / file).as_uri())
            page.evaluate(OPEN_A_SAMPLE)
            page.wait_for_timeout(1000)
            page.screenshot(path=GALLERY / f"{name}.png")
            page.close()


def main() -> None:
    """Write the report of the demo, and keep its figures and two of its screens."""
    prepared = load_prepared(demo_workspace())
    audit = load_audit(prepared)
    if audit is None:
        raise GlitchAuditError("The demo has no audit yet: make it with python -m core audit data/demo.parquet")
    content = replace(report_input(prepared, audit), case=audit_input(prepared, with_profiles=False))
    GALLERY.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = write_report(content, Path(temporary) / "report").parent
        for name, figure in FIGURES.items():
            found = sorted((folder / "figures").glob(f"{figure}.png"))
            if not found:
                raise GlitchAuditError(f"The demo's report has no figure {figure}: name another one for {name}.")
            (GALLERY / f"{name}.png").write_bytes(found[0].read_bytes())
        take_screens(folder)
    for path in sorted(GALLERY.glob("*.png")):
        size = path.stat().st_size
        print(f"{path.relative_to(PROJECT)}: {size:,} bytes{' (too large)' if size > LARGEST else ''}")


if __name__ == "__main__":
    main()
