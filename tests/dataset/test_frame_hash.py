"""The hash of a table: everything in it counts, and nothing of how it is kept."""

import numpy as np
import pandas as pd
import pytest

from core.dataset.content import frame_hash


def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": ["Blip", "Tomte", "Blip"],
            "snr": [8.5, np.nan, 10.0],
            "run": np.array([1, 2, 3], dtype=np.int64),
            "seen": pd.Series([True, None, 3], dtype=object, index=list("abc")).to_numpy(),
            "at": pd.to_datetime(["2020-01-01", None, "2020-01-03"]),
        },
        index=pd.Index(["a", "b", "c"], name="sample_id"),
    )


CHANGES = {
    "a value": lambda t: t.assign(snr=[8.5, np.nan, 10.5]),
    "a value where there was none": lambda t: t.assign(snr=[8.5, 1.0, 10.0]),
    "a label": lambda t: t.assign(label=["Blip", "Tomte", "Whistle"]),
    "a time": lambda t: t.assign(at=pd.to_datetime(["2020-01-01", None, "2020-01-04"])),
    "an object": lambda t: t.assign(seen=pd.Series([True, None, 4], dtype=object).to_numpy()),
    "an added column": lambda t: t.assign(duration=1.0),
    "a column gone": lambda t: t.drop(columns="run"),
    "another name": lambda t: t.rename(columns={"run": "Run"}),
    "another type": lambda t: t.assign(run=t["run"].astype(float)),
    "another id": lambda t: t.rename(index={"c": "d"}),
    "two ids exchanged": lambda t: t.rename(index={"a": "b", "b": "a"}),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_change_counts(change):
    assert frame_hash(change(table())) != frame_hash(table())


KEPT_OTHERWISE = {
    "text as objects": lambda t: t.assign(label=t["label"].astype(object)),
    "text as strings": lambda t: t.assign(label=t["label"].astype("string")),
    "text as strings of pyarrow": lambda t: t.assign(label=t["label"].astype("string[pyarrow]")),
    "text as categories": lambda t: t.assign(label=t["label"].astype("category")),
    "times in nanoseconds": lambda t: t.assign(at=t["at"].astype("datetime64[ns]")),
    "times in seconds": lambda t: t.assign(at=t["at"].astype("datetime64[s]")),
    "big-endian numbers": lambda t: t.assign(snr=t["snr"].to_numpy().astype(">f8")),
    "another order of columns": lambda t: t[t.columns[::-1]],
    "another order of rows": lambda t: t.iloc[::-1],
}


@pytest.mark.parametrize("kept", KEPT_OTHERWISE.values(), ids=KEPT_OTHERWISE)
def test_how_it_is_kept_does_not_count(kept):
    assert frame_hash(kept(table())) == frame_hash(table())


def test_a_table_that_was_written_and_read_has_the_same_hash(tmp_path):
    plain = table().drop(columns="seen")
    plain.to_parquet(tmp_path / "table.parquet")
    assert frame_hash(pd.read_parquet(tmp_path / "table.parquet")) == frame_hash(plain)


def test_minus_zero_and_every_not_a_number_are_one_value():
    quiet, other = np.array([0x7FF8000000000000, 0x7FF8000000000001], dtype=np.uint64).view(np.float64)
    one = pd.DataFrame({"x": [0.0, quiet]})
    assert frame_hash(one) == frame_hash(pd.DataFrame({"x": [-0.0, other]}))


def test_numbers_that_may_be_absent():
    def frame(*values):
        return pd.DataFrame({"x": pd.array(values, dtype="Int64")})

    assert frame_hash(frame(1, None)) == frame_hash(frame(1, None))
    assert len({frame_hash(frame(1, None)), frame_hash(frame(1, 0)), frame_hash(frame(None, 1))}) == 3


def test_lists_count_by_their_values():
    def frame(rows):
        return pd.DataFrame({"vector": pd.Series(rows, dtype=object)})

    lists = frame_hash(frame([[0.5, 1.0], [2.0]]))
    assert lists == frame_hash(frame([np.array([0.5, 1.0]), np.array([2.0])]))
    assert lists != frame_hash(frame([[0.5, 1.0], [2.5]]))


def test_it_is_the_same_on_every_machine():
    # Written down once: another machine or another pandas must arrive at the same digits.
    assert frame_hash(table()) == "f6a96645a548f76f"
