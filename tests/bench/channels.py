"""``dist.all`` against the same requests made by ``curl``, and how it grows with the number of channels."""

import json
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import yaml

from release.rehearsal import StandIn
from release.rehearsal.servers.http import Request
from tests.bench.measure import ROOT, Row, Spent, alternate, environment, spend

DIST = [sys.executable, "-m", "invoke", "dist.all", "--version=0.0.2"]
COUNTS, DELAYS = (4, 16, 64), (0.0, 0.1, 0.5)


def measure_curl(place: Path, runs: int) -> Iterator[Row]:
    """Four channels, at each delay of the answers."""
    for delay in DELAYS:
        number, seen = iter(range(1_000_000)), list[Request]()

        def ours(delay: float = delay, seen: list[Request] = seen, number: Iterator[int] = number) -> Spent:
            spent, seen[:] = told(place / f"ours-{delay}-{next(number)}", ROOT, delay)
            return spent

        def curl(
            *flags: str, delay: float = delay, seen: list[Request] = seen, number: Iterator[int] = number
        ) -> Spent:
            with quiet(place / f"curl-{delay}-{next(number)}", delay) as standin:
                return spend(["curl", "-s", *flags, "-K", "-"], stdin=_config(standin, seen))

        us, one, all_at_once = alternate(runs, ours, curl, partial(curl, "-Z", "--parallel-immediate"))
        what, note = f"dist.all, {delay * 1000:.0f} ms an answer", f"{len(seen)} requests"
        yield Row("curl", what, us.seconds, "curl, one after the other", one.seconds, note, delay)
        yield Row("curl", what, us.seconds, "curl --parallel, all at once", all_at_once.seconds, note, delay)


def quiet(place: Path, delay: float, folder: Path = ROOT) -> StandIn:
    """A stand-in whose receivers do nothing."""
    return StandIn(
        place, delay=delay, project=folder, receiver=lambda _channel, _payload: True, run_delay=0, run_time=0
    )


def told(place: Path, folder: Path, delay: float) -> tuple[Spent, list[Request]]:
    """``dist.all`` of the configuration in a folder, against a stand-in of its own; and its requests."""
    with quiet(place, delay, folder) as standin:
        spent = spend(DIST, folder, environment(standin.environment))
        requests = list(standin.requests)
    shutil.rmtree(place, ignore_errors=True)
    return spent, requests


def _config(standin: StandIn, requests: Sequence[Request]) -> bytes:
    """The same requests for curl's ``-K``: one process that keeps its connections."""
    places = {"github": standin.server_url, "codeload": standin.world.assets_url,
              "registry": standin.registry_url, "feed": standin.feed.url}  # fmt: skip
    return "next\n".join(_one(request, places[request.origin]) for request in requests).encode()


def _one(request: Request, server: str) -> str:
    kept = {name: value for name, value in request.headers.items() if name in {"authorization", "accept"}}
    path = request.path.replace("'", "%27") + (f"?{request.raw_query}" if request.raw_query else "")
    lines = [f"url = {json.dumps(server + path)}", 'output = "/dev/null"', "silent",
             *(f"header = {json.dumps(f'{name}: {value}')}" for name, value in kept.items())]  # fmt: skip
    if request.method == "HEAD":
        lines.append("head")
    if request.method == "POST":
        lines += [f"data-binary = {json.dumps(request.body.decode())}", 'header = "Content-Type: application/json"']
    return "\n".join(lines) + "\n"


def measure_growth(place: Path, runs: int) -> Iterator[Row]:
    """4, 16 and 64 channels at 100 ms an answer, held against the round trips that they need."""
    for count in COUNTS:
        folder, seen = write_project(place / f"project-{count}", buckets(count)), list[Request]()
        number = iter(range(1_000_000))

        def ours(folder: Path = folder, seen: list[Request] = seen, number: Iterator[int] = number) -> Spent:
            spent, seen[:] = told(place / f"growth-{folder.name}-{next(number)}", folder, 0.1)
            return spent

        (us,) = alternate(runs, ours)
        note = f"{len(seen)} requests, {us.threads} threads, {us.mib:.0f} MiB"
        yield Row("growth", f"dist.all, {count} channels, 100 ms an answer", us.seconds, note=note, x=count)


def buckets(count: int) -> dict[str, dict[str, object]]:
    """So many buckets of Scoop, each a repository of its own, with one token."""
    return {
        f"bucket-{number}": {"kind": "scoop", "target": f"acme/bucket-{number}", "event_type": "kekkai-release",
                             "artifact": "wheel", "token": "SCOOP_REPO_TOKEN", "file": "bucket/kekkai.json"}
        for number in range(count)
    }  # fmt: skip


def write_project(folder: Path, channels: Mapping[str, Mapping[str, object]]) -> Path:
    """The default configuration with other channels."""
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "tasks.py", folder)
    settings = yaml.safe_load((ROOT / "invoke.yaml").read_text("utf-8"))
    (folder / "invoke.yaml").write_text(yaml.safe_dump({**settings, "channels": dict(channels)}), "utf-8")
    return folder
