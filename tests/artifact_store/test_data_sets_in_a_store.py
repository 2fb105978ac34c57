"""Data sets at an address: fetched once, known again by their head, and a sentence for what cannot be opened so."""

import pytest
from PIL import Image

from core.artifact_store.places import remote_address, shown_address
from core.artifact_store.source_files import local_copy
from core.commands.data_sets import workspace_named
from core.dataset import open_dataset
from core.dataset.packed import pack
from core.errors import GlitchAuditError
from core.pipeline.snapshot import read_dataset, read_snapshot, source_trouble
from core.workspace import workspace_for
from core.workspace_titles import workspace_title
from tests.artifact_store.conftest import BUCKET, forget, stop

ADDRESS = f"s3://{BUCKET}/sets/few.parquet"


@pytest.fixture
def packed(tmp_path):
    """``packed(shade)``: the bytes of a Parquet file with six pictures."""

    def make(shade):
        folder = tmp_path / f"pictures-{shade}"
        for label in ("Blip", "Tomte"):
            (folder / label).mkdir(parents=True)
            for number in range(3):
                Image.new("L", (17, 14), shade + number).save(folder / label / f"{label}{number}.png")
        pack(open_dataset(folder), tmp_path / f"{shade}.parquet")
        return (tmp_path / f"{shade}.parquet").read_bytes()

    return make


@pytest.fixture
def there(s3, packed):
    """The server, with a data set in its bucket."""
    s3.client.put_object(Bucket=BUCKET, Key="sets/few.parquet", Body=packed(10))
    s3.asked.clear()
    return s3


def methods(s3):
    """What was asked for the file itself, or for what its folder holds."""
    found = [line.split(" ")[0] for line in s3.asked]
    s3.asked.clear()
    return found


def test_it_is_fetched_once_and_then_asked_for_its_head_alone(there):
    workspace = workspace_for(ADDRESS)
    assert len(read_dataset(workspace).samples) == 6
    assert methods(there).count("GET") == 1
    forget()
    again = workspace_for(ADDRESS)
    assert again == workspace and len(read_snapshot(again).samples) == 6
    assert methods(there) == ["HEAD"]
    assert workspace_title(workspace) == "few"


def test_as_pathlib_writes_an_address_it_is_understood(there):
    from pathlib import Path

    assert workspace_for(Path(ADDRESS)) == workspace_for(ADDRESS) == workspace_named(Path(ADDRESS))


def test_another_content_is_fetched_anew_and_told_of(there, packed):
    workspace = workspace_for(ADDRESS)
    before = read_dataset(workspace)
    there.client.put_object(Bucket=BUCKET, Key="sets/few.parquet", Body=packed(90))
    assert workspace_for(ADDRESS) == workspace
    assert "has changed since the data set was read" in source_trouble(workspace)
    assert read_dataset(workspace).pictures_fingerprint != before.pictures_fingerprint
    assert source_trouble(workspace) == ""


def test_without_network_the_copy_serves(there, caplog):
    workspace = workspace_for(ADDRESS)
    read_dataset(workspace)
    stop(there)
    forget()
    assert workspace_for(ADDRESS) == workspace
    assert "cannot be reached" in caplog.text and "The copy that was fetched before is used." in caplog.text


def test_without_network_and_copy_it_is_one_sentence(there, tmp_path):
    stop(there)
    with pytest.raises(GlitchAuditError, match="cannot be reached: check the network"):
        local_copy(ADDRESS, tmp_path / "copies")
    assert not (tmp_path / "copies").exists()


def test_a_copy_that_was_cut_short_is_fetched_again(there):
    source = workspace_for(ADDRESS).source
    whole = source.read_bytes()
    source.write_bytes(whole[:100])
    assert workspace_for(ADDRESS).source.read_bytes() == whole


def test_a_folder_of_loose_files_is_to_be_packed_first(there):
    there.client.put_object(Bucket=BUCKET, Key="loose/Blip/1.png", Body=b"x")
    with pytest.raises(GlitchAuditError, match=r"loose files.*python -m core pack FOLDER FILE.parquet"):
        workspace_for(f"s3://{BUCKET}/loose")


def test_a_file_that_is_not_there_is_a_sentence(there):
    with pytest.raises(GlitchAuditError, match="no such file in the store"):
        workspace_for(f"s3://{BUCKET}/sets/other.parquet")


@pytest.mark.parametrize("protocol", ["file", "memory"])
def test_any_address_that_fsspec_knows_will_do(tmp_path, packed, protocol):
    import fsspec

    address = f"{protocol}://{tmp_path}/far/few.parquet"
    with fsspec.open(address, "wb", **({"auto_mkdir": True} if protocol == "file" else {})) as file:
        file.write(packed(10))
    assert len(read_dataset(workspace_for(address)).samples) == 6


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("s3://bucket/a b.parquet", "s3://bucket/a b.parquet"),
        ("s3:/bucket/x.parquet", "s3://bucket/x.parquet"),
        (' "S3://bucket/x" ', "s3://bucket/x"),
        ("file:///tmp/x", "file:///tmp/x"),
        ("file:/tmp/x", "file:///tmp/x"),
        ("/data/s3:/x", ""),
        ("C:/data/x", ""),
        ("C:\\data", ""),
        ("http://host/x.parquet", ""),
        ("relative/folder", ""),
        ("s3:", ""),
    ],
)
def test_addresses_are_told_from_paths(typed, address):
    assert remote_address(typed) == address


def test_an_address_is_shown_without_its_secrets():
    assert shown_address("sftp://me:secret@host/x.parquet?token=secret") == "sftp://host/x.parquet"
