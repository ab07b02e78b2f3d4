"""Runs the tasks of a workflow in forks of the tests' own process: a fresh start takes longer than most tasks."""

import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from release.rehearsal.processes import PROGRAM, fork
from tests.workflows.recorded import read_call


class _Handler(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        """Two lines come in, the note of a call and where it came from; its exit code goes out, beside two files."""
        note, place = (Path(self.rfile.readline().decode().rstrip("\n")) for _ in range(2))
        call = read_call(note)
        done = fork(PROGRAM, call.argv, place, call.env | self.server.environment)
        for name, text in (("out", done.out), ("err", done.err)):
            (self.server.said / f"{note.name}.{name}").write_text(text, "utf-8")
        self.wfile.write(f"{done.code}\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, said: Path, environment: Mapping[str, str]) -> None:
        self.said, self.environment = said, dict(environment)
        super().__init__(("127.0.0.1", 0), _Handler)


@contextmanager
def forks(said: Path, environment: Mapping[str, str]) -> Iterator[int]:
    """The port where a recorder has its call done.

    Args:
        said: the folder for what tasks say.
        environment: variables that each task has beside its own.
    """
    with _Server(said, environment) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()
