"""Files made to do harm: every reader answers with a sentence or a list of problems, and touches nothing else.

Hypothesis draws the files (always the same ones, so that a failure is there tomorrow too); what each of them may do is
written once, in :func:`answered`.
"""

import io
import json
import shutil
import struct
import tempfile
import zlib
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.dataset import PictureError, decode, match_vectors, open_dataset, read_vectors
from core.dataset.readers import bounds
from core.dataset.readers.panoptes import read_votes, vote_columns
from core.errors import GlitchAuditError
from core.ledger.people import ROLES, Roles, read_roles

EACH = settings(derandomize=True, deadline=None, max_examples=120, database=None)
"""So many files of each kind."""

NASTY = st.one_of(
    st.sampled_from(
        [
            *("", "=1+1", '=HYPERLINK("http://x")', "@SUM(A1)", "-1", "'; DROP TABLE correction; --"),
            "../../etc/passwd",
            *("/etc/passwd", "C:\\Windows\\x", "..\\..", "<script>alert(1)</script>", "a\nb", "\x00", "\u202e", "nan"),
            *("x" * 2_000, "1e400", "None", "{}", "[]", "\ufeff", "A" * 300, ",", '"', "H1_a_spectrogram_0.5.png"),
        ]
    ),
    st.text(max_size=20),
    st.integers().map(str),
)
ENCODABLE = NASTY.filter(lambda text: text.isprintable() or text.isascii())


def picture(width=6, height=4):
    out = io.BytesIO()
    Image.fromarray(np.zeros((height, width), dtype=np.uint8)).save(out, "png")
    return out.getvalue()


PNG = picture()


class Place:
    """A fresh folder for each drawn file, with a file outside it that nothing may read or change."""

    def __enter__(self):
        self.root = Path(tempfile.mkdtemp())
        (self.root / "secret.txt").write_text("secret")
        (self.root / "data").mkdir()
        self.data = self.root / "data"
        return self

    def __exit__(self, *error):
        outside = sorted(path.name for path in self.root.iterdir())
        secret = (self.root / "secret.txt").read_text()
        shutil.rmtree(self.root)
        if error[0] is None:
            assert outside == ["data", "secret.txt"] and secret == "secret"


def answered(read):
    """The result of reading, or None where it was refused in one sentence of a sensible length."""
    try:
        return read()
    except GlitchAuditError as error:
        assert 0 < len(str(error)) < 5_000
        return None


def sound(dataset):
    """A data set that was read in spite of everything is one: ids are unique texts that can be shown, labels too."""
    if dataset is None:
        return
    assert dataset.samples.index.is_unique and len(dataset.samples)
    for text in [*dataset.samples.index, *dataset.labels]:
        assert bounds.why_no_name(text, bounds.MAX_TEXT) == ""
    for location in dataset.pictures["location"][:3]:
        answered(lambda location=location: dataset.store.read(location))


@EACH
@given(st.binary(max_size=400), st.sampled_from([".csv", ".h5", ".parquet", ".npy", ".txt", ""]))
def test_any_bytes_under_any_suffix(data, suffix):
    with Place() as place:
        path = place.data / f"file{suffix}"
        path.write_bytes(data)
        sound(answered(lambda: open_dataset(path)))
        answered(lambda: read_vectors(path))


@EACH
@given(st.lists(st.tuples(ENCODABLE, ENCODABLE), max_size=6), st.booleans())
def test_class_folders_of_any_names(names, through_split):
    with Place() as place:
        for label, name in names:
            folder = place.data / ("train" if through_split else ".") / label.replace("/", "_")[:80]
            try:
                folder.mkdir(parents=True, exist_ok=True)
                (folder / (name.replace("/", "_")[:80] + ".png")).write_bytes(PNG)
            except (OSError, ValueError):
                continue
        sound(answered(lambda: open_dataset(place.data)))


@EACH
@given(
    st.lists(
        st.sampled_from(["gravityspy_id", "label", "ml_label", "ifo", "snr", "sample_type", "GravitySpy_ID", ""]),
        max_size=5,
    ),
    st.lists(st.lists(NASTY, max_size=6), max_size=6),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-16", "latin-1"]),
)  # fmt: skip
def test_metadata_csv_of_any_cells(columns, rows, ending, encoding):
    text = ending.join(",".join(row) for row in [columns, *rows])
    with Place() as place:
        (place.data / "metadata.csv").write_bytes(text.encode(encoding, "replace"))
        (place.data / "H1_a_spectrogram_0.5.png").write_bytes(PNG)
        sound(answered(lambda: open_dataset(place.data)))
        sound(answered(lambda: open_dataset(place.data / "metadata.csv")))


