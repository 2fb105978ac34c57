"""Stand between a program and a server, and cut the connection at a moment that a test chooses."""

import socket
import threading
from contextlib import suppress


class Cutter:
    """A proxy on loopback that passes everything on until it sees what it waits for.

    Attributes:
        port: to connect to.
        cut_at: the bytes from the program at which the connection is cut; None passes everything on.
        passed_on: whether the server still gets those bytes, so that only the answer is lost.
        deaf: whether nobody is let in any more.
        cuts: how many connections were cut.
    """

    def __init__(self, port):
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.cut_at, self.passed_on, self.deaf, self.cuts = None, True, False, 0
        self.deaf_after_cut = False
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self):
        """Let nobody in any more."""
        self._listener.close()

    def _listen(self):
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self.deaf:
                    client.close()
                    continue
                server = socket.create_connection(("127.0.0.1", self._target))
                for one in (client, server):
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._from_program, args=(client, server), daemon=True).start()
                threading.Thread(target=self._pass_on, args=(server, client), daemon=True).start()

    def _from_program(self, client, server):
        with suppress(OSError):
            while data := client.recv(65536):
                if self.cut_at is not None and self.cut_at in data:
                    self.cut_at = None
                    self.deaf = self.deaf_after_cut
                    self.cuts += 1
                    # The program hears no more, whatever the server answers.
                    client.shutdown(socket.SHUT_RDWR)
                    client.close()
                    if self.passed_on:
                        server.sendall(data)
                        server.settimeout(2)
                        server.recv(65536)
                    break
                server.sendall(data)
        for one in (client, server):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _pass_on(self, server, client):
        with suppress(OSError):
            while data := server.recv(65536):
                client.sendall(data)
        with suppress(OSError):
            client.close()
