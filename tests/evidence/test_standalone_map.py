"""The standalone map: a fair sample, small enough, whole, and harmless whatever the data says."""

import base64
import io
import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.dataset import to_viridis
from core.errors import GlitchAuditError
from core.evidence.colours import STATE_COLOURS
from core.evidence.report_people import ReportPeople
from core.evidence.standalone_map import write_standalone_map
from core.evidence.standalone_map.payload import PLACE_STEPS
from core.evidence.standalone_map.sampling import stratified_rows
from tests.evidence.report_cases import small_report, suspects_of

LABELS = ["Blip"] * 20 + ["Whistle"] * 8 + ["Tomte"] * 2
CLUSTERS = [0] * 14 + [1] * 12 + [-1] * 4


def data_of(path) -> dict:
    return json.loads(re.search(r'id="map-data">(.*?)</script>', path.read_text(encoding="utf-8"), re.S)[1])


@pytest.fixture
def subject(tmp_path):
    return small_report(tmp_path / "corpus", labels=LABELS, clusters=CLUSTERS)


def test_a_small_data_set_is_shown_whole(subject, tmp_path):
    written = write_standalone_map(subject, tmp_path / "map.html")
    assert (written.shown, written.total) == (30, 30)
    assert written.path.stat().st_size == written.bytes
    assert "30 of 30 samples shown" in written.path.read_text(encoding="utf-8")
    data = data_of(written.path)
    assert data["ids"] == list(subject.samples.index)
    assert [data["labelNames"][slot] for slot in data["labels"]] == LABELS
    assert data["clusterNames"] == ["cluster 0"] * 14 + ["cluster 1"] * 12 + ["noise"] * 4


def test_places_keep_one_scale_for_both_axes(subject, tmp_path):
    wide = replace(subject, coordinates=subject.coordinates * [3, 1])
    data = data_of(write_standalone_map(wide, tmp_path / "map.html").path)
    x, y = np.array(data["x"]), np.array(data["y"])
    assert (x.min(), x.max(), y.min()) == (0, PLACE_STEPS, 0)
    assert y.max() / x.max() == pytest.approx(np.ptp(wide.coordinates[:, 1]) / np.ptp(wide.coordinates[:, 0]), abs=1e-3)
    assert np.corrcoef(x, wide.coordinates[:, 0])[0, 1] > 0.9999


def test_colours_are_those_of_the_screens(subject, tmp_path):
    label, cluster, *_ = data_of(write_standalone_map(subject, tmp_path / "map.html").path)["colourings"]
    assert dict(zip(label["names"], label["palette"], strict=True)) == {
        name: subject.taxonomy[name].colour for name in set(LABELS)
    }
    assert cluster["names"] == ["cluster 0", "cluster 1", "noise"]
    assert [label["names"][slot] for slot in label["index"]] == LABELS