@EACH
@given(
    st.lists(
        st.sampled_from(["file", "Path", "id", "label", "class", "view", "split", "snr", " ", "a\x07b", "x" * 300]),
        max_size=5,
    ),
    st.lists(st.lists(st.one_of(NASTY, st.sampled_from(["a", "a.png", "1e999", "nan"])), max_size=6), max_size=6),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]),
    st.sampled_from(["", "cat"]),
)  # fmt: skip
def test_a_table_beside_pictures_of_any_cells(columns, rows, separator, ending, encoding, folder):
    text = ending.join(separator.join(row) for row in [columns, *rows])
    with Place() as place:
        (place.data / "facts.csv").write_bytes(text.encode(encoding, "replace"))
        (place.data / folder).mkdir(exist_ok=True)
        for name in ("a", "b"):
            (place.data / folder / f"{name}.png").write_bytes(PNG)
        (place.data / "dog").mkdir()
        (place.data / "dog" / "a.png").write_bytes(PNG)
        sound(answered(lambda: open_dataset(place.data)))
        sound(answered(lambda: open_dataset(place.data / "facts.csv")))


VALUES = st.one_of(NASTY.map(lambda text: text.encode("utf-8", "replace").decode()), st.none())


@EACH
@given(
    st.lists(st.tuples(VALUES, VALUES, VALUES, st.sampled_from([PNG, b"", None, b"PNG"])), max_size=6),
    st.sampled_from(["sample_id", "gravityspy_id", "other"]),
    st.sampled_from(["label", "Label", "ml_label", "kind"]),
    st.sampled_from([None, b"{}", b'{"info": {"features": {"label": {"names": 7}}}}', b"["]),
    st.booleans(),
)
def test_parquet_of_any_values(rows, key, label, facts, struct_of_bytes):
    pictures = [row[3] for row in rows]
    table = pa.table(
        {
            key: pa.array([row[0] for row in rows], pa.string()),
            label: pa.array([row[1] for row in rows], pa.string()),
            "view": pa.array([row[2] for row in rows], pa.string()),
            "picture": pa.array(
                [{"bytes": data, "path": "../../etc/passwd"} for data in pictures] if struct_of_bytes else pictures,
                pa.struct([("bytes", pa.binary()), ("path", pa.string())]) if struct_of_bytes else pa.binary(),
            ),
        }
    ).replace_schema_metadata({"huggingface": facts} if facts else None)
    with Place() as place:
        pq.write_table(table, place.data / "x.parquet")
        sound(answered(lambda: open_dataset(place.data / "x.parquet")))


@EACH
@given(st.integers(0, 2**31), st.integers(1, 30), st.sampled_from(["parquet", "h5", "npy"]))
def test_damaged_files_of_the_right_kind(seed, changes, kind):
    """A sound file with some bytes changed and its end cut off."""
    rng = np.random.default_rng(seed)
    with Place() as place:
        path = place.data / f"x.{kind}"
        if kind == "parquet":
            pq.write_table(pa.table({"sample_id": ["a", "b"], "label": ["x", "y"], "picture": [PNG, PNG]}), path)
        elif kind == "npy":
            np.save(path, np.ones((4, 3), dtype=np.float32))
        else:
            with h5py.File(path, "w") as file:
                file["Blip/train/a/0.5.png"] = np.frombuffer(PNG, dtype=np.uint8)
        data = bytearray(path.read_bytes())
        for at in rng.integers(0, len(data), changes):
            data[at] = rng.integers(256)
        path.write_bytes(data[: rng.integers(len(data) // 2, len(data) + 1)])
        if kind == "npy":
            answered(lambda: read_vectors(path))
        else:
            sound(answered(lambda: open_dataset(path)))


@EACH
@given(st.lists(st.tuples(ENCODABLE, ENCODABLE, ENCODABLE), max_size=5))
def test_hdf5_of_any_names(entries):
    with Place() as place:
        path = place.data / "x.h5"
        with h5py.File(path, "w") as file:
            for parts in entries:
                try:
                    file["/".join(part.replace("/", "_") for part in (parts[0], "train", *parts[1:]))] = np.zeros(3)
                except (ValueError, OSError, TypeError, UnicodeError):
                    continue
        sound(answered(lambda: open_dataset(path)))


@EACH
@given(
    st.lists(st.lists(NASTY, min_size=3, max_size=3), max_size=6),
    st.lists(st.sampled_from(["sample_id", "x", "y", "label", "embedding", "file_name"]), min_size=3, max_size=3),
    st.sampled_from(["csv", "parquet"]),
)
def test_vectors_of_any_cells(rows, columns, kind):
    with Place() as place:
        path = place.data / f"x.{kind}"
        if kind == "csv":
            path.write_bytes("\n".join(",".join(row) for row in [columns, *rows]).encode("utf-8", "replace"))
        else:
            cells = [[cell.encode("utf-8", "replace").decode() for cell in row] for row in rows]
            arrays = [pa.array([row[place_] for row in cells], pa.string()) for place_ in range(3)]
            pq.write_table(pa.Table.from_arrays(arrays, names=columns), path)
        ready = answered(lambda: read_vectors(path))
        if ready is not None:
            (place.data / "Blip").mkdir()
            (place.data / "Blip" / "a.png").write_bytes(PNG)
            dataset = open_dataset(place.data)
            answered(lambda: match_vectors(dataset, ready))


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=True), NASTY),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NASTY, inner, max_size=3)),
    max_leaves=8,
)


