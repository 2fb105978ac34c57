"""Every reader of strangers' files as the workbench calls it, with small sound files for it.

A reader is named for what a person hands in. It gets the path of the file, and whatever it returns is thrown away.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from core.classify.naming.decoded import decoded_files
from core.classify.naming.inputs import InputFile, sort_out
from core.dataset import Dataset, open_dataset, read_vectors
from core.dataset.readers.panoptes import read_votes
from core.dataset.released import read_release
from core.dataset.selection import Selection
from core.detector.channels.listing import list_channels
from core.detector.channels.recognising import sort_files
from core.detector.channels.safety import read_safety
from core.detector.channels.states import read_states
from core.detector.channels.tables import channel_table
from core.detector.channels.triggers import read_triggers
from core.embed.glitch_head import HEAD_PREFIX, load_glitch_head
from core.errors import GlitchAuditError
from core.gate import Limits, in_own_process
from core.ledger import open_ledger, propose
from core.ledger.exchange import (
    export_metadata,
    export_summary,
    export_whole_ledger,
    fill_ledger,
    pack_folder,
    read_corrections,
    read_export,
    whole_ledger_in,
)
from core.ledger.exchange.copying import ledger_copy, sandbox_from_copy
from core.ledger.people import Person
from core.pipeline.inspect import recognised_forms
from core.workspace import Workspace
from tests.detector.channels.making import START, flag_file, series_file, trigger_file
from tests.evidence.releases.cases import packed
from tests.hostile.strain_readers import read_strain, read_trigger_table, strain_seeds

_SIZE = (32, 40)


@dataclass(frozen=True)
class Reader:
    """A way in.

    Attributes:
        name: what is handed in.
        seeds: sound files by name.
        read: reads a file at a path.
    """

    name: str
    seeds: dict[str, bytes]
    read: Callable[[Path], object]


def readers(folder: Path) -> list[Reader]:
    """All of them.

    Args:
        folder: an empty one, for what the sound files are made of.
    """
    dataset = _dataset(folder / "data")
    exports = _exports(folder, dataset)
    pictures = _pictures()
    return [
        Reader("corrections", _corrections(), lambda path: read_corrections(path.read_bytes(), name=path.name)),
        Reader("exports", exports, _read_export),
        Reader("a whole ledger", {"whole.zip": exports["whole.zip"]}, partial(_fill, folder)),
        Reader("a sandbox", {"sandbox.zip": _sandbox(folder, dataset)}, _restore),
        Reader("data sets in Parquet", {"pictures.parquet": _parquet()}, _open),
        Reader("data sets in HDF5", {"training.h5": _hdf5()}, _open),
        Reader(
            "tables", {"table.csv": _table().to_csv(index=False).encode(), "table.parquet": _frame(_table())}, _open
        ),
        Reader("tables beside pictures", {"beside.csv": _beside()}, _open_beside),
        Reader("vectors", _vectors(), _read_vectors),
        Reader("volunteers' votes", {"votes.csv": _votes()}, lambda path: read_votes(path, dataset)),
        Reader("pictures", pictures, _name_pictures),
        Reader("archives of pictures", {"pictures.zip": _zip(pictures)}, _name_pictures),
        Reader("releases", {"release.zip": packed()}, read_release),
        Reader("weights", {"weights.safetensors": _weights()}, _read_weights),
        *_detector_readers(folder),
    ]


def _detector_readers(folder: Path) -> list[Reader]:
    series_file(folder / "minutes.h5", {"L1:A": np.arange(30.0), "L1:B": np.ones(30)})
    flag_file(folder / "flags.h5", {"L1:F:1": ([(START, START + 1)], [(START, START + 9)])})
    trigger_file(folder / "L1-A.h5", [START, START + 1])
    triggers = pd.DataFrame({"time": [START, START + 1.5], "snr": [9.0, 8.0], "frequency": [20.0, 30.0]})
    text = "time,L1:WIND [m/s]\n" + "".join(f"{START + 60 * n},{n}\n" for n in range(20))
    spans = f"{START} {START + 60}\n{START + 90} {START + 100}\n"
    channels = {"minutes.h5": (folder / "minutes.h5").read_bytes(), "wind.csv": text.encode()}
    states = {"flags.h5": (folder / "flags.h5").read_bytes(), "L1-locked.txt": spans.encode()}
    tables = {"L1-A.h5": (folder / "L1-A.h5").read_bytes(), "L1-A.csv": triggers.to_csv(index=False).encode()}
    lists = {"a.csv": b"channel,safety\nL1:A,safe\nL1:B,unsafe\n", "a.ini": b"[L1]\nchannels = L1:A 16 safe clean\n"}
    strain, tables_to_draw = strain_seeds(folder)
    return [
        Reader("strain", strain, read_strain),
        Reader("triggers to draw views of", tables_to_draw, read_trigger_table),
        Reader("a detector's channels", channels, _read_channels),
        Reader("a detector's states", states, read_states),
        Reader("a detector's triggers", tables | {"L1-A.parquet": _frame(triggers)}, read_triggers),
        Reader("lists of channels", lists, read_safety),
    ]


def _read_channels(path: Path) -> None:
    sort_files([path])
    channel_table(Workspace(path.parent / "workspace", path), list_channels([path]))


@in_own_process(Limits(memory=1_000_000_000, seconds=60))
def _read_vectors(path: Path) -> object:
    """Vectors are read by the job that prepares, a process of its own; here the gate stands for it."""
    return read_vectors(path)


@in_own_process(Limits(memory=1_000_000_000, seconds=60))
def _read_weights(path: Path) -> object:
    """Weights are a file of the installation; nobody hands them in, but folders are passed on."""
    return load_glitch_head(path)


def _read_export(path: Path) -> None:
    content = path.read_bytes()
    if whole_ledger_in(content, name=path.name) is None:
        export = read_export(content, name=path.name)
        if export.summary is None:
            export.corrections()


def _fill(folder: Path, path: Path) -> None:
    found = whole_ledger_in(path.read_bytes(), name=path.name)
    place = folder / "filled" / "corrections.duckdb"
    for left in place.parent.glob("*"):
        left.unlink()
    with closing(open_ledger(place)) as ledger:
        if found is not None:
            fill_ledger(ledger, found[1], author=Person("Ada", "moderator"))


def _restore(path: Path) -> None:
    sandbox_from_copy(path.read_bytes()).discard()


def _open(path: Path) -> None:
    from core.pipeline.snapshot import read_dataset

    dataset = read_dataset(Workspace(path.parent / "workspace", path))
    recognised_forms(dataset)


def _open_beside(path: Path) -> None:
    for name in ("a", "b", "c"):
        picture = path.parent / "pictures" / f"{name}.png"
        picture.parent.mkdir(exist_ok=True)
        picture.write_bytes(_pictures()["colour.png"])
    _open(path)


def _name_pictures(path: Path) -> None:
    handed = sort_out([InputFile(path.name, path.stat().st_size, path)])
    problems = [problem.reason for problem in handed.problems]
    for glitch in handed.glitches:
        decoded = decoded_files([file for _, file in glitch.pictures], size=_SIZE)
        problems += [picture.problem for picture in decoded if picture.problem]
    if problems:
        # The page shows them beside the answers; the most telling one counts here.
        raise GlitchAuditError(max(problems, key=lambda said: "process" in said or "grows" in said or "longer" in said))


def _energy() -> np.ndarray:
    return (np.add.outer(np.arange(24), np.arange(30)) * 4 % 256).astype(np.uint8)


def _encoded(pixels: np.ndarray, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, kind, **options)
    return out.getvalue()


def _pictures() -> dict[str, bytes]:
    gray = _energy()
    colour = np.stack([gray, gray[::-1], gray[:, ::-1]], axis=-1)
    return {
        "gray.png": _encoded(gray, "PNG"),
        "deep.png": _encoded(gray.astype(np.uint16) * 200, "PNG"),
        "colour.png": _encoded(colour, "PNG"),
        "colour.jpg": _encoded(colour, "JPEG"),
        "palette.gif": _encoded(gray, "GIF"),
        "colour.bmp": _encoded(colour, "BMP"),
        "colour.webp": _encoded(colour, "WEBP"),
        "packed.tiff": _encoded(colour, "TIFF", compression="tiff_lzw"),
    }


def _zip(pictures: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("H1_abcdefghij_spectrogram_1.0.png", pictures["gray.png"])
        archive.writestr("H1_abcdefghij_spectrogram_2.0.png", pictures["deep.png"])
        archive.writestr("deep/colour.jpg", pictures["colour.jpg"])
    return out.getvalue()


def _dataset(folder: Path) -> Dataset:
    for number, label in enumerate(("Blip", "Blip", "Tomte")):
        (folder / label).mkdir(parents=True, exist_ok=True)
        (folder / label / f"H1_glitch000{number}_spectrogram_1.0.png").write_bytes(_pictures()["gray.png"])
    table = pd.DataFrame({"gravityspy_id": [f"glitch000{n}" for n in range(3)], "label": ["Blip", "Blip", "Tomte"]})
    table.to_csv(folder / "metadata.csv", index=False)
    return open_dataset(folder / "metadata.csv")


def _exports(folder: Path, dataset: Dataset) -> dict[str, bytes]:
    with closing(open_ledger(folder / "corrections.duckdb")) as ledger:
        _propose(ledger, dataset, ("Ada", "Ben"))
        export_metadata(ledger, dataset, folder / "metadata")
        export_summary(ledger, dataset, folder / "summary")
        export_whole_ledger(ledger, dataset, folder / "whole")
    return {f"{name}.zip": pack_folder(folder / name) for name in ("metadata", "summary", "whole")}


def _sandbox(folder: Path, dataset: Dataset) -> bytes:
    with closing(open_ledger(folder / "sandbox" / "corrections.duckdb")) as ledger:
        _propose(ledger, dataset, ("Ada",))
        return ledger_copy(ledger)


def _propose(ledger: object, dataset: Dataset, people: tuple[str, ...]) -> None:
    chosen = Selection((dataset.samples.index[0],), how="click", dataset_fingerprint=dataset.fingerprint)
    for name in people:
        propose(
            ledger, chosen, dataset.samples["label"], "Whistle", author=Person(name), reason="rises", app_version="0"
        )


def _corrections() -> dict[str, bytes]:
    table = pd.DataFrame(
        {
            "sample_id": ["glitch0000", "glitch0002"],
            "true_label": ["Blip", "Tomte"],
            "proposed_label": ["Whistle", "Blip"],
            "justification": ["rises", "has one peak"],
        }
    )
    return {"corrections.csv": table.to_csv(index=False).encode(), "corrections.parquet": _frame(table)}


def _frame(table: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    table.to_parquet(out, index=False)
    return out.getvalue()


def _parquet() -> bytes:
    pictures = _pictures()
    table = pa.table(
        {
            "sample_id": ["a", "a", "b"],
            "view": ["1.0", "2.0", "1.0"],
            "label": pa.array(["Blip", "Blip", "Tomte"]).dictionary_encode(),
            "snr": [7.5, 7.5, 12.25],
            "picture": [pictures["gray.png"], pictures["deep.png"], pictures["colour.jpg"]],
        }
    )
    out = io.BytesIO()
    pq.write_table(table, out, row_group_size=2)
    return out.getvalue()


def _hdf5() -> bytes:
    out = io.BytesIO()
    with h5py.File(out, "w") as file:
        file["Blip/train/a/1.0.png"] = np.frombuffer(_pictures()["gray.png"], dtype=np.uint8)
        file["Blip/train/a/2.0.png"] = _energy()
        file.create_dataset("Tomte/test/b/1.0.png", data=_energy() / 10.0, compression="gzip")
    return out.getvalue()


def _table() -> pd.DataFrame:
    places = np.linspace(0, 1, 6)
    return pd.DataFrame(
        {"id": [f"s{n}" for n in range(6)], "label": ["Blip", "Tomte"] * 3, "x": places, "y": places**2, "cluster": 0}
    )


def _beside() -> bytes:
    return b'File Name;class;age;note\r\npictures/a.png;cat;3,5;"x; y"\r\nb;dog;007;\r\nc.png;cat;1e9;"two\nlines"\r\n'


def _vectors() -> dict[str, bytes]:
    matrix, plain = np.arange(24, dtype=np.float32).reshape(6, 4), io.BytesIO()
    np.save(plain, matrix)
    frame = pd.DataFrame(matrix, columns=list("abcd")).assign(sample_id=[f"s{n}" for n in range(6)])
    lists = pd.DataFrame({"sample_id": frame["sample_id"], "embedding": [row.tolist() for row in matrix]})
    return {
        "vectors.npy": plain.getvalue(),
        "vectors.csv": frame.to_csv(index=False).encode(),
        "vectors.parquet": _frame(lists),
    }


def _votes() -> bytes:
    rows = [
        (person, json.dumps([{"task": "T0", "value": "Blip"}]), json.dumps({"7": {"id": "glitch0000"}}))
        for person in ("Ada", "Ben")
    ]
    table = pd.DataFrame(rows, columns=["user_name", "annotations", "subject_data"])
    return table.to_csv(index=False).encode()


def _weights() -> bytes:
    from safetensors.numpy import save

    tensors = {
        "glitch.weight": np.eye(2, 4, dtype=np.float16),
        "picture.weight": np.eye(2, 4, dtype=np.float16),
        "picture.bias": np.zeros(2, np.float16),
    }
    about = {"classes": json.dumps(["Blip", "Tomte"]), "head_scale": "10"}
    return save({HEAD_PREFIX + name: tensor for name, tensor in tensors.items()}, about)
