"""``python -m core.gate FD`` keeps parsers loaded; ``python -m core.gate`` parses one request, from stdin to stdout."""

import socket
import sys

if __name__ == "__main__":
    if len(sys.argv) > 1:
        from core.gate.keeper import keep

        keep(socket.socket(fileno=int(sys.argv[1])))
    else:
        from core.gate.parsing import parse_one

        parse_one(sys.stdin.buffer, sys.stdout.fileno())
