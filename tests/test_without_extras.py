"""Without the packages of requirements-scale.txt: the app opens on the demo, and the demo is prepared and judged."""

import os
import re
import subprocess
import sys

from core.workspace import HOME_VARIABLE, PROJECT_ROOT

EXTRAS = ("boto3", "cuml", "cupy", "cuvs", "dask", "distributed", "faiss", "fsspec", "psycopg", "s3fs")
PROGRAM = f"""
import sys

for name in {EXTRAS!r}:
    sys.modules[name] = None  # as if it were not installed

from core.commands.parser import main
from streamlit.testing.v1 import AppTest

page = AppTest.from_file("app.py", default_timeout=120).run()
assert page.title or page.markdown, "an empty page"
print(len(page.exception), "exceptions on the first page")
main(["prepare", "data/demo.parquet", "--quiet"])
print([name for name in {EXTRAS!r} if sys.modules[name] is not None], "were loaded")
"""


def test_the_app_and_a_command_need_none_of_them(tmp_path):
    found = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=PROJECT_ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("GLITCH_AUDIT_")}
        | {HOME_VARIABLE: str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert found.returncode == 0, found.stderr[-2000:]
    assert "0 exceptions on the first page" in found.stdout
    assert re.search(r"\d+ samples", found.stdout), found.stdout
    assert "[] were loaded" in found.stdout


def test_the_list_names_what_the_file_of_requirements_names():
    lines = (PROJECT_ROOT / "requirements-scale.txt").read_text(encoding="utf-8").splitlines()
    named = {re.split(r"[\[<>=~! ]", line)[0] for line in lines if line and not line.startswith(("#", "-"))}
    assert {name.replace("faiss-cpu", "faiss") for name in named} <= set(EXTRAS)
