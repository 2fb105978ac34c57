"""The command line: what it says, what it makes, how it refuses."""

import os

import numpy as np
import pytest

from core.commands.parser import main
from core.errors import GlitchAuditError
from core.jobs.job import JobReporter, job_status
from core.pipeline.settings import Settings, load_settings, save_settings
from core.pipeline.stages import load_prepared, prepared_key
from core.progress import Progress
from core.workspace import HOME_VARIABLE

RNG = np.random.default_rng(3)
LABELS = ["Blip"] * 20 + ["Whistle"] * 20
MATRIX = np.concatenate([RNG.normal(0, 0.3, (20, 2)), RNG.normal((6, 0), 0.3, (20, 2))])


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))


def test_opening_says_what_was_recognised(tmp_path, capsys):
    from PIL import Image

    (tmp_path / "data" / "Blip").mkdir(parents=True)
    Image.new("L", (17, 14)).save(tmp_path / "data" / "Blip" / "one.png")
    (tmp_path / "data" / "Blip" / "two.png").write_bytes(b"")
    main(["open", str(tmp_path / "data")])
    said = capsys.readouterr().out
    assert "class folders" in said and "1 samples, 1 pictures, 1 labels" in said
    assert "left out" in said and "two.png" in said


def test_a_missing_folder_is_one_sentence_and_status_1(tmp_path):
    with pytest.raises(SystemExit) as stop:
        main(["open", str(tmp_path / "nowhere")])
    assert "there is no such file or folder" in str(stop.value)
    assert "\n" not in str(stop.value)


def test_zero_samples_are_refused(tmp_path):
    with pytest.raises(SystemExit, match="at least 1"):
        main(["simulate", "--samples", "0", "--out", str(tmp_path / "x.parquet")])


def test_simulating_writes_a_file_that_opens(tmp_path, capsys):
    main(["simulate", "--samples", "2", "--seed", "5", "--out", str(tmp_path / "s.parquet")])
    main(["open", str(tmp_path / "s.parquet")])
    assert "2 samples, 8 pictures" in capsys.readouterr().out


def test_status_of_a_data_set_that_was_never_opened(tmp_path, capsys):
    main(["status", str(tmp_path)])
    assert "results: not made yet" in capsys.readouterr().out


def test_auditing_before_there_is_a_map_says_what_to_do_first(make_workspace, capsys):
    workspace = make_workspace(LABELS, MATRIX)
    with pytest.raises(SystemExit, match="has no map yet: make it first with: python -m core prepare"):
        main(["audit", str(workspace.source)])


def test_a_report_of_what_was_not_audited_audits_it_first(make_workspace, tmp_path, capsys):
    workspace = make_workspace(LABELS, MATRIX)
    main(["prepare", str(workspace.source), "--no-audit", "--quiet"])
    main(["report", "--workspace", str(workspace.source), "--out", str(tmp_path / "out"), "--quiet"])
    assert (tmp_path / "out" / "report.html").is_file()
    main(["status", str(workspace.source)])
    assert "audit: ready" in capsys.readouterr().out


