"""Small reports for the tests of figures, report and standalone map: gray pictures whose brightness is known."""

from __future__ import annotations

import io
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from core.audit.drift import Drift, OneDimensional
from core.audit.metrics import cluster_table
from core.audit.model import AuditInput
from core.dataset import Dataset
from core.evidence.previews import PreviewCollector, load_previews
from core.evidence.report_costs import COST_COLUMNS, ReportCosts
from core.evidence.report_input import ReportInput
from core.evidence.report_people import ReportPeople
from core.space.neighbours import NeighbourParams, find_neighbours

CHOICES = {
    "embedding": "a test's vectors",
    "layout": "UMAP, seed 7",
    "clustering": "HDBSCAN, at least 5",
    "audit": "9 shuffles",
}
FINGERPRINTS = {"data set": "d0d0", "embedding": "e1e1", "map": "a2a2", "clustering": "c3c3"}


@dataclass(frozen=True)
class GrayPictures:
    """A store whose pictures are one gray each, by sample id; those without a gray cannot be read."""

    grays: dict[str, int]

    def read(self, location: str) -> bytes:
        if location not in self.grays:
            raise OSError(f"{location} is gone")
        buffer = io.BytesIO()
        Image.new("L", (34, 28), self.grays[location]).save(buffer, "PNG")
        return buffer.getvalue()


def small_report(folder: Path, *, labels, clusters=None, ids=None, grays=None, **more) -> ReportInput:
    """A report on ``labels``; sample i's picture has the gray ``grays[i]``, by default ever brighter."""
    count = len(labels)
    ids = ids or [f"s{number:04d}" for number in range(count)]
    clusters = np.zeros(count, np.int32) if clusters is None else np.asarray(clusters, np.int32)
    grays = np.linspace(10, 240, count).round().astype(int).tolist() if grays is None else grays
    index = pd.Index(ids, name="sample_id", dtype="str")
    samples = pd.DataFrame({"label": list(labels), "snr": np.linspace(5, 50, count)}, index=index)
    pictures = pd.DataFrame({"sample_id": ids, "view": "picture", "location": ids})
    store = GrayPictures({sample_id: gray for sample_id, gray in zip(ids, grays, strict=True) if gray is not None})
    dataset = Dataset("corpus", folder, "test", samples, pictures, store, (), "d0d0")
    previews = write_previews(dataset, folder)
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    subject = ReportInput(
        name="corpus",
        dataset=dataset,
        samples=samples,
        coordinates=np.stack([np.cos(angle), np.sin(angle)], axis=1),
        clusters=clusters,
        previews=previews,
        positions=np.arange(count),
        intensity=previews.intensity,
        choices=CHOICES,
        fingerprints=FINGERPRINTS,
        app_version="9.9",
        cluster_table=cluster_table(samples["label"], clusters),
    )
    return replace(subject, **more)


def write_previews(dataset: Dataset, folder: Path):
    pages, partial = folder / "previews", folder / "partial"
    pages.mkdir(parents=True)
    partial.mkdir()
    collector = PreviewCollector(dataset, partial)
    collector.fill_missing()
    collector.write(pages)
    return load_previews(pages)


def suspects_of(subject: ReportInput, scores) -> pd.DataFrame:
    scores = np.asarray(scores, dtype=float)
    columns = {
        "label": subject.labels,
        "suggested": "Tomte",
        "score": scores,
        "chance_wrong": scores,
        "flagged": scores > 0.5,
    }
    return pd.DataFrame(columns, index=subject.samples.index)


def drift_of(subject: ReportInput, *, name: str = "drift 1") -> Drift:
    count = len(subject.samples)
    return Drift(
        name=name,
        clusters=(0,),
        sample_ids=tuple(subject.samples.index),
        position=np.linspace(0, 1, count),
        confidence=np.full(count, 0.9),
        agreement=0.95,
        agreement_low=0.9,
        agreement_high=0.99,
        one_dimensional=OneDimensional(**{field.name: 0.5 for field in fields(OneDimensional)}),
        direction="",
        fingerprint="f4f4",
    )


def case_of(subject: ReportInput) -> AuditInput:
    count = len(subject.samples)
    matrix = np.random.default_rng(0).normal(size=(count, 8)).astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    return AuditInput(
        samples=subject.samples,
        matrix=matrix,
        neighbours=find_neighbours(matrix, NeighbourParams(count=min(5, count - 1))),
        coordinates=subject.coordinates,
        clusters=subject.clusters,
        glitches=np.arange(count),
        fingerprint="test",
    )


def some_people(*, name="Ada", reason="seen", label="Tomte") -> ReportPeople:
    """Two people, one sample decided by each way, one conflict."""
    decided = {"brought": "Blip", "decided": label, "on": "2026-03-02"}
    change = {"change": "merge", "labels": "Blip, Tomte", "becomes": label, "state": "in review", "proposed by": name}
    return ReportPeople(
        rule="2 different people agree on one label",
        unverified=1,
        first="2026-03-01",
        last="2026-03-02",
        two_opinions=10,
        agreed=8,
        acts=pd.DataFrame(
            [
                {"act": "decision", "answer": "", "samples": 1},
                {"act": "proposal", "answer": "", "samples": 12},
                {"act": "review", "answer": "accept", "samples": 9},
            ]
        ),
        persons=pd.DataFrame(
            {"person": [name, "Mo"], "proposals": [12, 0], "judgements": 0, "reviews": [0, 9], "decisions": [0, 1]}
        ).assign(**{"changes of the taxonomy": 0}),
        states=pd.DataFrame({"state": ["conflict", "decided", "in review"], "samples": [1, 2, 3]}),
        decided=pd.DataFrame(
            [
                {"sample_id": "s0000", "how": "the rule", "by": f"{name}, Mo", "reason": "", **decided},
                {"sample_id": "s0001", "how": "a moderator", "by": "Mo", "reason": reason, **decided},
            ]
        ),
        changes=pd.DataFrame([{**change, "decided by": "", "on": "2026-03-01", "reason": reason}]),
    )


def some_costs() -> ReportCosts:
    """Two families of one detector, of which the second has no preventable share."""
    figures = {"rate": 1.5, "deadtime": 0.2, "snr": 0.5, "overlap": 1.0, "doubt": 0.1, "preventable": 0.6}
    row = {"detector": "H1", "family": "Blip", "place": 1, "group": "H1:WIND"}
    for name, value in figures.items():
        row |= {name: value, f"{name}_low": 0.9 * value, f"{name}_high": 1.1 * value}
    other = row | {"family": "Whistle", "place": 2, "rate": 0.5, "preventable": np.nan, "group": None}
    table = pd.DataFrame([row, other], columns=list(COST_COLUMNS))
    return ReportCosts(("H1 observed for 100 h on 10 days.",), table)
