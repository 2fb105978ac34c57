"""Join pictures into samples: what every reader does last."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from core.dataset.model import VIEWS, Dataset, PictureStore, Problem
from core.dataset.readers.bounds import MAX_LABEL_TEXT, MAX_TEXT, why_no_name
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint

_SAMPLE_COLUMNS = ("label", "detector", "split")
_MAX_BAD_NAMED = 3
_NAMES = (("sample_id", "sample's id", MAX_TEXT), ("label", "label", MAX_LABEL_TEXT), ("view", "view's name", 100))


def assemble(
    found: pd.DataFrame,
    *,
    name: str,
    source: Path,
    layout: str,
    store: PictureStore,
    problems: list[Problem],
    content: str | None = None,
    metadata: pd.DataFrame | None = None,
) -> Dataset:
    """Make a data set of found pictures.

    Args:
        found: one row a picture: ``sample_id``, ``view``, ``location``, ``label`` and, where known, ``detector``,
            ``split``, ``where`` (the place in words for messages, else the location), ``size`` (bytes) and
            ``modified`` (ns). Samples keep the order in which they first occur.
        name, source, layout, store: as in :class:`Dataset`.
        problems: what was left out so far; pictures that repeat a view are added.
        content: a hash of the content, where the source is one file; else sizes and times of change are hashed.
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

    order = pd.Series(pd.factorize(found["sample_id"])[0], index=found.index)
    rank = found["view"].map({view: place for place, view in enumerate(VIEWS)}).fillna(len(VIEWS))
    found = (
        found.assign(_order=order, _rank=rank)
        .sort_values(["_order", "_rank", "view"], kind="stable")
        .reset_index(drop=True)
    )
    repeated = found.duplicated(["sample_id", "view"])
    problems = problems + [
        Problem(row.where, f"view {row.view} of {row.sample_id} is there twice; the first is used")
        for row in found[repeated].itertuples()
    ]
    found = found[~repeated].reset_index(drop=True)

    columns = [column for column in _SAMPLE_COLUMNS if column in found and found[column].notna().any()]
    samples = found.drop_duplicates("sample_id").set_index("sample_id")[columns].astype("str")
    if metadata is not None:
        fresh = [column for column in metadata.columns if column not in samples.columns]
        samples = samples.join(metadata[fresh])
    return Dataset(
        name=name,
        source=source,
        layout=layout,
        samples=samples,
        pictures=found[["sample_id", "view", "location"]].astype("str"),
        store=store,
        problems=tuple(problems),
        fingerprint=_fingerprint(found, content),
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


def _shown(place: object) -> str:
    """A place with its unprintable characters replaced, for messages."""
    return "".join(character if character.isprintable() else "?" for character in str(place)[:MAX_TEXT])


def refuse_two_labels(found: pd.DataFrame, *, source: Path) -> None:
    """Raise one sentence if any ``sample_id`` of ``found`` carries two labels; names the id and both places.

    Raises:
        GlitchAuditError: see above.
    """
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


def _fingerprint(found: pd.DataFrame, content: str | None) -> str:
    stamp = ["size", "modified"] if content is None else []
    columns = ["sample_id", "view", "location", "label", *stamp]
    # One block of bytes a column: hashing 137,000 values one by one takes seconds.
    blocks = ["\0".join(map(str, found[column])).encode("utf-8", "surrogatepass") for column in columns]
    return fingerprint(content or "", columns, *blocks)