def test_every_sample_has_its_own_picture(subject, tmp_path):
    rows = stratified_rows(subject.labels, subject.clusters, limit=12, seed=3)
    data = data_of(write_standalone_map(subject, tmp_path / "map.html", limit=12, seed=3).path)
    pictures = data["pictures"]
    page = Image.open(io.BytesIO(base64.b64decode(pictures["pages"][0].split(",")[1]))).convert("RGB")
    grays = np.linspace(10, 240, 30).round().astype(np.uint8)[rows]
    for cell, gray in enumerate(grays):
        column, row = cell % pictures["columns"], cell // pictures["columns"]
        left, top = column * pictures["width"], row * pictures["height"]
        seen = page.getpixel((left + pictures["width"] // 2, top + pictures["height"] // 2))
        assert np.abs(np.array(seen, int) - to_viridis(np.array([[gray]], np.uint8))[0, 0].astype(int)).max() <= 14


def test_suspicion_and_metadata_are_told(subject, tmp_path):
    suspicious = replace(subject, suspects=suspects_of(subject, np.linspace(0, 0.9, 30)))
    facts = {
        fact["name"]: fact for fact in data_of(write_standalone_map(suspicious, tmp_path / "m.html").path)["facts"]
    }
    assert facts["suggested label"]["values"] == [""] * 17 + ["Tomte"] * 13, "for flagged samples only"
    assert facts["chance that the label is wrong"]["values"][-1] == 90
    assert facts["snr"]["values"][0] == 5


def test_missing_pictures_and_places_do_no_harm(tmp_path):
    made = small_report(tmp_path / "corpus", labels=["Blip"] * 4, grays=[None, 9, 9, 9])
    coordinates = made.coordinates.copy()
    coordinates[2] = np.nan
    data = data_of(write_standalone_map(replace(made, coordinates=coordinates), tmp_path / "map.html").path)
    assert data["withoutPicture"] == [0]
    assert (data["x"][2], data["y"][2]) == (PLACE_STEPS // 2, PLACE_STEPS // 2)


@pytest.mark.parametrize("count", [0, 1])
def test_a_map_of_hardly_any_samples(tmp_path, count):
    made = small_report(tmp_path / "corpus", labels=["Blip"] * count, clusters=[-1] * count)
    assert write_standalone_map(made, tmp_path / "map.html").shown == count


def test_no_text_of_the_data_can_leave_its_place(tmp_path):
    labels = ["</script><script>alert(1)</script>", "<!--", "<img src=x onerror=alert(1)>", "{{script}}", "\u2028"]
    made = small_report(tmp_path / "corpus", labels=labels, ids=[f"{label}{n}" for n, label in enumerate(labels)])
    path = write_standalone_map(replace(made, name=labels[0]), tmp_path / "map.html").path
    source = path.read_text(encoding="utf-8")
    assert source.count("<script") == source.count("</script>") == 2
    assert "<img" not in source and "alert(1)</script>" not in source
    assert [data_of(path)["labelNames"][slot] for slot in data_of(path)["labels"]] == labels


def test_the_page_names_nothing_outside_itself(subject, tmp_path):
    source = write_standalone_map(subject, tmp_path / "map.html").path.read_text(encoding="utf-8")
    assert not re.search(r"https?://|\bfetch\(|XMLHttpRequest|WebSocket|import\(|@import|<link", source)
    assert "default-src 'none'" in source and "unsafe" not in source


def test_the_size_limit_is_kept_first_by_poorer_pictures_then_by_fewer_samples(tmp_path):
    random = np.random.default_rng(0)
    labels = random.choice(["Blip", "Whistle", "Tomte"], 600)
    made = small_report(tmp_path / "corpus", labels=labels, clusters=random.integers(-1, 4, 600))
    whole = write_standalone_map(made, tmp_path / "map.html")
    poorer = write_standalone_map(made, tmp_path / "poorer.html", max_bytes=int(whole.bytes * 0.97))
    assert poorer.shown == 600 and poorer.bytes <= whole.bytes * 0.97
    fewer = write_standalone_map(made, tmp_path / "fewer.html", max_bytes=whole.bytes // 2)
    assert 50 < fewer.shown < 600 and fewer.bytes <= whole.bytes // 2
    assert f"{fewer.shown} of 600 samples shown, a stratified sample" in fewer.path.read_text(encoding="utf-8")


def test_an_impossible_size_is_refused_and_leaves_no_file(subject, tmp_path):
    with pytest.raises(GlitchAuditError, match="no room for a sample"):
        write_standalone_map(subject, tmp_path / "map.html", max_bytes=1000)
    with pytest.raises(GlitchAuditError, match="at least one sample"):
        write_standalone_map(subject, tmp_path / "map.html", limit=0)
    assert [path.name for path in tmp_path.iterdir()] == ["corpus"]


def test_the_sample_holds_every_label_and_cluster_in_proportion():
    random = np.random.default_rng(5)
    labels = random.choice([f"label {n}" for n in range(22)], 20_000, p=random.dirichlet(np.full(22, 0.4)))
    clusters = random.choice(np.arange(-1, 40), 20_000)
    labels[:30], clusters[30:60] = [f"alone {n}" for n in range(30)], np.arange(100, 130)
    rows = stratified_rows(labels, clusters, limit=5000)
    assert len(rows) == len(set(rows.tolist())) == 5000 and (np.diff(rows) > 0).all()
    assert set(labels[rows]) == set(labels) and set(clusters[rows]) == set(clusters)
    for label in set(labels):
        assert (labels[rows] == label).sum() == pytest.approx(
            (labels == label).mean() * 5000, abs=len(set(clusters)) / 2
        )


def test_the_sample_is_the_same_for_the_same_seed_only():
    labels, clusters = np.repeat(["a", "b"], 500), np.zeros(1000, int)
    first, again, other = (stratified_rows(labels, clusters, limit=100, seed=seed).tolist() for seed in (1, 1, 2))
    assert first == again != other


def test_more_labels_than_places_and_fewer_samples_than_the_limit():
    labels = np.array([f"label {n}" for n in range(300)] + ["label 0"] * 5)
    rows = stratified_rows(labels, np.zeros(305, int), limit=10)
    assert len(rows) == 10 and "label 0" in labels[rows]
    assert stratified_rows(labels, np.zeros(305, int), limit=305).tolist() == list(range(305))
    assert stratified_rows(np.zeros(0, str), np.zeros(0, int), limit=5).tolist() == []


def test_it_offers_the_pages_colourings_where_the_data_are_there(tmp_path):
    subject = small_report(tmp_path, labels=["Blip"] * 4)
    names = [one["name"] for one in data_of(write_standalone_map(subject, tmp_path / "bare.html").path)["colourings"]]
    assert names == ["label", "cluster"]
    progress = pd.DataFrame({"sample_id": ["s0001", "s0003"], "state": ["in review", "decided"]})
    subject = replace(
        subject, suspects=suspects_of(subject, [0.05, 0.05, 0.95, 0.55]), people=ReportPeople(progress=progress)
    )
    _, _, chance, state = data_of(write_standalone_map(subject, tmp_path / "full.html").path)["colourings"]
    assert (chance["name"], state["name"]) == ("chance that the label is wrong", "state of decision")
    assert [chance["names"][slot] for slot in chance["index"]] == [
        "0 to 10 %",
        "0 to 10 %",
        "90 to 100 %",
        "50 to 60 %",
    ]
    assert chance["names"] == ["0 to 10 %", "50 to 60 %", "90 to 100 %"]
    assert [state["names"][slot] for slot in state["index"]] == ["open", "in review", "open", "decided"]
    assert state["palette"] == [STATE_COLOURS[name] for name in state["names"]] and len(state["names"]) == 3


def test_a_ledger_that_cannot_be_read_offers_no_states(tmp_path):
    subject = small_report(tmp_path, labels=["Blip"] * 4, people=ReportPeople(trouble="It is damaged."))
    names = [one["name"] for one in data_of(write_standalone_map(subject, tmp_path / "map.html").path)["colourings"]]
    assert names == ["label", "cluster"]
