"""The report's figures: what they show, what they say of themselves, and that odd data does not break them."""

import io
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageColor

from core.dataset import to_viridis
from core.evidence.figures.atlas import cluster_atlas
from core.evidence.figures.drift import best_column, drift_case_study
from core.evidence.figures.maps import map_by_cluster, map_by_label
from core.evidence.figures.paper import WIDTH, Paper, plain
from core.evidence.figures.pictures import by_intensity, evenly_spaced
from core.evidence.figures.sheets import cluster_contact_sheet, intensity_strip, suspects_sheet
from core.evidence.figures.tables import ambiguity_table, entropy_comparison
from core.workspace import PROJECT_ROOT
from tests.evidence.report_cases import case_of, drift_of, small_report, suspects_of

MIXED = ["Blip"] * 12 + ["Whistle"] * 6 + ["Tomte"] * 4 + ["Helix"] * 8
CLUSTERS = [0] * 12 + [1] * 10 + [2] * 4 + [-1] * 4


@pytest.fixture
def subject(tmp_path):
    made = small_report(tmp_path, labels=MIXED, clusters=CLUSTERS)
    made = replace(made, suspects=suspects_of(made, np.linspace(0, 0.9, len(MIXED))), case=case_of(made))
    return replace(made, drifts=(drift_of(made),))


FIGURES = {
    "map by label": (map_by_label, "30 samples, 4 labels", ("UMAP, seed 7", "map a2a2")),
    "map by cluster": (map_by_cluster, "30 samples, 3 clusters, 4 samples in none", ("HDBSCAN, at least 5",)),
    "ranked": (ambiguity_table, "26 samples in 3 clusters, noise left out", ("9 shuffles", "clustering c3c3")),
    "entropy": (entropy_comparison, "26 samples in 3 clusters, noise left out", ("9 shuffles", "clustering c3c3")),
    "atlas": (cluster_atlas, "26 samples in 3 clusters", ("HDBSCAN, at least 5", "clustering c3c3")),
    "by label": (lambda s: cluster_contact_sheet(s, 1), "10 of 30 samples in cluster 1", ("clustering c3c3",)),
    "strip": (lambda s: intensity_strip(s, 1), "10 of 10 samples with a picture in cluster 1", ("clustering c3c3",)),
    "suspects": (suspects_sheet, "30 samples ranked, 13 flagged, 13 shown", ("a test's vectors", "embedding e1e1")),
    "drift": (lambda s: drift_case_study(s, s.drifts[0]), "30 samples", ("0.95 (0.90 to 0.99)", "drift f4f4")),
}


def pixels_of(figure) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(figure.png)).convert("RGB")).astype(int)


def has_colour(pixels: np.ndarray, colour, *, count: int = 60) -> bool:
    wanted = np.array(ImageColor.getrgb(colour) if isinstance(colour, str) else colour, dtype=int)
    return (np.abs(pixels - wanted).max(axis=2) <= 2).sum() >= count


def tile_grays(figure) -> list[tuple[int, int, int]]:
    """Where uniform pictures lie: the colour in the middle of each run of one colour, row by row of tiles."""
    pixels = pixels_of(figure)
    energies = {tuple(colour) for colour in to_viridis(np.arange(256, dtype=np.uint8)[None])[0].tolist()}
    found, seen_rows = [], set()
    for y in range(0, len(pixels), 20):
        row = [tuple(colour) for colour in pixels[y].tolist()]
        runs, start = [], 0
        for x in range(1, len(row) + 1):
            if x == len(row) or row[x] != row[start]:
                if x - start > 60 and near_any(row[start], energies):
                    runs.append(row[start])
                start = x
        if runs and tuple(runs) not in seen_rows:
            seen_rows.add(tuple(runs))
            found += runs
    return found


def near_any(colour, energies) -> bool:
    return min(max(abs(a - b) for a, b in zip(colour, energy, strict=True)) for energy in energies) <= 4


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_says_how_many_samples_with_which_parameters_from_which_result(subject, name):
    draw, counted, parts = FIGURES[name]
    figure = draw(subject)
    assert Image.open(io.BytesIO(figure.png)).size[0] == WIDTH
    assert figure.caption.startswith(f"corpus, {counted}")
    assert all(part in figure.caption for part in (*parts, "data set d0d0", "Glitch Audit 9.9"))
    assert figure.title and figure.reading


