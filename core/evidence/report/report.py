"""Writes the report's folder: ``report.html``, the standalone map, the figures as PNG and the tables as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from html import escape
from itertools import count
from pathlib import Path

from core.dataset.wording import Wording
from core.errors import GlitchAuditError
from core.evidence.figures.model import ReportFigure
from core.evidence.page import content_hash, data_uri, fill_template
from core.evidence.report.limits import limits_of
from core.evidence.report.section import Section
from core.evidence.report.sections import sections_of
from core.evidence.report.tables import table_html, write_csv
from core.evidence.report_input import ReportInput
from core.evidence.standalone_map.write import write_standalone_map
from core.files import whole_folder
from core.progress import OnProgress, ignore_progress
from core.typed_paths import typed_path

REPORT_FILE, MAP_FILE = "report.html", "map.html"
FIGURES_FOLDER, TABLES_FOLDER = "figures", "tables"
_OURS = {REPORT_FILE, MAP_FILE, FIGURES_FOLDER, TABLES_FOLDER}
_HERE = Path(__file__).parent


def write_report(subject: ReportInput, out: Path, *, on_progress: OnProgress = ignore_progress) -> Path:
    """Write the report into the folder ``out``, whole or not at all, and return the path of its ``report.html``.

    That page opens offline and needs none of the files beside it. ``out`` does not exist, is empty, or holds an earlier
    report, which is replaced; else, or where it cannot be written, GlitchAuditError is raised. ``on_progress`` is told
    after each figure; it may raise Cancelled, which leaves ``out`` as it was.
    """
    out = typed_path(out).resolve()
    _refuse_other_files(out)
    with _replacing(out) as folder:
        sections = sections_of(subject)
        steps = sum(len(section.drawings) for section in sections) + 1
        (folder / FIGURES_FOLDER).mkdir()
        (folder / TABLES_FOLDER).mkdir()
        figures: dict[str, list[ReportFigure]] = {}
        done = 0
        for section in sections:
            figures[section.key] = []
            for draw in section.drawings:
                figure = draw(subject)
                if figure is not None:
                    figure = _named_once(figure, folder / FIGURES_FOLDER)
                    (folder / FIGURES_FOLDER / f"{figure.name}.png").write_bytes(figure.png)
                    figures[section.key].append(figure)
                done += 1
                on_progress(done, steps)
            for table in section.tables:
                write_csv(table, folder / TABLES_FOLDER / f"{table.name}.csv")
        write_standalone_map(subject, folder / MAP_FILE)
        (folder / REPORT_FILE).write_text(report_page(subject, sections, figures), encoding="utf-8", errors="replace")
        on_progress(steps, steps)
    return out / REPORT_FILE


def report_page(subject: ReportInput, sections: Sequence[Section], figures: dict[str, list[ReportFigure]]) -> str:
    """Return the report as one HTML page, with each section's ``figures`` (by the section's key) inside."""
    style, script = (_part(f"report.{suffix}") for suffix in ("css", "js"))
    numbers = {figure.name: n for n, figure in enumerate((f for group in figures.values() for f in group), start=1)}
    contents = [*((section.key, section.title) for section in sections), ("provenance", "Parameters and fingerprints")]
    index = [(f"figure-{figure.name}", figure.title) for group in figures.values() for figure in group]
    body = [_section_html(section, figures[section.key], numbers, subject.words) for section in sections]
    title = f"Label audit of {subject.name}"
    return fill_template(
        _part("report.html"),
        {
            "title": escape(title),
            "lead": escape(_lead(subject)),
            "beside": (
                f'Beside this file lie the interactive map (<a href="{MAP_FILE}">{MAP_FILE}</a>), the figures as PNG '
                "and the tables as CSV. This page needs none of them and loads nothing."
            ),
            "contents": _links(contents),
            "figure_index": _links(index),
            "summary": body[0],
            "sections": "\n".join([*body[1:], _provenance_html(subject)]),
            "style": style,
            "script": script,
            "style_hash": content_hash(style),
            "script_hash": content_hash(script),
        },
    )


def _lead(subject: ReportInput) -> str:
    words = [
        f"{len(subject.samples):,} samples of {subject.name}, audited with Glitch Audit {subject.app_version}".strip()
    ]
    if subject.written:
        words.append(f"written {subject.written}")
    return ", ".join(words) + "."


def _links(targets: Sequence[tuple[str, str]]) -> str:
    return "".join(f'<li><a href="#{escape(anchor)}">{escape(title)}</a></li>' for anchor, title in targets)


def _section_html(section: Section, figures: list[ReportFigure], numbers: dict[str, int], words: Wording) -> str:
    parts = [f"<h2>{escape(section.title)}</h2>"]
    parts += [f"<p>{escape(sentence)}</p>" for sentence in section.sentences]
    parts += [_part_html(heading, sentences) for heading, sentences in section.parts]
    if section.tables or figures:
        parts.append(_limits_html(section.key, words))
    parts += [_figure_html(figure, numbers[figure.name]) for figure in figures]
    parts += [table_html(table) for table in section.tables]
    return f'<section id="{escape(section.key)}">{"".join(parts)}</section>'


def _part_html(heading: str, sentences: Sequence[str]) -> str:
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f"<h3>{escape(heading)}</h3><ul>{items}</ul>"


def _limits_html(key: str, words: Wording) -> str:
    said = escape(limits_of(key, words))
    return f'<div class="limits"><p><strong>What this says and does not say.</strong> {said}</p></div>'


def _figure_html(figure: ReportFigure, number: int) -> str:
    return (
        f'<figure id="figure-{escape(figure.name)}">'
        f'<img src="{data_uri(figure.png, "image/png")}" alt="{escape(figure.title)}. {escape(figure.caption)}">'
        f"<figcaption><b>Figure {number}.</b> {escape(figure.reading)} "
        f"<code>{FIGURES_FOLDER}/{escape(figure.name)}.png</code></figcaption></figure>"
    )


def _provenance_html(subject: ReportInput) -> str:
    names = dict.fromkeys([*subject.choices, *subject.fingerprints])
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(subject.choices.get(name, ''))} "
        f"<code>{escape(subject.fingerprints.get(name, ''))}</code></dd>"
        for name in names
    )
    rows = f"<dl>{rows}</dl>" if rows else "<p>No parameters were given.</p>"
    heading = "<h2>Parameters and fingerprints</h2>"
    return f'<section id="provenance">{heading}{_limits_html("provenance", subject.words)}{rows}</section>'


def _named_once(figure: ReportFigure, folder: Path) -> ReportFigure:
    """The figure under a name that no file in the folder has yet."""
    names = (figure.name if number == 1 else f"{figure.name}_{number}" for number in count(1))
    return replace(figure, name=next(name for name in names if not (folder / f"{name}.png").exists()))


def _part(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _refuse_other_files(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise GlitchAuditError(f"{out} is a file: name a folder for the report.")
    others = sorted(path.name for path in out.iterdir() if path.name not in _OURS) if out.exists() else []
    if others:
        raise GlitchAuditError(f"The folder {out} holds other files ({others[0]}): name a new or empty one.")


@contextmanager
def _replacing(out: Path) -> Iterator[Path]:
    """A folder beside ``out`` that takes its place when the block ends well, and vanishes when it does not."""
    try:
        with whole_folder(out, replace=True) as temporary:
            yield temporary
    except OSError as error:
        raise GlitchAuditError(
            f"The report cannot be written to {out} ({error.strerror or error}): free some space or name another."
        ) from error
