"""Glitch Audit without its screens: the names that a notebook may rely on.

The names here stay; other modules may move. Heavy packages (torch, umap, numba) are imported only when a stage needs
them. No name here is that of a room (`core.pipeline`, `core.ledger`), because it would hide the room.
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