def test_maps_show_every_label_and_cluster_in_its_colour(subject):
    pixels = pixels_of(map_by_label(subject))
    assert all(has_colour(pixels, subject.taxonomy[label].colour) for label in set(MIXED))


@pytest.mark.parametrize("name", ["atlas", "by label", "suspects", "strip"])
def test_label_colours_are_the_same_beside_pictures(subject, name):
    """Pictures are saved in few colours; labels must not lose theirs to them."""
    pixels = pixels_of(FIGURES[name][0](subject))
    shown = {"atlas": "Blip", "by label": "Whistle", "suspects": "Tomte", "strip": "Whistle"}[name]
    assert has_colour(pixels, subject.taxonomy[shown].colour, count=90)


def test_sixty_labels_keep_their_colours_beside_pictures(tmp_path):
    labels = [f"A long name of label {number}" for number in range(60) for _ in range(2)]
    made = small_report(tmp_path, labels=labels, clusters=np.arange(120) // 2)
    found, counts = np.unique(pixels_of(cluster_atlas(made)) @ [65536, 256, 1], return_counts=True)
    drawn = dict(zip(found.tolist(), counts.tolist(), strict=True))
    assert min(drawn.get(int(made.taxonomy[label].colour[1:], 16), 0) for label in set(labels)) >= 90


def test_a_contact_sheet_has_the_commonest_labels_first_each_from_faint_to_bright(tmp_path):
    labels = ["Blip"] * 3 + ["Whistle"] * 5
    made = small_report(tmp_path, labels=labels, grays=[200, 100, 40, 250, 10, 60, 160, 120])
    brightness = [sum(colour) for colour in tile_grays(cluster_contact_sheet(made, 0))]
    assert len(brightness) == 8
    assert brightness[:5] == sorted(brightness[:5]) and brightness[5:] == sorted(brightness[5:])
    assert "cluster 0 by label" in cluster_contact_sheet(made, 0).title.lower()


def test_a_contact_sheet_shows_at_most_six_labels_and_five_samples(tmp_path):
    labels = [f"label {number}" for number in range(8) for _ in range(7)]
    figure = cluster_contact_sheet(small_report(tmp_path, labels=labels), 0)
    assert "the 6 commonest of 8 labels" in figure.title
    assert len(tile_grays(figure)) == 6 * 5


def test_a_strip_is_ordered_by_intensity(tmp_path):
    grays = np.random.default_rng(1).permutation(np.linspace(5, 250, 9)).round().astype(int).tolist()
    tiles = tile_grays(intensity_strip(small_report(tmp_path, labels=["Blip"] * 9, grays=grays), 0))
    assert len(tiles) == 9
    assert [sum(colour) for colour in tiles] == sorted(sum(colour) for colour in tiles)


def test_the_suspects_sheet_starts_with_the_worst_and_needs_suspects(subject):
    tiles = tile_grays(suspects_sheet(subject))
    # The last samples are both the brightest and the most suspect.
    assert sum(tiles[0]) == max(sum(colour) for colour in tiles)
    assert suspects_sheet(replace(subject, suspects=None)) is None
    assert suspects_sheet(replace(subject, suspects=subject.suspects.head(0))) is None


def test_figures_of_clusters_need_clusters(tmp_path):
    made = small_report(tmp_path, labels=["Blip"] * 3, clusters=[-1] * 3)
    assert [draw(made) for draw in (ambiguity_table, entropy_comparison, cluster_atlas)] == [None, None, None]
    assert map_by_cluster(made).caption.startswith("corpus, 3 samples, 0 clusters, 3 samples in none")


def test_the_null_and_the_intervals_are_drawn_where_the_table_has_them(subject):
    bare = entropy_comparison(subject)
    numbers = {"entropy_low": 0.1, "entropy_high": 0.9, "null_entropy": 1.5, "q_value": 0.2}
    full = entropy_comparison(replace(subject, cluster_table=subject.cluster_table.assign(**numbers)))
    assert (pixels_of(bare) != pixels_of(full)).sum() > 1000


@pytest.mark.parametrize("label", ["$x", "$a$ \\frac{", "<b>", "a\nb", "字", "x" * 300, "_"])
def test_any_label_can_be_drawn(tmp_path, label):
    made = small_report(tmp_path, labels=[label] * 6 + ["Blip"] * 3)
    for draw in (map_by_label, ambiguity_table, cluster_atlas):
        assert draw(made).png.startswith(b"\x89PNG")
    assert cluster_contact_sheet(made, 0).png and intensity_strip(made, 0).png


def test_dollar_signs_are_no_mathematics_and_lines_stay_single():
    assert plain("a $x$\n b") == r"a \$x\$ b"


def test_words_are_shortened_to_their_place():
    paper = Paper("t", "c", body=10)
    short = paper.fit("Low_Frequency_Burst" * 5, 100)
    assert short.endswith("…") and paper.measure(short) <= 100 < paper.measure(short[:-1] + "Low")
    assert paper.fit("Blip", 100) == "Blip"


def test_a_sample_without_a_picture_is_a_gray_tile_only_where_there_is_nothing_else(tmp_path):
    made = small_report(tmp_path, labels=["Blip"] * 4, grays=[None, 50, 100, 150])
    assert by_intensity(made, np.arange(4)).tolist() == [1, 2, 3]
    gone = small_report(tmp_path / "gone", labels=["Blip"] * 4, grays=[None] * 4)
    assert by_intensity(gone, np.arange(4)).tolist() == [0, 1, 2, 3]
    assert len(tile_grays(cluster_contact_sheet(gone, 0))) == 0
    assert cluster_atlas(gone).png and intensity_strip(gone, 0).png


@pytest.mark.parametrize(("count", "expected"), [(9, list(range(5))), (3, [0, 2, 4]), (2, [0, 4]), (1, [2])])
def test_evenly_spaced_takes_both_ends(count, expected):
    assert evenly_spaced(np.arange(5), count).tolist() == expected


def test_the_drift_shows_the_column_that_follows_it_best(subject):
    rows = np.arange(30)
    noise = np.random.default_rng(0).permutation(30) + 1.0
    samples = subject.samples.assign(peak_frequency=noise, duration=np.linspace(9, 1, 30) ** 3)
    changed = replace(subject, samples=samples.drop(columns="snr"))
    name, values, correlation = best_column(changed, rows, np.linspace(0, 1, 30))
    assert name == "duration" and correlation == pytest.approx(-1)
    assert np.allclose(values, np.log10(samples["duration"]))


def test_a_drift_without_columns_or_of_unknown_samples_is_still_drawn(subject):
    bare = replace(subject, samples=subject.samples[["label"]], case=None)
    assert drift_case_study(bare, bare.drifts[0]).png
    strange = replace(subject.drifts[0], sample_ids=tuple(f"x{n}" for n in range(30)))
    assert drift_case_study(replace(subject, case=None), strange).caption.startswith("corpus, 0 samples")


def test_long_legends_end_in_all_others(tmp_path):
    labels = [f"label {number:02d}" for number in range(60)]
    assert map_by_label(small_report(tmp_path, labels=labels)).caption.startswith("corpus, 60 samples, 60 labels")


def test_drawing_needs_no_pyplot_and_importing_no_matplotlib():
    code = (
        "import sys, core.evidence.report.report\n"
        "assert 'matplotlib' not in sys.modules\n"
        "from core.evidence.figures.paper import Paper\n"
        "paper = Paper('title', 'caption', body=20)\n"
        "paper.axes(0, 0, 100, 20).plot([1, 2])\n"
        "assert paper.png() and 'matplotlib.pyplot' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_table_with_missing_columns_is_drawn(subject):
    bare = pd.DataFrame(
        {"n": [9], "top_label": ["Blip"], "purity": [1.0], "ambiguity": [0.0]}, index=pd.Index([0], name="cluster")
    )
    assert all(
        draw(replace(subject, cluster_table=bare)).png for draw in (ambiguity_table, entropy_comparison, cluster_atlas)
    )
