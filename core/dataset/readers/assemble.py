"""Join pictures into samples: what every reader does last."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from core.dataset.content import frame_hash
from core.dataset.model import VIEWS, Dataset, PictureStore, Problem
from core.dataset.readers.bounds import MAX_LABEL_TEXT, MAX_TEXT, why_no_name
from core.dataset.sources import SourceFiles
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint

_SAMPLE_COLUMNS = ("label", "detector", "split")
_PICTURE_COLUMNS = ("sample_id", "view", "location", "stamp")
_MAX_BAD_NAMED = 3
_NAMES = (("sample_id", "sample's id", MAX_TEXT), ("label", "label", MAX_LABEL_TEXT), ("view", "view's name", 100))


def assemble(
    found: pd.DataFrame,
    *,
    name: str,
    source: Path,
    source_form: str,
    store: PictureStore,
    problems: list[Problem],
    files: SourceFiles | None = None,
    metadata: pd.DataFrame | None = None,
    understood: tuple[str, ...] = (),
) -> Dataset:
    """Make a data set of found pictures; the other arguments are as in :class:`Dataset`.

    Args:
        found: one row a picture: ``sample_id``, ``view``, ``location``, ``label`` and, where known, ``detector``,
            ``split``, ``where`` (the place in words for messages, else the location) and ``stamp`` (what the picture's
            file or bytes are like). Samples keep the order in which they first occur.
        problems: what was left out so far; pictures that repeat a view are added.
        files: the files that were read whole; where pictures have no stamp, their content is hashed instead.
        metadata: further columns, index ``sample_id``.

    Raises:
        GlitchAuditError: one sample carries two labels, or no picture is left.
    """
    if "where" not in found:
        found = found.assign(where=found["location"])
    found, unusable = _usable(found)
    problems = problems + unusable
    if found.empty:
        raise GlitchAuditError(f"{source}: no usable picture was found there" + _first_reasons(problems))
    refuse_two_labels(found, source=source)

    found, repeated = _each_view_once(found)
    problems = problems + repeated
    columns = [column for column in _SAMPLE_COLUMNS if column in found and found[column].notna().any()]
    samples = found.drop_duplicates("sample_id").set_index("sample_id")[columns].astype("str")
    if metadata is not None:
        fresh = [column for column in metadata.columns if column not in samples.columns]
        samples = samples.join(metadata[fresh])
    pictures = found[[column for column in _PICTURE_COLUMNS if column in found]].astype("str")
    pictures_fingerprint = _pictures_fingerprint(pictures, files)
    return Dataset(
        name=name,
        source=source,
        source_form=source_form,
        samples=samples,
        pictures=pictures,
        store=store,
        problems=tuple(problems),
        fingerprint=fingerprint("data set", pictures_fingerprint, frame_hash(samples)),
        pictures_fingerprint=pictures_fingerprint,
        files=files or SourceFiles(),
        understood=understood,
    )


def _usable(found: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """The pictures whose id, label and view can be shown, and the others as problems."""
    problems: list[Problem] = []
    for column, what, limit in _NAMES:
        faults = {text: why_no_name(str(text), limit) for text in found[column].unique()}
        faults = {text: fault for text, fault in faults.items() if fault}
        if faults:
            bad = found[column].isin(list(faults))
            problems += [
                Problem(_shown(row.where), f"the {what} {faults[getattr(row, column)]}")
                for row in found[bad].itertuples()
            ]
            found = found[~bad]
    return found.reset_index(drop=True), problems


def _each_view_once(found: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """The pictures in the samples' order, their views in order, and those that repeat a view as problems."""
    order = pd.Series(pd.factorize(found["sample_id"])[0], index=found.index)
    rank = found["view"].map({view: place for place, view in enumerate(VIEWS)}).fillna(len(VIEWS))
    found = (
        found.assign(_order=order, _rank=rank)
        .sort_values(["_order", "_rank", "view"], kind="stable")
        .reset_index(drop=True)
    )
    repeated = found.duplicated(["sample_id", "view"])
    problems = [
        Problem(row.where, f"view {row.view} of {row.sample_id} is there twice; the first is used")
        for row in found[repeated].itertuples()
    ]
    return found[~repeated].reset_index(drop=True), problems


def _shown(place: object) -> str:
    """A place with its unprintable characters replaced, for messages."""
    return "".join(character if character.isprintable() else "?" for character in str(place)[:MAX_TEXT])


def refuse_two_labels(found: pd.DataFrame, *, source: Path) -> None:
    """Raise GlitchAuditError that names the id and both places if any ``sample_id`` of ``found`` has two labels."""
    counts = found.groupby("sample_id", sort=False)["label"].nunique()
    torn = counts.index[counts > 1]
    if not len(torn):
        return
    first = found[found["sample_id"] == torn[0]].drop_duplicates("label")
    places = " and ".join(f"{row.label} ({row.where})" for row in first.itertuples())
    others = f"; {len(torn) - 1} more samples have the same fault" if len(torn) > 1 else ""
    raise GlitchAuditError(f"{source}: sample {torn[0]} has two labels, {places}{others}; keep one of them")


def _first_reasons(problems: list[Problem]) -> str:
    if not problems:
        return ""
    named = "; ".join(f"{problem.where}: {problem.reason}" for problem in problems[:_MAX_BAD_NAMED])
    return f" ({len(problems)} left out, such as {named})"


def _pictures_fingerprint(pictures: pd.DataFrame, files: SourceFiles | None) -> str:
    """Hash of the ids in their order and of their pictures, wherever the pictures lie and whatever their labels are."""
    if "stamp" in pictures:
        columns, content = ["sample_id", "view", "stamp"], []
    else:
        columns, content = ["sample_id", "view", "location"], [file.content for file in files or ()]
    # One block of bytes a column: hashing 137,000 values one by one takes seconds.
    blocks = [json.dumps(pictures[column].tolist()).encode() for column in columns]
    return fingerprint("pictures", columns, content, *blocks)
