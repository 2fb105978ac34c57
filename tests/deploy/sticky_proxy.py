"""A small proxy for the tests, in place of the one of compose.yaml: a visitor stays at one server, by a cookie.

It passes bytes on and knows no more of HTTP than the first head of a connection; WebSockets go through it as well.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Sequence

COOKIE = "desk"
_SEEN = re.compile(rb"[Cc]ookie:.*\b" + COOKIE.encode() + rb"=(\d+)")


class StickyProxy:
    """Listens on a free port of loopback until :meth:`stop`; ``taken`` counts the connections of each server."""

    def __init__(self, ports: Sequence[int]) -> None:
        self.ports = list(ports)
        self.taken = [0] * len(ports)
        self._next = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def stop(self) -> None:
        """Close all connections and listen no more."""

        async def close() -> None:
            self._server.close()
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            found = _SEEN.search(head)
            wanted = int(found[1]) if found else self._next
            self._next = (self._next + (not found)) % len(self.ports)
            number, (from_server, to_server) = await self._connect(wanted)
            self.taken[number] += 1
            to_server.write(head)
            await to_server.drain()
            answer = await from_server.readuntil(b"\r\n\r\n")
            if not found or number != wanted:
                answer = answer.replace(b"\r\n", f"\r\nSet-Cookie: {COOKIE}={number}; Path=/\r\n".encode(), 1)
            writer.write(answer)
            both = [_pass_on(reader, to_server), _pass_on(from_server, writer)]
            await asyncio.gather(*both)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _connect(self, wanted: int):
        """The server that is wanted, or the next one that is there."""
        for step in range(len(self.ports)):
            number = (wanted + step) % len(self.ports)
            try:
                return number, await asyncio.open_connection("127.0.0.1", self.ports[number])
            except OSError:
                continue
        raise ConnectionRefusedError


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(65_536):
            writer.write(chunk)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()
