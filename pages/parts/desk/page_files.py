"""Where the pages lie, for links from one to another."""

from pathlib import Path

PAGES = Path(__file__).resolve().parents[2]
