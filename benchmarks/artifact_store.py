"""What keeping artifacts in a store costs: looking for one, and carrying an embedding there and back.

The store is a server on this machine (moto), so the figures are of the program and the server together, and of no
network. Run: .venv/bin/python -m benchmarks.artifact_store
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.machine import when_and_where

RESULTS = Path(__file__).parent / "results" / "artifact_store.txt"
SAMPLES = 34_332
DIMENSIONS = 2_048
LOOKS = 300


def seconds(act, *given) -> float:
    began = time.perf_counter()
    act(*given)
    return time.perf_counter() - began


def save(folder: Path, matrix: np.ndarray) -> None:
    np.save(folder / "matrix.npy", matrix)


def looks(workspace, key: str) -> float:
    """Microseconds that a look for an artifact takes, the middle of many."""
    workspace.find("embedding", key)
    return float(np.median([seconds(workspace.find, "embedding", key) for _ in range(LOOKS)]) * 1e6)


def measured(address: str | None, home: Path, matrix: np.ndarray) -> list[str]:
    from core.artifact_store import store
    from core.workspace import Workspace, store_artifact

    os.environ.pop("GLITCH_AUDIT_ARTIFACTS", None)
    if address:
        os.environ["GLITCH_AUDIT_ARTIFACTS"] = address
    store._store.cache_clear()
    first, second = (Workspace(home / name, home) for name in ("first", "second"))
    size = matrix.nbytes / 1e6
    kept = seconds(store_artifact, first, "embedding", "key", lambda folder: save(folder, matrix))
    lines = [
        f"  making and keeping {size:,.0f} MB: {kept:.2f} s",
        f"  looking for what is here: {looks(first, 'key'):,.0f} us",
        f"  looking for what is nowhere: {looks(first, 'none'):,.0f} us",
    ]
    if address:
        fetched = seconds(second.find, "embedding", "key")
        assert np.array_equal(np.load(second.cache / "embedding-key" / "matrix.npy"), matrix)
        lines.append(f"  fetching it to another machine, hashed: {fetched:.2f} s, {size / fetched:,.0f} MB/s")
    return lines


def main() -> None:
    from moto.server import ThreadedMotoServer

    lines = ["Artifacts in an object store", when_and_where(), "command: python -m benchmarks.artifact_store", ""]
    # It writes a line for each thing that it is asked.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    matrix = np.random.default_rng(0).normal(size=(SAMPLES, DIMENSIONS)).astype(np.float32)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    os.environ |= {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "any",
        "AWS_SECRET_ACCESS_KEY": "any",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    import boto3

    boto3.client("s3").create_bucket(Bucket="glitches")
    with tempfile.TemporaryDirectory() as folder:
        addresses = {"without a store": None, "a folder": f"file://{folder}/far", "s3 on loopback": "s3://glitches/x"}
        for number, (name, address) in enumerate(addresses.items()):
            lines += [f"{name}:", *measured(address, Path(folder) / str(number), matrix)]
    server.stop()
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(RESULTS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
