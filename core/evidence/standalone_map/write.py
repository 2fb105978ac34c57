"""Writes the standalone map: a stratified sample of the samples, small enough for a static page host."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from core.errors import GlitchAuditError
from core.evidence.map_view import MAP_VIEW
from core.evidence.page import content_hash, fill_template
from core.evidence.report_input import ReportInput
from core.evidence.standalone_map.payload import as_json, map_payload, pictures_payload, smaller, sprites
from core.evidence.standalone_map.sampling import stratified_rows
from core.files import whole_file

LIMIT = 5_000
MAX_BYTES = 25_000_000
_HERE = Path(__file__).parent
_OWN = ("points", "painter", "pictures", "legend", "cards", "search", "map")
SCRIPTS = (MAP_VIEW, *(_HERE / "js" / f"{name}.js" for name in _OWN))
"""Of the page, in the order in which they stand there."""

_LOWER_QUALITIES = (65, 50, 35)
_SHRINK_MARGIN = 0.92


@dataclass(frozen=True)
class StandaloneMap:
    """A map that was written: its file, how many of how many samples it shows, and its size in bytes."""

    path: Path
    shown: int
    total: int
    bytes: int


def write_standalone_map(
    subject: ReportInput, out_file: Path, *, limit: int = LIMIT, seed: int = 0, max_bytes: int = MAX_BYTES
) -> StandaloneMap:
    """Write the map as one HTML file that opens from disk and loads nothing; ``out_file`` is replaced in one step.

    Above ``limit`` samples a stratified sample is shown. Where the file would exceed ``max_bytes``, the pictures'
    quality is lowered, then fewer samples are shown. Raises GlitchAuditError where it cannot be written, or no sample
    fits.
    """
    if limit < 1:
        raise GlitchAuditError(f"A map shows at least one sample, not {limit}.")
    page, shown = _fitting_page(subject, limit=limit, seed=seed, max_bytes=max_bytes)
    _write_whole(Path(out_file), page)
    return StandaloneMap(Path(out_file), shown=shown, total=len(subject.samples), bytes=len(page))


def _fitting_page(subject: ReportInput, *, limit: int, seed: int, max_bytes: int) -> tuple[bytes, int]:
    while limit >= 1:
        rows = stratified_rows(subject.labels, subject.clusters, limit=limit, seed=seed)
        payload = map_payload(subject, rows)
        pages = sprites(subject.previews, subject.positions[rows])
        for quality in (None, *_LOWER_QUALITIES):
            chosen = pages if quality is None else smaller(pages, quality=quality)
            page = _page({**payload, "pictures": pictures_payload(chosen)})
            if len(page) <= max_bytes:
                return page, len(rows)
        limit = min(len(rows) - 1, int(len(rows) * max_bytes / len(page) * _SHRINK_MARGIN))
    raise GlitchAuditError(f"A map of at most {max_bytes:,} bytes has no room for a sample: allow more.")


def _page(payload: dict[str, Any]) -> bytes:
    style = (_HERE / "map.css").read_text(encoding="utf-8")
    script = "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    shown, total = payload["shown"], payload["total"]
    sampled = ", a stratified sample" if shown < total else ""
    page = fill_template(
        (_HERE / "map.html").read_text(encoding="utf-8"),
        {
            "title": escape(f"Map of {payload['title']}"),
            "count": f"{shown:,} of {total:,} samples shown{sampled}",
            "note": escape(payload["note"]),
            "data": as_json(payload),
            "style": style,
            "script": script,
            "style_hash": content_hash(style),
            "script_hash": content_hash(script),
        },
    )
    return page.encode("utf-8", "replace")


def _write_whole(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as temporary:
            temporary.write_bytes(content)
    except OSError as error:
        raise GlitchAuditError(
            f"The map cannot be written to {path} ({error.strerror or error}): free some space or name another file."
        ) from error
