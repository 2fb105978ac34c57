"""A small data set with a metadata CSV beside its pictures, and people who correct it."""

import io

import numpy as np
import pytest
from PIL import Image

from core.dataset import VIEWS, open_dataset
from core.dataset.selection import Selection
from core.ledger import propose
from core.ledger.people import Person

CSV = (
    "\ufeffevent_time,ifo,gravityspy_id,label,snr,note,url1\r\n"
    '1126259462.4,H1,id0,Blip,7.50,"a, ""quoted"" note",https://x/0\r\n'
    "1126259463.0,L1,id1,Blip,8.0,,https://x/1\r\n"
    "1126259464.125,H1,id2,Tomte,1e1,'=kept,https://x/2\r\n"
    '1126259465,L1,id3,"Koi_Fish",12.25,"two\nlines",\r\n'
)


def picture(shade: int) -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.full((20, 24), shade, dtype=np.uint8)).save(out, "png")
    return out.getvalue()


@pytest.fixture
def source(tmp_path):
    """The CSV, beside four glitches of four views."""
    root = tmp_path / "data"
    (root / "pictures").mkdir(parents=True)
    (root / "metadata.csv").write_bytes(CSV.encode("utf-8"))
    for number, detector in enumerate(("H1", "L1", "H1", "L1")):
        for view in VIEWS:
            name = f"{detector}_id{number}_spectrogram_{view}.png"
            (root / "pictures" / name).write_bytes(picture(20 * number + int(float(view) * 2)))
    return root / "metadata.csv"


@pytest.fixture
def dataset(source):
    return open_dataset(source)


@pytest.fixture
def other_ledger(tmp_path, opened):
    """A second, empty ledger."""
    return opened(tmp_path / "elsewhere" / "corrections.duckdb")


@pytest.fixture
def decide_on(ledger, dataset):
    """Two people propose the same label, so that the rule decides."""

    def act(sample_id, label, people=("Ada", "Ben"), reason="looks like it"):
        for name in people:
            propose(
                ledger,
                Selection((sample_id,), how="click", dataset_fingerprint=dataset.fingerprint),
                dataset.samples["label"],
                label,
                author=Person(name),
                reason=reason,
                app_version="0.2",
            )

    return act


@pytest.fixture
def rows_of():
    """All rows of a ledger's two tables of proposals, to compare before and after."""

    def act(ledger):
        if not ledger.exists():
            return None
        with ledger.cursor() as cursor:
            return (
                cursor.execute("SELECT * FROM batch ORDER BY batch_id").fetchall(),
                cursor.execute("SELECT * FROM correction ORDER BY correction_id").fetchall(),
            )

    return act
