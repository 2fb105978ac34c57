"""``python -m core``."""

from core.commands.parser import main
from core.json_log import json_is_asked_for, log_as_json

if json_is_asked_for():
    log_as_json()
main()
