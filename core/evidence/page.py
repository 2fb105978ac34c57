"""Pages of one file: a template with its style and script put in, allowed to load nothing from anywhere."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping

_PLACE = re.compile(r"\{\{(\w+)\}\}")


def fill_template(template: str, parts: Mapping[str, str]) -> str:
    """Return the template, its own ``{{name}}`` replaced, not those inserted; raises KeyError for a missing part."""
    return _PLACE.sub(lambda place: parts[place[1]], template)


def content_hash(source: str) -> str:
    """What a Content-Security-Policy calls this very script or style, so that no other one in the page is run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(source.encode("utf-8")).digest()).decode("ascii")


def data_uri(content: bytes, kind: str) -> str:
    """A file's content as an address, such as ``data:image/png;base64,...``."""
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
