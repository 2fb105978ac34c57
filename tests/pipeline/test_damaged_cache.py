"""A damaged cache heals: what is cut, empty, flipped or missing is set aside and made again, with a line in the log."""

import logging
import os
import shutil

import numpy as np
import pytest

from core.errors import GlitchAuditError
from core.pipeline import snapshot
from core.pipeline.audit import load_audit, run_audit
from core.pipeline.settings import load_settings
from core.pipeline.snapshot import read_dataset, read_snapshot
from core.pipeline.stage_keys import stage_keys
from core.pipeline.stages import load_prepared, prepare, prepared_key
from core.seals import SEAL_FILE, is_sealed
from core.workspace import Workspace, cached_stage, load_stage, store_artifact

STAGES = ("dataset", "embedding", "neighbours", "layout", "clustering", "previews")


def silent(progress):
    return None


@pytest.fixture
def prepared(make_workspace):
    """A prepared workspace of coordinates, so that nothing heavy is imported."""
    generator = np.random.default_rng(3)
    points = np.concatenate([generator.normal(centre, 0.1, (30, 2)) for centre in (0, 5)])
    workspace = make_workspace(["a"] * 30 + ["b"] * 30, points)
    return prepare(workspace, report=silent)


def only(workspace, stage):
    folders = [path for path in workspace.cache.glob(f"{stage}-*") if ".damaged-" not in path.name]
    # There are two layouts: the map, and the one that is clustered.
    return folders[0] if len(folders) == 1 else workspace.cache / f"layout-{load_map(workspace)}"


def load_map(workspace):
    """The key of the map's layout."""
    dataset, settings = read_snapshot(workspace), load_settings(workspace)
    return stage_keys(dataset, settings).layout


def unseal(workspace):
    """As versions up to 0.4 left it."""
    for path in workspace.cache.glob(f"*/{SEAL_FILE}"):
        path.unlink()


def emptied(path):
    path.write_bytes(b"")


