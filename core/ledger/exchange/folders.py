"""Export pictures sorted by corrected label, for training; and the folders that all exports are written to."""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from core.dataset.cells import defused_column
from core.dataset.model import PLAIN_VIEW, Dataset
from core.dataset.names import parse_glitch_name
from core.dataset.stores import FolderStore
from core.errors import GlitchAuditError
from core.files import folder_to_disk, names_to_disk
from core.ledger.exchange.corrected import corrected_labels, rule_words
from core.ledger.exchange.stamp import Stamp, make_stamp, write_about
from core.ledger.storage.store import Ledger, in_one_snapshot
from core.ledger.views.decision_rule import DecisionRule
from core.progress import OnProgress, ignore_progress

LABEL_FOLDERS = "pictures by corrected label"
FILES_NAME = "files.csv"
COPIES, LINKS = "copies", "links"

_MAX_NAME = 80
_NOT_IN_NAMES = re.compile(r"[^\w .+=,@()-]")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_KINDS = ((b"\x89PNG", "png"), (b"\xff\xd8", "jpg"), (b"GIF8", "gif"), (b"BM", "bmp"), (b"RIFF", "webp"))


def safe_name(text: str) -> str:
    """Return a name for a file or folder that cannot lead out of its folder, on any system.

    A text that is such a name stays as it is; others lose what is not allowed, and gain a hash of the text, so that two
    texts do not share a name.
    """
    name = _NOT_IN_NAMES.sub("_", text).strip(" .")[:_MAX_NAME].strip(" .")
    if name.startswith("-") or _RESERVED.fullmatch(name):
        name = "_" + name
    if name and name == text:
        return name
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{name}-{digest}" if name else digest


def folder_names(labels: Iterable[str]) -> dict[str, str]:
    """Return a folder's name for each label; two that differ in letter case alone are told apart, for some disks."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for label in sorted(set(labels)):
        name = safe_name(label)
        if name.casefold() in taken:
            name = f"{name}-{hashlib.sha256(label.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
        taken.add(name.casefold())
        names[label] = name
    return names


@contextlib.contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Yield a folder that is named once finished; raises GlitchAuditError if it exists or cannot be written."""
    target = Path(target)
    if target.exists() or target.is_symlink():
        raise GlitchAuditError(f"{target}: there is something of this name already; choose another one")
    begun = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}")
    try:
        begun.mkdir(parents=True)
        yield begun
        folder_to_disk(begun)
        begun.rename(target)
        names_to_disk(target.parent)
    except OSError as error:
        raise GlitchAuditError(
            f"{target}: the export cannot be written ({error.strerror or error}); free some space, or choose "
            "another place"
        ) from error
    finally:
        shutil.rmtree(begun, ignore_errors=True)


@in_one_snapshot
def export_label_folders(
    ledger: Ledger,
    dataset: Dataset,
    target: Path,
    *,
    how: str = COPIES,
    rule: DecisionRule | None = None,
    on_progress: OnProgress = ignore_progress,
) -> Stamp:
    """Write every picture into a folder named after its sample's corrected label.

    ``files.csv`` gives each file's sample and view, its label before and after, and the decision's id; ``about.json``
    is the stamp. A folder of copies can be opened as a data set again; one of links cannot, as a data set's links may
    not leave its folder. The labels are the data set's own where the ledger is missing.

    Args:
        target: a new folder, not inside the data set's own.
        how: "copies", or "links" where the pictures are files.
        on_progress: told about each picture; may raise Cancelled.

    Raises:
        GlitchAuditError: the folder exists, lies in the data set, cannot be written, or links are not possible.
    """
    target = Path(target)
    _refuse_place(dataset, target, how)
    corrected = corrected_labels(ledger, dataset.samples["label"], rule)
    names = folder_names(corrected["label"])
    stamp = make_stamp(ledger, dataset, kind=LABEL_FOLDERS, rule=rule_words(rule))
    with whole_folder(target) as folder:
        for name in names.values():
            (folder / name).mkdir()
        folder_of = corrected["label"].map(names).to_dict()
        written = _write_pictures(dataset, folder, folder_of, how=how, on_progress=on_progress)
        facts = corrected[["label", "label_original", "decision_id"]]
        write_csv(written.join(facts, on="sample_id"), folder / FILES_NAME)
        write_about(folder, stamp, folders={name: label for label, name in names.items()}, how=how)
    on_progress(len(written), len(written))
    return stamp


def _refuse_place(dataset: Dataset, target: Path, how: str) -> None:
    """Refuse links into a file, an export into the data set, and a way that is neither copies nor links."""
    store = dataset.store
    if how not in (COPIES, LINKS):
        raise GlitchAuditError(f"Pictures are exported as {COPIES} or {LINKS}, not as '{how}'.")
    if how == LINKS and not isinstance(store, FolderStore):
        raise GlitchAuditError(f"The pictures of {dataset.name} lie inside one file; they can be copied, not linked.")
    if isinstance(store, FolderStore) and target.resolve().is_relative_to(store.root):
        raise GlitchAuditError(f"{target} lies in the data set's own folder, which is only read; choose another place.")


def _write_pictures(
    dataset: Dataset, folder: Path, folder_of: Mapping[str, str], *, how: str, on_progress: OnProgress
) -> pd.DataFrame:
    """Write or link every picture into its sample's folder, and return ``sample_id, view, file``, a row a picture."""
    store = dataset.store
    detectors = dataset.samples["detector"].to_dict() if "detector" in dataset.samples else {}
    rows: list[tuple[str, str, str]] = []
    taken: set[str] = set()
    pictures = list(dataset.pictures[["sample_id", "view", "location"]].itertuples(index=False, name=None))
    for number, (sample_id, view, location) in enumerate(pictures):
        on_progress(number, len(pictures))
        data = store.read(location)
        name = _picture_name(sample_id, view, location, data, str(detectors.get(sample_id, "")))
        file = f"{folder_of[sample_id]}/{name}"
        if file.casefold() in taken:
            file = f"{folder_of[sample_id]}/{uuid.uuid5(uuid.NAMESPACE_URL, location).hex[:8]}_{name}"
        taken.add(file.casefold())
        if how == LINKS and isinstance(store, FolderStore):
            (folder / file).symlink_to((store.root / location).resolve())
        else:
            (folder / file).write_bytes(data)
        rows.append((sample_id, view, file))
    return pd.DataFrame(rows, columns=["sample_id", "view", "file"])


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table of texts as CSV that no spreadsheet runs."""
    texts = table.astype("object").where(table.notna(), "").astype("str").apply(defused_column)
    path.write_text(texts.to_csv(index=False, lineterminator="\n"), encoding="utf-8", newline="")


def _picture_name(sample_id: str, view: str, location: str, data: bytes, detector: str) -> str:
    """Return the picture's own name if it is safe; else one made of its sample and view."""
    own = location.rsplit("/", 1)[-1]
    if parse_glitch_name(own) is not None or ("." in own and own == safe_name(own)):
        return own
    suffix = next((kind for start, kind in _KINDS if data.startswith(start)), "png")
    if view != PLAIN_VIEW:
        spelled = f"{detector}_{sample_id}_spectrogram_{view}.{suffix}"
        if parse_glitch_name(spelled) is not None:
            return spelled
        return f"{safe_name(f'{sample_id}_{view}')}.{suffix}"
    return f"{safe_name(sample_id)}.{suffix}"
