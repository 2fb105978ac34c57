"""Entry point for Streamlit Community Cloud, in a folder of its own so that the requirements beside it are used.

It is the same workbench on the embedded demo, whose results are packed: torch, umap and hdbscan are not needed. Every
visitor works in a sandbox of their own (set GLITCH_AUDIT_PUBLIC_DEMO=0 to share one ledger instead).
"""

import os
import runpy
import sys
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent
if str(PROJECT_ROOT) not in sys.path:
    sys.path.insert(0, str(PROJECT_ROOT))

os.environ.setdefault("GLITCH_AUDIT_PUBLIC_DEMO", "1")
runpy.run_path(str(PROJECT_ROOT / "app.py"), run_name="__main__")
