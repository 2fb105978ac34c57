"""Glitch Audit without its screens: what a notebook may rely on.

Everything named here stays where it is; other modules may move. Nothing heavy (torch, umap, numba) is imported until
a stage that needs it runs. No name here is that of a room (`core.pipeline`, `core.ledger`): it would hide the room.
"""

from core.audit.metrics import cluster_table, label_mix, selection_summary
from core.dataset import Dataset, open_dataset, taxonomy_for
from core.dataset.selection import Filters, Selection
from core.embed.model import Embedding, EmbedParams
from core.errors import Cancelled, GlitchAuditError
from core.ledger import open_ledger, proposals, propose, withdraw
from core.pipeline.settings import Settings, load_settings, save_settings
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import Prepared, load_prepared
from core.pipeline.stages import prepare as prepare_workspace
from core.space.filters import filter_mask, make_selection
from core.version import APP_VERSION
from core.workspace import Workspace, demo_workspace, workspace_for

__all__ = [
    "APP_VERSION",
    "Cancelled",
    "Dataset",
    "EmbedParams",
    "Embedding",
    "Filters",
    "GlitchAuditError",
    "Prepared",
    "Selection",
    "Settings",
    "Workspace",
    "cluster_table",
    "demo_workspace",
    "filter_mask",
    "label_mix",
    "load_prepared",
    "load_settings",
    "make_selection",
    "open_dataset",
    "open_ledger",
    "prepare_workspace",
    "proposals",
    "propose",
    "read_dataset",
    "save_settings",
    "selection_summary",
    "taxonomy_for",
    "withdraw",
    "workspace_for",
]
