"""Duplicates: exact ones, near ones without a fixed threshold, conflicts and leaks first."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import f as f_distribution

from core.audit.duplicates import _chances, candidate_samples, find_twins, hash_pictures, near_duplicate_groups
from core.dataset.pictures import PictureError


def scattered(count, seed=0, dimensions=8):
    return np.random.default_rng(seed).normal(size=(count, dimensions))


def unit(matrix):
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def test_nothing_is_found_among_ordinary_neighbours(make_input):
    found = [len(find_twins(make_input(scattered(300, seed), ["a"] * 300))) for seed in range(5)]
    # At a false-discovery rate of 5 %, all-ordinary data give a false pair in one data set of twenty.
    assert sum(found) <= 1


def test_exact_and_near_duplicates_conflicts_and_leaks_first(make_input):
    random = np.random.default_rng(1)
    matrix = unit(scattered(200))
    copies = matrix[[10, 20, 30]]
    near = unit(matrix[[40]] + 0.008 * random.normal(size=(1, 8)))
    labels = np.array(["a"] * 204)
    labels[201] = "b"
    split = np.array(["train"] * 204)
    split[200] = "test"
    case = make_input(np.concatenate([matrix, copies, near]), labels, split=split)
    table = find_twins(case)
    assert list(table["first"]) == ["s00020", "s00010", "s00030", "s00040"]
    assert list(table["second"]) == ["s00201", "s00200", "s00202", "s00203"]
    assert list(table["kind"]) == ["exact", "exact", "exact", "near"]
    assert list(table["conflict"]) == [True, False, False, False]
    assert list(table["leak"]) == [False, True, False, False]
    assert list(table[["split_first", "split_second"]].iloc[1]) == ["train", "test"]


def test_three_copies_are_three_pairs_and_one_group(make_input):
    matrix = unit(scattered(100))
    case = make_input(np.concatenate([matrix, matrix[[7, 7]]]), ["a"] * 102)
    assert len(find_twins(case)) == 3
    groups = near_duplicate_groups(case)
    assert groups[7] == groups[100] == groups[101]
    assert len(np.unique(groups)) == 100


def test_hashes_decide_what_is_exact(make_input):
    matrix = unit(scattered(60))
    case = make_input(np.concatenate([matrix, matrix[:2]]), ["a"] * 62)
    hashes = {"s00000": {"": "x"}, "s00060": {"": "x"}, "s00001": {"": "y"}, "s00061": {"": "z"}}
    table = find_twins(case, picture_hashes=hashes).set_index("first")
    assert table["kind"].to_dict() == {"s00000": "exact", "s00001": "near"}


def test_views_of_one_glitch_are_one_group_and_no_twins(make_input):
    matrix = np.repeat(unit(scattered(40)), 4, axis=0)
    glitches = np.repeat(np.arange(40), 4)
    case = make_input(matrix, ["a"] * 160, glitches=glitches)
    assert find_twins(case).empty
    groups = near_duplicate_groups(case)
    assert len(np.unique(groups)) == 40
    assert (groups == glitches).all()


def test_the_same_event_triggered_on_twice(make_input):
    matrix = scattered(60)
    times = 1_126_259_446.0 + 100 * np.arange(60)
    case = make_input(matrix, ["a"] * 60, event_time=times, detector=["H1"] * 60)
    first, second = 0, int(case.neighbours.indices[0, 0])
    assert find_twins(case).empty
    times[second] = times[first] + 0.01
    row = find_twins(make_input(matrix, ["a"] * 60, event_time=times, detector=["H1"] * 60)).iloc[0]
    assert {row["first"], row["second"]} == {f"s{first:05d}", f"s{second:05d}"}
    views = np.where(np.arange(60) == second, "0.5", "1.0")
    assert find_twins(make_input(matrix, ["a"] * 60, event_time=times, view=views)).empty
    detectors = ["H1"] * 60
    detectors[second] = "L1"
    assert find_twins(make_input(matrix, ["a"] * 60, event_time=times, detector=detectors)).empty


def test_the_chance_is_the_tail_of_the_f_distribution():
    distances = np.array([[0.001, *np.linspace(0.1, 0.3, 14)]])
    logarithms = 0.5 * np.log(distances[0])
    gaps = np.diff(logarithms) * np.arange(1, 15)
    others = gaps[1:]
    expected = f_distribution.sf(gaps[0] / others.mean(), 2, 2 * len(others))
    # Four numbers of copies are tried.
    assert _chances(distances)[0, 0] == pytest.approx(4 * expected)


def test_samples_without_picture_are_nobodys_twins(make_input):
    matrix = scattered(40)
    matrix[:5] = 0
    assert find_twins(make_input(matrix, ["a"] * 40)).empty


def test_everything_the_same(make_input):
    case = make_input(np.ones((12, 3)), ["a", "b"] * 6)
    assert len(find_twins(case)) == 66
    assert len(np.unique(near_duplicate_groups(case))) == 1


@pytest.mark.parametrize("count", [0, 1, 2])
def test_hardly_any_samples(make_input, count):
    case = make_input(np.eye(3)[:count], ["a"] * count)
    table = find_twins(case)
    assert table.empty
    assert "conflict" in table
    assert len(near_duplicate_groups(case)) == count


def test_only_candidates_are_read_and_broken_pictures_have_no_hash(make_input):
    matrix = unit(scattered(60))
    case = make_input(np.concatenate([matrix, matrix[:3]]), ["a"] * 63)
    content = {"s00000": b"one", "s00060": b"one", "s00001": b"", "s00061": b"", "s00002": b"two"}
    read = []

    class Store:
        def read(self, location):
            read.append(location)
            if location not in content:
                raise PictureError("gone")
            return content[location]

    ids = case.samples.index
    pictures = pd.DataFrame({"sample_id": ids, "view": "picture", "location": ids})
    candidates = candidate_samples(case)
    hashes = hash_pictures(candidates, pictures, Store())
    assert set(candidates) == {"s00000", "s00001", "s00002", "s00060", "s00061", "s00062"}
    assert sorted(read) == sorted(candidates)
    assert set(hashes) == {"s00000", "s00060", "s00002"}
    assert hashes["s00000"] == hashes["s00060"] != hashes["s00002"]
