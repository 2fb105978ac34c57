"""Small files that grow when they are read; `benchmarks/hostile_files.py` measures what they take."""

from __future__ import annotations

import io
import struct
import zipfile

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image


def dictionary(rows: int = 10_000) -> bytes:
    """A Parquet of corrections whose one label, 1 MB long, stands in every row."""
    out = io.BytesIO()
    column = pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array(["x" * 1_000_000]))
    ids = pa.array([f"s{number}" for number in range(rows)])
    pq.write_table(pa.table({"sample_id": ids, "proposed_label": column}), out, compression="zstd")
    return out.getvalue()


def wide() -> bytes:
    """A CSV of corrections with 992 columns and 900,000 rows that fill two of them."""
    names = ["sample_id", "proposed_label", *(f"c{number}" for number in range(990))]
    return (",".join(names) + "\n" + "a,b\n" * 900_000).encode()


def million_columns() -> bytes:
    """A CSV of a million columns."""
    return b"id," + b",".join(b"c%d" % number for number in range(1_000_000)) + b"\na,1\n"


def links() -> bytes:
    """An HDF5 file of 120 links to itself."""
    out = io.BytesIO()
    with h5py.File(out, "w") as file:
        for number in range(120):
            file[f"again{number}"] = file["/"]
    return out.getvalue()


def pixels() -> bytes:
    """A PNG of 40 megapixels of 16 bits."""
    out = io.BytesIO()
    Image.fromarray(np.zeros((5_000, 8_000), np.uint16)).save(out, "PNG")
    return out.getvalue()


def entries(count: int) -> bytes:
    """A ZIP whose directory lists one entry ``count`` times, and says so only in its 64-bit end record."""
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 0, 0, 33, 0, 0, 0, 1, 0) + b"a"
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    size, start = len(entry) * count, len(local)
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, start + size, 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(entry), start, 0)
    return local + entry * count + end64 + locator + end


def zeros(files: int = 40) -> bytes:
    """A ZIP of pictures of 45 MB that are nothing but zeros."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(files):
            archive.writestr(f"{number}.png", bytes(45_000_000))
    return out.getvalue()
