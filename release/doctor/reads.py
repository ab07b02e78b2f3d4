"""What the doctor reads beside GitHub's settings: what users get now, the registry's login, where failures go."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from release.channels.reading import NO_SOURCE, judge_reading, read_channel
from release.channels.verdict import Verdict
from release.errors import ReleaseError, Stopped
from release.findings import Level, Line
from release.metadata.artifacts import artifact_url
from release.metadata.inspection import check_source
from release.metadata.version import tag_of, version_of_tag
from release.records import Artifact, Release, State
from release.session import Session
from release.settings import Channel

if TYPE_CHECKING:
    from concurrent.futures import Future

NOTHING = "0.0.0"  # held against what is served where no release is known


def guarded(channel: str, check: str, look: Callable[[], list[Line]]) -> list[Line]:
    """``look``'s lines; an error becomes one that failed.

    Raises:
        Stopped: the user interrupted.
    """
    try:
        return look()
    except Stopped:
        raise
    except ReleaseError as error:
        return [Line(channel, check, Level.FAILED, error.wrong, error.fix)]
    except Exception as error:  # noqa: BLE001 - whatever a server sends costs one line
        text = f"unknown: what was answered cannot be read ({type(error).__name__})"
        return [Line(channel, check, Level.WARNING, text, "Look whether a proxy stands in between.")]


def newest_version(session: Session) -> str | None:
    """The newest stable release of the product, ``None`` where that cannot be had."""
    project = session.settings.project
    try:
        found = session.newest_release()
        return version_of_tag(str(found.get("tag_name")), project.tag) if found else None
    except Stopped:
        raise
    except ReleaseError:
        return None


def check_served(session: Session, channel: Channel, newest: str | None) -> list[Line]:
    """What users get there now, beside the newest release; reading it once, within five seconds."""
    version = newest or NOTHING
    release = Release(version, tag_of(version, session.settings.project), prerelease=False, artifacts={})
    reading = read_channel(session, channel, version)
    return [served_line(channel, judge_reading(channel, reading, release, newest=newest is not None), newest)]


def check_stable(session: Session, newest: "Future[str | None]") -> list[Line]:
    """A warning for each source whose bytes can change after its checksum was published; none without a release."""
    version, settings = newest.result(), session.settings
    if version is None:
        return []
    tag = tag_of(version, settings.project)
    made = {
        name: Artifact(name, artifact_url(session, spec, version))
        for name, spec in settings.artifacts.items()
        if spec.url
    }
    found = check_source(session, Release(version, tag, prerelease=False, artifacts=made))
    return [Line("all", "source", Level.WARNING, text, "Attach an sdist to the release.") for text in found.warnings]


def served_line(channel: Channel, seen: Verdict, newest: str | None) -> Line:
    """The line for what was seen. Pure.

    A channel that is behind, or a source that does not answer, stops no release: a warning. A file that is not
    there does: the next update would fail. No checksum is compared here, so that one which cannot be is no warning.
    """
    text = _shown(seen, newest)
    missing = tuple(f"{path} is not in " for path in channel.paths)
    if seen.served is None and missing and (seen.reason or "").startswith(missing):
        fix = f"Correct channels.{channel.name} in invoke.yaml, or add the file to {channel.target}."
        return Line(channel.name, "serves", Level.FAILED, text, fix)
    if seen.state in {State.SERVED, State.PENDING} or seen.reason == NO_SOURCE or (seen.served and newest is None):
        return Line(channel.name, "serves", Level.OK, text)
    if seen.uncompared:
        shown = f"{_shown(replace(seen, reason=None), newest)}, checksum not compared" if seen.served else text
        return Line(channel.name, "serves", Level.OK, shown)
    if seen.state is State.UNKNOWN:
        return Line(channel.name, "serves", Level.WARNING, text, "Run it again later; a dispatch is sent all the same.")
    fix = f"If it should serve {newest}: invoke dist.{channel.name} --version {newest}"
    return Line(channel.name, "serves", Level.WARNING, text, "" if seen.newer else fix)


def _shown(seen: Verdict, newest: str | None) -> str:
    """What is served, and why that is not the newest release where it is not."""
    served, why = seen.served, seen.reason
    if served is None:
        return f"unknown: {why}"
    facts = [f"serves {served.version}" if served.version else "", f"sha256 {served.sha256}" if served.sha256 else ""]
    if newest and why:
        facts.append(f"the newest release is {newest}" if why.startswith(f"serves {served.version}") else why)
    return ", ".join(filter(None, facts)) or "serves no version that can be told"


def check_issues(session: Session) -> list[Line]:
    """Whether a failure can be reported as an issue.

    Raises:
        ServiceError: the product's repository cannot be read.
    """
    token, product = session.reading_token(), session.settings.project.repository
    if token is None:
        text = "GITHUB_TOKEN is not set: no issue is opened when a release fails"
        return [Line("all", "issues", Level.WARNING, text, f"Set it to a token with Issues: write on {product}.")]
    if session.github.repository(product, token).get("has_issues") is False:
        text = f"issues are disabled in {product}: none is opened when a release fails"
        return [Line("all", "issues", Level.WARNING, text, "Enable them in its settings, or set SLACK_WEBHOOK.")]
    return [Line("all", "issues", Level.OK, f"{product} takes issues")]
