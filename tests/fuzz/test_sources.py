"""Every field of a release, a feed's entry and a registry's answers, damaged: only whoever reads it is unsure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

import pytest

from release.commands.dist import distribute
from release.commands.extract import extract
from release.commands.options import Options
from release.commands.status import ask_status
from release.errors import ReleaseError
from release.records import Outcome, State
from release.rehearsal import StandIn
from release.rehearsal.servers.faults import Fault
from release.rehearsal.servers.http import Answer
from tests.fuzz.test_fields import ABSENT, DEEP, ODD, Bent, quiet
from tests.support.patient import open_at

BY_TAG = "/releases/tags/"
RELEASE: Mapping[str, tuple[str, ...]] = {
    "all": (), "assets": ("assets",), **{name: (name,) for name in ("tag_name", "draft", "prerelease", "html_url")},
    **{f"asset-{name}": ("assets", name) for name in
       ("name", "state", "size", "digest", "browser_download_url", "id")},
}  # fmt: skip


@pytest.mark.parametrize("where", RELEASE.values(), ids=RELEASE.keys())
def test_a_damaged_release_is_found_or_refused(where: tuple[str, ...], standin: StandIn) -> None:
    """Every value of every field; whatever is found has the checksums of the real files."""
    session, made = open_at(standin).session, standin.release("0.0.2").made
    true = {"source": made.source_sha256, "wheel": made.wheel_sha256}
    for value in (one for one in ODD.values() if where or one is not ABSENT):
        standin.faults.clear()
        standin.faults.add(Bent(BY_TAG, where, value))
        report = extract(session, Options("release.extract", version="0.0.2"))
        assert report.release is not None
        assert not any("Unexpected" in error.wrong or "Error" in error.wrong for error in report.errors), report.errors
        found = {name: one.sha256 for name, one in report.release.artifacts.items()}
        assert found.items() <= true.items()
        assert report.errors or found == true


@pytest.mark.parametrize("name", RELEASE)
def test_a_damaged_release_is_sent_to_all_or_to_nobody(name: str, standin: StandIn) -> None:
    values = [value for value in ODD.values() if RELEASE[name] or value is not ABSENT]
    standin.faults.add(Bent(BY_TAG, RELEASE[name], values[list(RELEASE).index(name) % len(values)]))
    report = distribute(open_at(standin).session, Options("dist.all", version="0.0.2"))
    assert len(standin.dispatches) == (0 if report.errors else 4)
    assert all(isinstance(error, ReleaseError) for error in report.errors)


@dataclass
class BentEntry(Fault):
    """The feed's real entry with one property written in another way."""

    name: str = ""
    text: str = ""

    def apply(self, answer: Answer | None) -> Answer:
        assert answer is not None
        assert isinstance(answer.body, bytes)
        changed = re.sub(f"<d:{self.name}>.*?</d:{self.name}>", lambda _found: self.text, answer.body.decode())
        return Answer(answer.status, changed.encode(), answer.headers)


@dataclass
class BentHeader(Fault):
    """The registry's real answer with one header changed, or without it."""

    name: str = ""
    value: object = ABSENT
    only: tuple[int, ...] = field(default=(200, 201))

    def apply(self, answer: Answer | None) -> Answer:
        assert answer is not None
        if answer.status not in self.only:
            return answer
        kept = {name: one for name, one in answer.headers.items() if name.lower() != self.name.lower()}
        changed = kept if self.value is ABSENT else {**kept, self.name: str(self.value)}
        return Answer(answer.status, answer.body, changed)


PROPERTIES = ("PackageStatus", "IsApproved", "Version", "Published", "PackageTestResultStatus", "Created")
TEXTS: Mapping[str, str] = {
    "empty": "", "word": "maybe", "list": "[]", "long": "9" * 20_000, "surrogate": "&#xD800;", "control": "&#27;[31m",
    "command": "\n::error::x\n##[error]x", "late": "9999-12-31T23:59:59-23:59", "early": "0001-01-01T00:00:00+23:59",
    "minus": "-1",
}  # fmt: skip


def entries() -> Iterator[Fault]:
    """The feed's entry with each property odd in each way."""
    for name, text in product(PROPERTIES, TEXTS.values()):
        yield BentEntry("GET", "/Packages", None, name=name, text=f"<d:{name}>{text}</d:{name}>")
    for name in PROPERTIES:
        yield BentEntry("GET", "/Packages", None, name=name, text="")
        yield BentEntry("GET", "/Packages", None, name=name, text=f"<d:{name}><d:{name}>true</d:{name}></d:{name}>")


HEADERS: Mapping[str, object] = {
    "absent": ABSENT, "empty": "", "word": "x", "long": "a" * 20_000, "superscript": "\u00b2", "list": "a, b; c=d",
    "minus": -1, "huge": 10**400, "another digest": f"sha256:{'0' * 64}", "no digest": "sha256:" + "z" * 64,
}  # fmt: skip
CHALLENGES = (
    ABSENT, "", "Bearer", "Basic", "Negotiate", 'Bearer realm="', 'Bearer realm="x"', 'Bearer realm="ftp://a.test/"',
    'Bearer realm="http://a.test:99999/"', 'Bearer realm="http://[::1"', "Bearer " + 'realm="x",' * 4000, "," * 20_000,
    'Bearer realm="http://127.0.0.1:1/\\"',
)  # fmt: skip


def registry() -> Iterator[Fault]:
    """The registry's headers, challenge and token answer, each odd in each way; bodies that are no manifest."""
    for name, value in product(("Docker-Content-Digest", "Content-Type", "ETag"), HEADERS.values()):
        yield BentHeader("*", "/manifests/", None, name=name, value=value)
    for value in CHALLENGES:
        yield BentHeader("*", "/manifests/", None, name="Www-Authenticate", value=value, only=(401,))
    for name, value in product(("token", "access_token", "expires_in"), ODD.values()):
        yield Bent("/token$", (name,), value, origin="registry")
    for value in (None, [], DEEP, "x"):
        yield Bent("/token$", (), value, origin="registry")


SOURCES = {"choco": entries, "docker": registry}


@pytest.mark.parametrize("channel", SOURCES)
def test_a_damaged_source_leaves_its_own_channel_unsure_at_most(channel: str, standin: StandIn) -> None:
    for name in ("homebrew", "docker", "scoop", "choco"):
        standin.serve(name, "0.0.2")
    for number, fault in enumerate(SOURCES[channel]()):
        standin.faults.clear()
        standin.faults.add(fault)
        alone = channel if number % 8 else None  # beside the others now and then
        report = ask_status(open_at(standin).session, Options("status.all", version="0.0.2", channel=alone))
        outcomes: dict[str, Outcome] = {one.channel: one for one in report.outcomes}
        assert fault.hits
        assert outcomes[channel].state in {State.SERVED, State.PENDING, State.UNKNOWN, State.FAILED, State.BEHIND}
        assert {one.state for name, one in outcomes.items() if name != channel} <= {State.SERVED}, (fault, outcomes)
        assert len(outcomes[channel].reason or "") < 1000
        quiet(outcomes)
