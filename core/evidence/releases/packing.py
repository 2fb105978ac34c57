"""A release as one ZIP: every file and its checksums, in a fixed order and at a fixed time, so that bytes repeat."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pandas as pd

from core.dataset.cells import defused_column
from core.dataset.released import ABOUT, COLUMNS, LABELS, LIMITS, SUMS, Released, about_text
from core.errors import GlitchAuditError
from core.evidence.releases.citation import citation_cff
from core.evidence.releases.croissant import croissant_text
from core.evidence.releases.difference import Difference
from core.evidence.releases.model import ReleaseContent
from core.evidence.releases.provenance import provenance_text
from core.evidence.releases.readme import METADATA, readme_text

_TIME = (1980, 1, 1, 0, 0, 0)
"""What every file in the ZIP says of its time; the release's own time stands in about.json."""
_UNIX, _FILE_MODE = 3, 0o644 << 16


def release_files(content: ReleaseContent, difference: Difference) -> dict[str, bytes]:
    """Return the files of a release by name, in the order in which they are packed."""
    about = content.about
    texts = {
        "README.md": readme_text(content, difference),
        LABELS: csv_text(content.labels[list(COLUMNS)]),
        "changes.csv": csv_text(difference.table),
        "changes.txt": difference.text(),
        "provenance.jsonld": provenance_text(content),
        "CITATION.cff": citation_cff(about),
        ABOUT: about_text(about),
    }
    if len(content.metadata.columns):
        table = content.metadata.rename_axis("sample_id").reset_index()
        texts[METADATA] = csv_text(table.astype("object").where(table.notna(), ""))
    files = {name: text.encode("utf-8", "replace") for name, text in texts.items()}
    described = {name: (_digest(data), len(data)) for name, data in files.items()}
    made_from = (
        f"data set {about.dataset_name}, fingerprint {about.dataset_fingerprint}",
        f"ledger of {about.ledger_events:,} events, fingerprint {about.ledger_fingerprint}",
    )
    files["croissant.json"] = croissant_text(about, described, derived_from=made_from).encode("utf-8", "replace")
    sums = "".join(f"{_digest(data)}  {name}\n" for name, data in sorted(files.items()))
    return {**files, SUMS: sums.encode()}


def pack_release(content: ReleaseContent, difference: Difference) -> bytes:
    """Return the ZIP of a release, its files in a folder of its name.

    The same content gives the same bytes where zlib is the same; the checksums inside are the same everywhere. Raises
    GlitchAuditError where it is larger than what is read back.
    """
    out = io.BytesIO()
    files = release_files(content, difference)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            member = zipfile.ZipInfo(f"{content.about.name}/{name}", _TIME)
            member.create_system, member.external_attr = _UNIX, _FILE_MODE
            archive.writestr(member, data, zipfile.ZIP_DEFLATED)
    if out.tell() > LIMITS.archive_bytes or sum(map(len, files.values())) > LIMITS.unpacked_bytes:
        raise GlitchAuditError("The release is too large to be packed in one ZIP: at most 1,000 MB are unpacked again.")
    return out.getvalue()


def released(content: ReleaseContent) -> Released:
    """Return a release as it will be read back."""
    return Released(content.about, content.labels[list(COLUMNS)].reset_index(drop=True))


def csv_text(table: pd.DataFrame) -> str:
    r"""Return a table of texts as CSV; a cell that a spreadsheet would run gets an apostrophe in front.

    Line breaks inside a cell become ``\n``.
    """
    texts = table.astype("str").apply(lambda column: defused_column(column).str.replace("\r\n?", "\n", regex=True))
    return texts.to_csv(index=False, lineterminator="\n")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
