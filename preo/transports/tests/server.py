"""A small SMTP server on the loopback, which does what a test tells it."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from preo.transports.smtp import SmtpServer

DROP = "drop"
"""In place of an answer: the connection ends."""
SILENCE = "silence"
"""In place of an answer: nothing, until the client gives up."""


@dataclass
class SmtpStandIn:
    """Answers by the first word of each command; `body` is what the end of the mail gets."""

    answers: dict[str, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    server: SmtpServer = field(init=False)

    def answer(self, word: str) -> str:
        usual = {"DATA": "354 go on", "QUIT": "221 bye", "EHLO": "250 here"}
        return self.answers.get(word, usual.get(word, "250 ok"))

    def talk(self, line: socket.socket) -> None:
        """One connection from its greeting to its end."""
        reader = line.makefile("rb")
        goes_on = self._say(line, self.answer("greeting").replace("250 ok", "220 here"))
        while goes_on and (command := reader.readline()):
            text = command.decode().strip()
            word = text.split(" ")[0].split(":")[0].upper()
            self.commands.append(text)
            goes_on = self._say(line, self.answer(word))
            if goes_on and word == "DATA" and self.answer("DATA").startswith("354"):
                self.bodies.append(b"".join(iter(reader.readline, b".\r\n")))
                goes_on = self._say(line, self.answer("body"))

    def _say(self, line: socket.socket, answer: str) -> bool:
        if answer == SILENCE:
            line.recv(1)  # until the client closes
        if answer in {DROP, SILENCE}:
            return False
        line.sendall(answer.encode() + b"\r\n")
        return True


@contextmanager
def smtp_stand_in(
    answers: Mapping[str, str] | None = None, *, timeout: float = 30, **more: str
) -> Iterator[SmtpStandIn]:
    """The server for the length of the block; it takes one connection after another."""
    stand_in = SmtpStandIn({**(answers or {}), **more})
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        stand_in.server = SmtpServer("127.0.0.1", port, tls_from_start=False, timeout=timeout)

        def serve() -> None:
            while True:
                try:
                    line, _ = listener.accept()
                except OSError:
                    return
                with line:
                    stand_in.talk(line)

        thread = threading.Thread(target=serve)
        thread.start()
        yield stand_in
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
