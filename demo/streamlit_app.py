"""Entry point for Streamlit Community Cloud, in a folder of its own so that the requirements beside it are used.

It is the same workbench on the embedded demo, whose results are packed: torch, umap and hdbscan are not needed.
"""

import runpy
import sys
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent
if str(PROJECT_ROOT) not in sys.path:
    sys.path.insert(0, str(PROJECT_ROOT))

runpy.run_path(str(PROJECT_ROOT / "app.py"), run_name="__main__")
