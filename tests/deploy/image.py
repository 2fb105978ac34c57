"""The folder that the image would hold, without an engine that builds it."""

import re
import shutil
from pathlib import Path

from tests.browser.driving import PROJECT


def copied_image(folder: Path) -> Path:
    """Copy what the Containerfile copies, and nothing else of the project, into the folder, and return it."""
    text = (PROJECT / "Containerfile").read_text(encoding="utf-8")
    for line in re.findall(r"^COPY +(.*)$", text, flags=re.M):
        *sources, target = line.split()
        for source in sources:
            place = folder / target / ("" if len(sources) == 1 else source)
            place.parent.mkdir(parents=True, exist_ok=True)
            if (PROJECT / source).is_dir():
                shutil.copytree(PROJECT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(PROJECT / source, place)
    return folder