def cut(path):
    os.truncate(path, path.stat().st_size // 2)


def gone(path):
    path.unlink()


def flipped(path):
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def heal(workspace):
    """What a person does who finds no map: read the data set where that was lost, and prepare."""
    if read_snapshot(workspace) is None:
        read_dataset(workspace)
    return prepare(workspace, report=silent)


@pytest.mark.parametrize("harm", [emptied, cut, gone, flipped])
@pytest.mark.parametrize("stage", STAGES)
def test_each_file_of_each_stage_heals(prepared, stage, harm, caplog):
    workspace, key = prepared.workspace, prepared_key(prepared.workspace)
    names = sorted(path.name for path in only(workspace, stage).iterdir())
    if harm is gone:
        names.remove(SEAL_FILE)  # without it, a folder is one of an older version
    for number, name in enumerate(names):
        harm(only(workspace, stage) / name)
        assert load_prepared(workspace) is None, name
        with caplog.at_level(logging.WARNING):
            again = heal(workspace)
        assert again.fingerprint == prepared.fingerprint
        assert prepared_key(workspace) == key
        said = [record.getMessage() for record in caplog.records if "is damaged" in record.getMessage()]
        assert len(said) == number + 1 and only(workspace, stage).name in said[-1], said
    assert 0 < len(list(workspace.cache.glob("*.damaged-*"))) <= 3


@pytest.mark.parametrize("harm", [emptied, cut, gone])
@pytest.mark.parametrize("stage", STAGES)
def test_what_older_versions_left_without_a_seal_is_used_and_heals_where_it_does_not_load(prepared, stage, harm):
    workspace = prepared.workspace
    unseal(workspace)
    assert load_prepared(workspace).fingerprint == prepared.fingerprint
    assert not list(workspace.cache.glob(f"*/{SEAL_FILE}"))
    for name in sorted(path.name for path in only(workspace, stage).iterdir() if path.suffix != ".jpg"):
        if name == "seen.npy" and harm is gone:
            continue  # older still: then it is asked in another way
        harm(only(workspace, stage) / name)
        snapshot._kept.cache_clear()  # as in another process
        assert load_prepared(workspace) is None, name
        assert heal(workspace).fingerprint == prepared.fingerprint
        assert is_sealed(only(workspace, stage))
        unseal(workspace)


def test_a_damaged_audit_counts_as_not_made_and_is_made_again(prepared):
    audit = run_audit(prepared, report=silent)
    workspace = prepared.workspace
    for stage in ("suspects", "stability", "findings", "verdicts", "drifts"):
        for path in sorted(only(workspace, stage).iterdir()):
            cut(only(workspace, stage) / path.name)
            assert load_audit(prepared) is None
            assert run_audit(prepared, report=silent).fingerprint == audit.fingerprint
    assert load_audit(prepared).fingerprint == audit.fingerprint


def test_a_damaged_pointer_to_the_data_set_means_that_it_is_read_again(prepared):
    (prepared.workspace.cache / "dataset.json").write_text('{"version"')
    assert read_snapshot(prepared.workspace) is None
    assert heal(prepared.workspace).fingerprint == prepared.fingerprint


def test_a_source_that_is_gone_is_no_damage(prepared):
    shutil.move(prepared.workspace.source, prepared.workspace.source.with_name("elsewhere"))
    snapshot._dataset.cache_clear()
    with pytest.raises(GlitchAuditError, match="put it back"):
        read_snapshot(prepared.workspace)
    assert not list(prepared.workspace.cache.glob("*.damaged-*"))


def write(text):
    return lambda folder: (folder / "value").write_text(text)


def value(folder):
    return (folder / "value").read_text()


@pytest.mark.parametrize("harm", [emptied, cut, gone, flipped])
def test_what_came_with_the_project_is_made_anew_beside_it_and_never_changed(tmp_path, harm, caplog):
    shipped = store_artifact(Workspace(tmp_path, tmp_path), "layout", "key", write("shipped")).parent
    workspace = Workspace(tmp_path / "w", tmp_path, shipped=shipped)
    harm(shipped / "layout-key" / "value")
    before = sorted((path.name, path.read_bytes()) for path in (shipped / "layout-key").iterdir())
    assert load_stage(workspace, "layout", "key", value) is None

    def run(build):
        return cached_stage(
            workspace,
            "layout",
            "key",
            load=value,
            save=lambda text, folder: write(text)(folder),
            build=build,
        )

    with caplog.at_level(logging.WARNING):
        assert run(lambda: "made anew") == "made anew"
    assert len(caplog.records) == 1 and "is damaged: made again in" in caplog.records[0].getMessage()
    assert run(lambda: pytest.fail("it is there")) == "made anew"
    assert sorted((path.name, path.read_bytes()) for path in (shipped / "layout-key").iterdir()) == before


def test_what_this_process_may_not_read_is_not_taken_for_damaged(tmp_path):
    workspace = Workspace(tmp_path / "w", tmp_path)
    store_artifact(workspace, "layout", "key", write("whole"))

    def refused(folder):
        raise PermissionError(13, "Permission denied")

    with pytest.raises(GlitchAuditError, match="cannot be read"):
        load_stage(workspace, "layout", "key", refused)
    assert load_stage(workspace, "layout", "key", value) == "whole"


def test_of_what_was_set_aside_the_latest_three_are_kept(tmp_path):
    workspace = Workspace(tmp_path / "w", tmp_path)
    for number in range(6):
        store_artifact(workspace, "layout", "key", write(f"number {number}"))
        emptied(workspace.cache / "layout-key" / "value")
    store_artifact(workspace, "layout", "key", write("whole"))
    asides = sorted(path.name for path in workspace.cache.glob("*.damaged-*"))
    assert asides == [f"layout-key.damaged-{number}" for number in (4, 5, 6)]
    assert load_stage(workspace, "layout", "key", value) == "whole"


def test_a_stage_at_work_is_left_to_heal_what_is_damaged(tmp_path):
    from core.workspace import lock_of

    workspace = Workspace(tmp_path / "w", tmp_path)
    folder = store_artifact(workspace, "layout", "key", write("x"))
    (folder / SEAL_FILE).unlink()
    (folder / "value").unlink()
    with lock_of(workspace.cache / ".layout.lock"):
        assert load_stage(workspace, "layout", "key", value) is None
        assert folder.is_dir()
    assert load_stage(workspace, "layout", "key", value) is None
    assert not folder.exists()
