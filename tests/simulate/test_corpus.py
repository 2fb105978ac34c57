"""Corpora: the same seed gives the same samples however they are batched, and the file has the agreed form."""

import io
import json
import string

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from PIL import Image

from core.dataset.model import VIEWS
from core.errors import Cancelled, GlitchAuditError
from core.simulate.corpus import METADATA_COLUMNS, choose_labels, simulate_sample, write_corpus
from core.simulate.pictures import encode_picture
from core.simulate.series import SAMPLES
from core.simulate.waveforms import CLASSES, TRAINING_SET_COUNTS


def decoded(encoded):
    with Image.open(io.BytesIO(encoded)) as picture:
        return np.asarray(picture.convert("L"))


def test_a_sample_depends_on_seed_and_index_alone():
    labels = choose_labels(5, seed=3)
    samples = [simulate_sample(label, seed=3, index=index) for index, label in enumerate(labels)]
    assert all(sample.series.shape == (SAMPLES,) for sample in samples)
    assert choose_labels(2, seed=3, first=2) == labels[2:4]
    alone = simulate_sample(labels[4], seed=3, index=4)
    assert np.array_equal(alone.series, samples[4].series)
    assert alone.metadata == samples[4].metadata
    assert not np.array_equal(alone.series, simulate_sample(labels[4], seed=4, index=4).series)


def test_class_shares_follow_the_training_set_or_are_uniform():
    drawn = pd.Series(choose_labels(6000, seed=1)).value_counts(normalize=True)
    wanted = TRAINING_SET_COUNTS["Blip"] / sum(TRAINING_SET_COUNTS.values())
    # Four standard deviations of a binomial share.
    assert drawn["Blip"] == pytest.approx(wanted, abs=4 * np.sqrt(wanted * (1 - wanted) / 6000))
    uniform = pd.Series(choose_labels(6000, seed=1, shares="uniform")).value_counts(normalize=True)
    assert set(uniform.index) == set(CLASSES)
    assert uniform.max() < 1.5 / 22
    with pytest.raises(GlitchAuditError, match="shares"):
        choose_labels(1, seed=1, shares="equal")


def test_metadata_looks_like_gravity_spy():
    sample = simulate_sample("Whistle", seed=1, index=0)
    assert len(sample.sample_id) == 10
    assert set(sample.sample_id) <= set(string.ascii_letters + string.digits)
    assert tuple(sample.metadata) == METADATA_COLUMNS
    assert sample.metadata["ifo"] in ("H1", "L1")
    assert sample.metadata["sample_type"] in ("train", "validation", "test")
    assert 1126051217 <= sample.metadata["event_time"] <= 1187733618


def test_ids_do_not_repeat():
    ids = {simulate_sample("No_Glitch", seed=1, index=index).sample_id for index in range(60)}
    assert len(ids) == 60


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    out = tmp_path_factory.mktemp("corpus") / "deep" / "corpus.parquet"
    seen = []
    write_corpus(out, 5, 11, on_progress=lambda done, total: seen.append((done, total)))
    return out, seen


def test_the_file_has_one_row_a_picture_and_says_how_it_was_made(corpus):
    out, seen = corpus
    table = pq.read_table(out)
    assert table.column_names == ["sample_id", "view", "picture", *METADATA_COLUMNS]
    notes = json.loads(table.schema.metadata[b"glitch_audit"])
    assert notes["energy"] == "uint8 tenths"
    assert notes["seed"] == 11
    assert "--samples 5 --seed 11" in notes["made_by"]
    rows = table.to_pandas()
    assert list(rows["view"]) == list(VIEWS) * 5
    assert rows["sample_id"].nunique() == 5
    assert all(decoded(picture).shape == (140, 170) for picture in rows["picture"])
    assert seen == [(5, 5)]


def test_writing_twice_gives_the_same_bytes_and_leaves_nothing_behind(corpus, tmp_path):
    out, _ = corpus
    again = tmp_path / "again.parquet"
    write_corpus(again, 5, 11)
    assert again.read_bytes() == out.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["again.parquet"]


def test_a_cancelled_run_leaves_no_file(tmp_path):
    def stop(_done, _total):
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        write_corpus(tmp_path / "corpus.parquet", 1, 1, on_progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_bad_requests_are_sentences(tmp_path):
    with pytest.raises(GlitchAuditError, match="at least one sample"):
        write_corpus(tmp_path / "corpus.parquet", 0, 1)
    (tmp_path / "file").write_text("")
    with pytest.raises(GlitchAuditError, match="cannot be written"):
        write_corpus(tmp_path / "file" / "corpus.parquet", 1, 1)


def test_encoding_keeps_energy_within_the_stated_error():
    ramp = np.tile(np.linspace(0, 255, 170).round().astype(np.uint8), (140, 1))
    kept = decoded(encode_picture(ramp)).astype(int)
    assert np.sqrt(np.mean((kept - ramp) ** 2)) < 2
    flat = np.full((140, 170), 255, dtype=np.uint8)
    assert np.array_equal(decoded(encode_picture(flat)), flat)