@EACH
@given(st.lists(st.tuples(NASTY, JSON, JSON, st.booleans()), max_size=5))
def test_panoptes_exports_of_any_json(rows):
    with Place() as place:
        (place.data / "Blip").mkdir()
        (place.data / "Blip" / "a.png").write_bytes(PNG)
        dataset = open_dataset(place.data)
        table = pd.DataFrame(
            [
                (person, json.dumps([{"task": "T0", "value": value}] if known else value),
                 json.dumps({"7": {"id": "Blip/a", "x": subject}} if known else subject))
                for person, value, subject, known in rows
            ],
            columns=["user_name", "annotations", "subject_data"],
        )  # fmt: skip
        path = place.data / "votes.csv"
        path.write_bytes(table.to_csv(index=False).encode("utf-8", "replace"))
        votes = answered(lambda: read_votes(path, dataset))
        if votes is not None:
            assert set(votes.table["sample_id"]) == {"Blip/a"}
            assert all(bounds.why_no_name(label) == "" for label in votes.table["label"])
            assert vote_columns(votes.table, dataset.samples.index)["votes"].sum() == len(votes.table)


TOML = st.one_of(
    st.binary(max_size=200),
    st.dictionaries(
        st.sampled_from(["default", "unverified", "people", "extra"]),
        st.one_of(st.sampled_from(["moderator", "viewer", "king", ""]), st.integers(), st.booleans()),
    ).map(lambda table: "\n".join(f"{name} = {json.dumps(value)}" for name, value in table.items()).encode()),
    st.dictionaries(NASTY, st.one_of(st.sampled_from([*ROLES, "king"]), st.integers(), st.lists(st.integers()))).map(
        lambda table: ("[people]\n" + "\n".join(f"{json.dumps(k)} = {json.dumps(v)}" for k, v in table.items())).encode(
            "utf-8", "replace"
        )
    ),
)


@EACH
@given(TOML)
def test_roles_of_any_text(data):
    with Place() as place:
        path = place.data / "roles.toml"
        path.write_bytes(data)
        roles = answered(lambda: read_roles(path))
        if roles is not None:
            assert isinstance(roles, Roles) and roles.role_of("Ada") in ROLES


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@EACH
@given(
    st.binary(max_size=300),
    st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"BM", b"II*\0", b""]),
)
def test_pictures_of_any_bytes(data, start):
    try:
        decode(start + data, where="x")
    except PictureError as error:
        assert str(error).startswith("x: ")


def bomb(width, height):
    """A PNG of a few kB that unpacks to width x height bytes."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + pixels + chunk(b"IEND", b"")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("size", [(10_000, 10_000), (65_000, 65_000), (2**31 - 1, 2**31 - 1), (2**31 - 1, 1)])
def test_a_picture_bomb_is_not_unpacked(size):
    with pytest.raises(PictureError, match=r"gigantic|damaged|truncated|cannot be read"):
        decode(bomb(*size), where="x")
