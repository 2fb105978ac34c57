"""``python -m core``."""

from core.commands.parser import main

main()