def test_a_map_before_the_report_is_asked_for(make_workspace, tmp_path):
    workspace = make_workspace(LABELS, MATRIX)
    with pytest.raises(SystemExit, match="has no map yet"):
        main(["report", "--workspace", str(workspace.source), "--out", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()


def test_a_command_says_in_one_sentence_that_the_page_is_at_work(make_workspace):
    workspace = make_workspace(LABELS, MATRIX)
    with JobReporter(workspace) as page:
        page.report(Progress("Embedding pictures", 3, 10, None, None))
        for command in ("prepare", "embed"):
            with pytest.raises(SystemExit, match="under way") as stop:
                main([command, str(workspace.source)])
            assert "\n" not in str(stop.value) and "embedding pictures" in str(stop.value)
        page.done("made")
    assert job_status(workspace).message == "made"


def test_the_page_sees_what_a_command_does(make_workspace, monkeypatch):
    workspace = make_workspace(LABELS, MATRIX)
    seen = []

    def prepare(*_, **__):
        seen.append(job_status(workspace))
        raise GlitchAuditError("enough")

    monkeypatch.setattr("core.pipeline.stages.prepare", prepare)
    with pytest.raises(SystemExit, match="enough"):
        main(["prepare", str(workspace.source), "--quiet"])
    assert seen[0].running and seen[0].subject == "prepare" and seen[0].process == os.getpid()
    assert (job_status(workspace).state, job_status(workspace).message) == ("failed", "enough")


def test_an_unreadable_source_leaves_no_workspace_behind(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(SystemExit, match="no pictures"):
        main(["prepare", str(tmp_path / "empty")])
    assert not (tmp_path / "home").exists()


def test_a_failing_choice_leaves_the_map_and_says_why(make_workspace, tmp_path):
    workspace = make_workspace(LABELS, MATRIX)
    main(["prepare", str(workspace.source), "--no-audit", "--quiet"])
    before = prepared_key(workspace)
    (tmp_path / "wrong.npy").write_bytes(b"no array")
    with pytest.raises(SystemExit):
        main(["prepare", str(workspace.source), "--vectors", str(tmp_path / "wrong.npy"), "--quiet"])
    assert prepared_key(workspace) == before is not None
    assert load_settings(workspace).vectors == str(tmp_path / "vectors.npy")
    status = job_status(workspace)
    assert status.state == "failed" and "wrong.npy" in status.message
    # What was tried is kept beside the reason, so that it need not be typed again.
    assert status.settings["vectors"] == str(tmp_path / "wrong.npy")


def test_vectors_may_lie_in_the_home_folder_or_where_one_works(make_workspace, tmp_path, monkeypatch):
    workspace = make_workspace(LABELS, MATRIX)
    monkeypatch.setenv("HOME", str(tmp_path))
    for typed in ("~/vectors.npy", "vectors.npy"):
        (tmp_path / "elsewhere.npy").write_bytes((tmp_path / "vectors.npy").read_bytes())
        save_settings(workspace, Settings(vectors=str(tmp_path / "elsewhere.npy")))
        monkeypatch.chdir(tmp_path)
        main(["prepare", str(workspace.source), "--vectors", typed, "--no-audit", "--quiet"])
        assert load_settings(workspace).vectors == str(tmp_path / "vectors.npy")


def test_vectors_that_are_not_there_are_one_sentence(make_workspace):
    workspace = make_workspace(LABELS, MATRIX)
    with pytest.raises(SystemExit, match=r"There is no file .*nowhere\.npy"):
        main(["prepare", str(workspace.source), "--vectors", "nowhere.npy", "--quiet"])


@pytest.mark.parametrize("back", [["--vectors", "none"], ["--backbone", "glitch-resnet18"]])
def test_a_backbone_can_be_gone_back_to(make_workspace, monkeypatch, back):
    workspace = make_workspace(LABELS, MATRIX)
    asked = []

    def prepare(workspace, *, report, settings, **_):
        asked.append(settings)
        raise GlitchAuditError("enough")

    monkeypatch.setattr("core.pipeline.stages.prepare", prepare)
    with pytest.raises(SystemExit, match="enough"):
        main(["prepare", str(workspace.source), *back])
    assert (asked[0].vectors, asked[0].embed.backbone) == ("", "glitch-resnet18")


def test_vectors_and_a_backbone_at_once_are_refused(make_workspace, tmp_path):
    workspace = make_workspace(LABELS, MATRIX)
    arguments = ["--vectors", str(tmp_path / "vectors.npy"), "--backbone", "resnet18"]
    with pytest.raises(SystemExit, match="one of the two"):
        main(["prepare", str(workspace.source), *arguments])


def test_embedding_takes_no_map_away(make_workspace, tmp_path):
    workspace = make_workspace(LABELS, MATRIX)
    main(["prepare", str(workspace.source), "--no-audit", "--quiet"])
    before = prepared_key(workspace)
    (tmp_path / "other.txt").write_text((tmp_path / "vectors.txt").read_text())
    np.save(tmp_path / "other.npy", MATRIX[::-1].astype("float32"))
    main(["embed", str(workspace.source), "--vectors", str(tmp_path / "other.npy"), "--quiet"])
    assert prepared_key(workspace) == before is not None


def test_the_map_outlives_the_file_of_its_vectors(make_workspace, tmp_path):
    workspace = make_workspace(LABELS, MATRIX)
    main(["prepare", str(workspace.source), "--no-audit", "--quiet"])
    before = prepared_key(workspace)
    (tmp_path / "vectors.npy").unlink()
    assert prepared_key(workspace) == before is not None
    assert len(load_prepared(workspace).samples) == len(LABELS)


def test_a_pipe_gets_no_line_twice(make_workspace, capsys):
    workspace = make_workspace(LABELS, MATRIX)
    main(["prepare", str(workspace.source)])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 5 and len(set(lines)) == len(lines)


def test_preparing_audits_and_status_and_report_know_it(make_workspace, tmp_path, capsys):
    workspace = make_workspace(LABELS, MATRIX)
    main(["prepare", str(workspace.source), "--quiet"])
    assert "samples on the map" in capsys.readouterr().out
    main(["status", str(workspace.source)])
    said = capsys.readouterr().out
    assert "results: ready" in said and "audit: ready" in said
    # A workspace is named by its folder, its name, or its data set.
    for number, named in enumerate((workspace.root, workspace.name, workspace.source)):
        out = tmp_path / f"out{number}"
        main(["report", "--workspace", str(named), "--out", str(out), "--quiet"])
        assert (out / "report.html").is_file() and (out / "map.html").is_file()


def test_a_data_set_is_named_and_found_by_that_name(make_workspace, capsys):
    workspace = make_workspace(LABELS, MATRIX)
    main(["open", str(workspace.source), "--name", "O3 of Livingston"])
    assert capsys.readouterr().out.startswith("O3 of Livingston: ")
    main(["status", "O3 of Livingston"])
    assert str(workspace.root) in capsys.readouterr().out


@pytest.mark.parametrize("command", ["prepare", "embed", "audit"])
def test_what_is_no_address_of_a_cluster_is_one_sentence_and_begins_nothing(make_workspace, monkeypatch, command):
    workspace = make_workspace(LABELS, MATRIX)
    for said in (["--cluster", "scheduler"], []):
        monkeypatch.setenv("GLITCH_AUDIT_CLUSTER", "http://scheduler")
        with pytest.raises(SystemExit, match="is no address of a Dask scheduler"):
            main([command, str(workspace.source), *said])
    assert job_status(workspace).state == "none"


def test_ready_made_vectors_ask_for_no_cluster(make_workspace, monkeypatch):
    workspace = make_workspace(LABELS, MATRIX)
    # Nobody listens there, and nobody is asked: there is nothing to embed, and few previews.
    monkeypatch.setenv("GLITCH_AUDIT_CLUSTER", "tcp://127.0.0.1:1")
    main(["prepare", str(workspace.source), "--no-audit", "--quiet"])
    assert prepared_key(workspace) is not None
