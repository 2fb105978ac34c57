"""The command line, ``python -m core``: one file a command, each with its arguments and what it does."""
