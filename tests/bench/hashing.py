"""The checksum of a 1 GiB tarball against ``curl`` and the usual tools; start-up not counted."""

import sys
from collections.abc import Iterator
from pathlib import Path

from release.rehearsal.servers.http import Answer
from release.rehearsal.servers.origin import Origin
from tests.bench.measure import Row, alternate, environment, spend

SIZE = 1 << 30
PIECE = 1 << 20
OURS = """
import sys
from release.http.download import hash_url
from release.http.transport import Transport
from release.settings import Http, Retry
hash_url(Transport(Http(), Retry()), sys.argv[1], lambda done, total: None)
"""
EMPTY = OURS.rpartition("hash_url(")[0] + "Transport(Http(), Retry())"
TOOLS = ("openssl dgst -sha256", "sha256sum")


def measure(place: Path, runs: int, size: int = SIZE) -> Iterator[Row]:
    """``hash_url``, which every extraction calls, from a server on loopback."""
    file = place / "big.tar.gz"
    with file.open("wb") as big:
        for number in range(size // PIECE):
            big.write(
                b"\x1f\x8b" + number.to_bytes(4, "big") * (PIECE // 4) if not number else bytes([number % 256]) * PIECE
            )
    origin = Origin("codeload", lambda _request: Answer(200, file))
    url = f"{origin.url}/big.tar.gz"
    shells = [["sh", "-c", f"curl -s {url} | {tool}"] for tool in TOOLS]
    us, start, *others = alternate(
        runs,
        lambda: spend([sys.executable, "-c", OURS, url], env=environment({})),
        lambda: spend([sys.executable, "-c", EMPTY], env=environment({})),
        *(lambda shell=shell: spend(shell) for shell in shells),
    )
    origin.close()
    note = f"peak {us.mib:.0f} MiB, {us.mib - start.mib:.0f} above start"
    for tool, other in zip(TOOLS, others, strict=True):
        seconds = us.seconds - start.seconds
        yield Row("hashing", f"checksum of {size >> 20} MiB", seconds, f"curl -s URL | {tool}", other.seconds, note)
