"""Runs what a workflow runs in Python in forks of one process: a fresh start takes longer than most of it."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from release.rehearsal.processes import PROGRAM, fork
from tests.workflows.recorded import SCRIPT, read_call


class _Handler(socketserver.StreamRequestHandler):
    server: "Forks"

    def handle(self) -> None:
        """Two lines come in, the note of a call and where it came from; its exit code goes out, beside two files."""
        note, place = (Path(self.rfile.readline().decode().rstrip("\n")) for _ in range(2))
        call = read_call(note)
        program, *arguments = call.argv if call.argv[0].endswith(".py") else [PROGRAM, *call.argv]
        environment = call.env if call.program == SCRIPT else call.env | self.server.environment
        done = fork(program, arguments, place, environment)
        for name, text in (("out", done.out), ("err", done.err)):
            (self.server.said / f"{note.name}.{name}").write_text(text, "utf-8")
        self.wfile.write(f"{done.code}\n".encode())


class Forks(socketserver.ThreadingTCPServer):
    """Where a recorder has its call done.

    Args:
        said: an empty folder for what is said.

    Attributes:
        environment: variables that everything but a plain script has beside its own.
    """

    daemon_threads = True

    def __init__(self, said: Path) -> None:
        self.said, self.environment = said, dict[str, str]()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def port(self) -> int:
        port: int = self.server_address[1]
        return port


@contextmanager
def start_forks(said: Path) -> Iterator[Forks]:
    """Listens until the end."""
    with Forks(said) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()
