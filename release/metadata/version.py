"""Versions: SemVer 2.0.0, how a tag carries one, and where the wanted one comes from."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version
from semver import Version as SemVer

from release.errors import InputError, ReleaseError
from release.metadata.document import read_document
from release.settings import Environment, Project

LATEST = "latest"
MOST = 128  # characters; longer than any tag of a registry


@dataclass(frozen=True)
class Wanted:
    """The version asked for, ``latest`` for the newest published one, and where that was said."""

    version: str
    source: str


class NotOurs(ReleaseError):  # noqa: N818 - says what is the matter, and is no failure
    """The event is a release of another product of the same repository: there is nothing to do."""


def parse_version(text: str) -> str:
    """``text`` as SemVer 2.0.0 without a leading ``v``. Source: semver.org.

    Raises:
        InputError: ``Invalid version format`` and the reason.
    """
    return _checked(text[1:] if text[:1] in {"v", "V"} else text, text)


def _checked(bare: str, text: str) -> str:
    """``bare`` if it is SemVer 2.0.0; ``text`` is what the user or the tag said."""
    if reason := _why_not(bare):
        shown = json.dumps(text[:60])
        fix = "Give a SemVer 2.0.0 version such as 0.0.1, v0.0.1 or 1.0.0-rc.1, or `latest`."
        raise InputError(f"Invalid version format: {shown} {reason}", fix)
    return bare


def _why_not(bare: str) -> str | None:
    if not bare:
        return "is empty"
    if len(bare) > MOST:
        return f"has more than {MOST} characters"
    if any(c not in "0123456789.-+abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" for c in bare):
        return "has characters that no version has"
    if SemVer.is_valid(bare):
        return None
    core = re.split(r"[-+]", bare, maxsplit=1)[0].split(".")
    if len(core) != 3:
        return f"has {len(core)} numbers in place of MAJOR.MINOR.PATCH"
    if any(len(part) > 1 and part.startswith("0") for part in core):
        return "has a number with a leading zero"
    return "is not SemVer 2.0.0"


def version_of_tag(tag: str, template: str) -> str:
    """The version that ``tag`` carries, by the project's template such as ``v{version}``.

    Raises:
        InputError: the tag has another form, or carries no SemVer version.
    """
    before, _, after = template.partition("{version}")
    if tag.startswith(before) and tag.endswith(after) and len(tag) > len(before) + len(after):
        return _checked(tag[len(before) : len(tag) - len(after)], tag)
    shown = json.dumps(tag[:60])
    raise InputError(
        f"Invalid version format: the tag {shown} is not of the form {template}",
        "Tag the release that way, set project.tag in invoke.yaml, or give --version.",
    )


def given_version(text: str, project: Project) -> str:
    """The version that a user gives: bare, with a leading ``v``, or as the tag in the project's own form.

    Raises:
        InputError: ``Invalid version format`` and the reason.
    """
    before, _, after = project.tag.partition("{version}")
    own = (project.prefix or after) and text.startswith(before) and text.endswith(after)
    return version_of_tag(text, project.tag) if own else parse_version(text)


def tag_of(version: str, project: Project) -> str:
    """The git tag of ``version``."""
    return project.tag.replace("{version}", version)


def wanted_version(given: str, environment: Environment, project: Project) -> Wanted:
    """What to release: the flag, else the release event, else the tag in ``GITHUB_REF``, else the newest release.

    Raises:
        InputError: what was found is no version.
        NotOurs: the event's tag, or the one in ``GITHUB_REF``, is another product's.
    """
    if given:
        return Wanted(LATEST if given == LATEST else given_version(given, project), "--version")
    if tag := _event_tag(environment.get("GITHUB_EVENT_PATH")):
        return Wanted(_told_version(tag, project), "the release event")
    ref = environment.get("GITHUB_REF") or ""
    if ref.startswith("refs/tags/"):
        return Wanted(_told_version(ref.removeprefix("refs/tags/"), project), "the tag in GITHUB_REF")
    return Wanted(LATEST, "the newest published release")


def _told_version(tag: str, project: Project) -> str:
    if not tag.startswith(project.prefix):
        wrong = f"The tag {json.dumps(tag[:60])} does not begin with {project.prefix}: another product's release"
        raise NotOurs(wrong, "There is nothing to do.")
    return version_of_tag(tag, project.tag)


def _event_tag(path: str | None) -> str | None:
    """The tag of a ``release`` event; ``None`` for other events."""
    if path is None:
        return None
    fix = "Give --version, or let the variable name the file of an event."
    try:
        event = read_document(path)
    except OSError:
        raise InputError("The event file in GITHUB_EVENT_PATH cannot be read", fix) from None
    except ValueError:
        raise InputError("The event file in GITHUB_EVENT_PATH is not JSON", fix) from None
    release = event.get("release") if isinstance(event, Mapping) else None
    return str(release["tag_name"]) if isinstance(release, Mapping) and release.get("tag_name") else None


def python_form(version: str) -> str:
    """``1.0.0-rc.1`` as Python writes it, ``1.0.0rc1``; as it is where it has no such form. Source: PEP 440."""
    try:
        return str(Version(version))
    except InvalidVersion:
        return version


def same_python_version(one: str, other: str) -> bool:
    """Whether two versions are equal as Python writes them: ``1.0.0-rc.1`` is ``1.0.0rc1``. Source: PEP 440."""
    try:
        return Version(one) == Version(other)
    except ValueError:  # also a number that Python cannot count to
        return one == other
