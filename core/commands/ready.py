"""``python -m core ready``: ask a running server whether it can do its work; the exit status says it to a container."""

from __future__ import annotations

import argparse
import json
import urllib.error
import urllib.parse
import urllib.request

from core.errors import GlitchAuditError

_SECONDS = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``ready``."""
    parser.add_argument(
        "address", nargs="?", default="http://localhost:8501", help="of the server; default: %(default)s"
    )
    parser.add_argument("--data", default="", metavar="NAME", help="a workspace's name; default: the demo's")


def run(options: argparse.Namespace) -> None:
    """Print what the server says, and fail where it is not ready."""
    asked = f"{options.address.rstrip('/')}/ready?{urllib.parse.urlencode({'data': options.data})}"
    if not asked.startswith(("http://", "https://")):
        raise GlitchAuditError(f"{options.address} is no address of a server: it begins with http:// or https://.")
    try:
        with urllib.request.urlopen(asked, timeout=_SECONDS) as answer:  # noqa: S310 - looked at above
            content = answer.read()
    except urllib.error.HTTPError as error:
        content = error.read()
    except (OSError, ValueError) as error:
        raise GlitchAuditError(f"{options.address} does not answer ({getattr(error, 'reason', error)}).") from None
    try:
        said = json.loads(content)
        found = {str(what): bool(well) for what, well in said["checks"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise GlitchAuditError(
            f"{options.address} does not know /ready: start it with streamlit run deploy/serve.py"
        ) from None
    for what, well in found.items():
        print(f"{what}: {'well' if well else 'not well, see the log of the server'}")
    if not said.get("ready"):
        raise GlitchAuditError(f"{options.address} is not ready.")
