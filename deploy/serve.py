"""The workbench as a service: ``streamlit run deploy/serve.py`` from the project's folder.

It is the same app, with the address ``/ready`` beside Streamlit's own ``/_stcore/health``, the log as JSON where
``GLITCH_AUDIT_LOG=json`` asks for it, and an end that finishes acts and parks jobs.
"""

import logging
import sys
from contextlib import asynccontextmanager
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent
if str(PROJECT_ROOT) not in sys.path:
    sys.path.insert(0, str(PROJECT_ROOT))

import streamlit as st  # noqa: E402
import streamlit.logger  # noqa: E402
from starlette.concurrency import run_in_threadpool  # noqa: E402
from starlette.requests import Request  # noqa: E402
from starlette.responses import JSONResponse  # noqa: E402
from starlette.routing import Route  # noqa: E402

from core.artifact_store.store import artifact_store, cache_limit  # noqa: E402
from core.errors import GlitchAuditError  # noqa: E402
from core.jobs.ending import end_well  # noqa: E402
from core.json_log import LINE_FORMAT, json_is_asked_for, log_as_json  # noqa: E402
from core.pipeline.readiness import readiness  # noqa: E402

_log = logging.getLogger("glitch_audit.serve")


def write_json_log() -> None:
    """Have Streamlit's own loggers, which do not ask the root, write JSON as well."""
    log_as_json()
    st.config.set_option("logger.messageFormat", LINE_FORMAT)
    streamlit.logger.update_formatter()


async def ready(request: Request) -> JSONResponse:
    """200 where all that is needed is well, else 503; what is wrong stands in the log alone."""
    checks = await run_in_threadpool(readiness, request.query_params.get("data", ""))
    for check in checks:
        if not check.well:
            _log.warning("Not ready: %s. %s", check.what, check.wrong)
    well = all(check.well for check in checks if check.needed)
    content = {"ready": well, "checks": {check.what: check.well for check in checks}}
    return JSONResponse(content, status_code=200 if well else 503, headers={"Cache-Control": "no-store"})


@asynccontextmanager
async def until_the_end(_: st.App):
    """Say when the server begins and ends, and end it well: within the 30 s that compose.yaml gives it."""
    _log.info("The server is there.")
    yield
    late = await run_in_threadpool(end_well)
    for what in late:
        _log.warning("Not finished in time: %s.", what)
    if not late:
        _log.info("The server has ended: acts are finished and jobs are parked.")


def refuse_wrong_settings() -> None:
    """End with a sentence where the environment names a store or a limit that cannot be one."""
    try:
        artifact_store()
        cache_limit()
    except GlitchAuditError as error:
        sys.exit(f"Error: {error}")


if json_is_asked_for():
    write_json_log()
refuse_wrong_settings()
app = st.App(PROJECT_ROOT / "app.py", lifespan=until_the_end, routes=[Route("/ready", ready)])
