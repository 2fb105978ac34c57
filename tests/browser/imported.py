"""What the app needs for its first page, imported once for all the servers that are forked."""

# ruff: noqa: F401
import pandas
import plotly.express
import pyarrow.parquet
import streamlit.web.cli
import streamlit.web.server.starlette.starlette_app
import uvicorn

import core.ledger
import core.pipeline.stages
