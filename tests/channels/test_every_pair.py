"""Channels whose users get one of three files of a release: each is judged, whichever is the channel's artifact."""

import hashlib
import json
from collections.abc import Callable, Mapping

import pytest

from release.commands.dist import distribute
from release.commands.options import Options
from release.commands.status import ask_status
from release.records import State
from release.rehearsal import StandIn
from release.rehearsal.records import Asset
from release.report.document import outcome_json
from tests.conftest import MakeStandIn
from tests.support.clock import SleptClock
from tests.support.sessions import session_at

ZERO = "0" * 64
Pairs = Mapping[str, str]
"""URL -> the checksum beside it; the channel's artifact is the second."""


def formula(pairs: Pairs) -> bytes:
    (arm, one), (intel, two), (linux, three) = pairs.items()
    return f"""\
class Kekkai < Formula
  version "0.0.2"
  on_macos do
    on_arm do
      url "{arm}"
      sha256 "{one}"
    end
    on_intel do
      url "{intel}"
      sha256 "{two}"
    end
  end
  on_linux do
    url "{linux}"
    sha256 "{three}"
  end
end
""".encode()


def manifest(pairs: Pairs) -> bytes:
    places = zip(("32bit", "64bit", "arm64"), pairs.items(), strict=True)
    held = {"version": "0.0.2", "architecture": {name: {"url": url, "hash": digits} for name, (url, digits) in places}}
    return json.dumps(held, indent=4).encode()


def attached(standin: StandIn) -> dict[str, str]:
    """URL -> checksum of three files of the release, two of which no artifact of the configuration is."""
    release = standin.release("0.0.2")
    found = dict[str, str]()
    for name in ("kekkai-0.0.2-a.tar.gz", "", "kekkai-0.0.2-c.tar.gz"):
        digits = hashlib.sha256(name.encode()).hexdigest()
        release.assets += [Asset(name, name.encode(), f"sha256:{digits}")] if name else []
        folder = release.made.wheel_url.rpartition("/")[0]
        found |= {f"{folder}/{name}": digits} if name else {release.made.wheel_url: release.made.wheel_sha256}
    return found


KINDS: dict[str, tuple[str, Callable[[Pairs], bytes]]] = {
    "homebrew": ("Formula/kekkai.rb", formula), "scoop": ("bucket/kekkai.json", manifest),
}  # fmt: skip


@pytest.mark.parametrize("wrong", [True, False], ids=["the last is wrong", "all are right"])
@pytest.mark.parametrize("name", KINDS)
def test_three_files(make_standin: MakeStandIn, name: str, *, wrong: bool) -> None:
    path, written = KINDS[name]

    def receive(_channel: str, _payload: object) -> bool:
        return True  # it changes nothing

    standin = make_standin(clock=SleptClock(), receiver=receive)
    right = attached(standin)
    held = {**right, **({list(right)[2]: ZERO} if wrong else {})}
    standin.repository(name).commit("Update", {path: written(held)}, 1)
    session = session_at(standin, {name: {"artifact": "wheel"}})
    (seen,) = ask_status(session, Options(f"status.{name}", "0.0.2", channel=name)).outcomes
    shown = {one["url"]: (one["sha256"], one["expected"]) for one in outcome_json(seen)["serves"]["downloads"]}
    assert shown == {url: (digits, right[url]) for url, digits in held.items()}
    (told,) = distribute(session, Options(f"dist.{name}", "0.0.2", channel=name, wait=2)).outcomes
    assert len(standin.dispatches) == (1 if wrong else 0)
    assert (seen.state, told.state) == ((State.MISMATCH, State.FAILED) if wrong else (State.SERVED, State.SKIPPED))
    for reason in (seen.reason, told.reason) if wrong else ():
        assert (reason or "").startswith(f"SHA256 mismatch: serves 0.0.2, {list(right)[2]} with {ZERO}")
