"""The decision of an update: what a channel's files have to move to, and which of them a head needs written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from release.channels import kind_of
from release.channels.base import Change, Kind
from release.channels.verdict import Expected
from release.errors import EditRefused, InputError
from release.git.clone import Clone, tag_commit
from release.git.command import make_remote
from release.metadata.checksums import check_given
from release.records import Release, Served
from release.repository.push import Edit
from release.session import Session
from release.settings import Channel
from release.update.checksums import Checksums


@dataclass(frozen=True)
class Bump:
    """The files of one channel, on their way to ``change``."""

    session: Session
    channel: Channel
    kind: Kind[Any]
    change: Change
    checksums: Checksums

    @property
    def paths(self) -> list[str]:
        """The files that are edited, those that need not exist included."""
        return [*self.kind.paths(self.channel), *self.kind.extra_paths(self.channel)]

    def served(self, target: Clone) -> Served:
        """What the head of ``target`` makes users get."""
        return self.kind.served(self.channel, target.files(self.paths))

    def decide(self, target: Clone) -> Edit | None:
        """The edit that the head of ``target`` needs; ``None`` where it needs none.

        Raises:
            EditRefused: as ``edit``.
        """
        folder = PurePosixPath(self.kind.paths(self.channel)[0]).parent
        names = target.names("" if str(folder) == "." else str(folder))
        return self.edit(target.files([*self.paths, *self.kind.sibling_paths(self.channel, names)]))

    def edit(self, before: Mapping[str, bytes]) -> Edit | None:
        """The edit that these files need; ``None`` where they need none.

        Raises:
            EditRefused: one is missing, cannot be edited safely, or holds a newer version and that is not meant.
        """
        channel, kind, change = self.channel, self.kind, self.change
        if missing := [path for path in kind.paths(channel) if path not in before]:
            raise EditRefused(
                f"{channel.target} has no file {missing[0]}", f"Create it there, or correct channels.{channel.name}."
            )
        if kind.needs_commit(channel, before):
            change = replace(change, commit=self._commit())
        self.checksums.foresee(lambda note: kind.edit(channel, before, replace(change, checksum=note)))
        if not (files := kind.edit(channel, before, change)):
            return None
        self._check_direction(before)
        return Edit(files, before, kind.commit_message(change), f"bump-{change.project}-{change.version}")

    def notes(self, edit: Edit) -> tuple[str, ...]:
        """What a person should look at, such as resources that stayed as they were; one line each."""
        return self.kind.notes(self.channel, edit.before, {**edit.before, **edit.files})

    def _check_direction(self, before: Mapping[str, bytes]) -> None:
        """The net under the guards that kinds have, which see more: nobody goes down without having been meant to."""
        if self.kind.replaces and not self.change.allow_downgrade and (held := self._newer(before)):
            raise EditRefused(
                f"{self.paths[0]} holds {held}, which is newer than {self.change.version}",
                "Pass --allow-downgrade if that is meant.",
            )

    def _newer(self, files: Mapping[str, bytes]) -> str | None:
        """The version in ``files``, where that is above the change's; files that say none may be what is mended."""
        try:
            served = self.kind.served(self.channel, files)
        except EditRefused:
            return None
        seen = self.kind.judge(self.channel, served, Expected(self.kind.native_version(self.change.version)))
        return served.version if seen.newer else None

    def _commit(self) -> str | None:
        """The commit of the tag, where the channel's files download by git."""
        repository, environment = self.session.settings.project.repository, self.session.environment
        url = f"{environment.server_url}/{repository}.git"
        remote = make_remote(environment.variables, url, self.session.reading_token(), "GITHUB_TOKEN")
        return tag_commit(remote, self.change.tag)


def make_bump(
    session: Session, channel: Channel, release: Release, given: Mapping[str, str] | str | None = None, *,
    allow_downgrade: bool = False,
) -> Bump:  # fmt: skip
    """A bump to ``release``.

    Args:
        session: collaborators.
        channel: one whose kind edits files.
        release: with the checksums that were seen to be true.
        given: what ``update`` got as ``given_sha256``; compared, never used.
        allow_downgrade: also where the files hold a newer version.

    Raises:
        InputError: the checksum of the channel's artifact is not known, or a given one is not the release's.
    """
    url, sha256 = _download(channel, release)
    named = {channel.artifact or "": given} if isinstance(given, str) else dict(given or {})
    named = {name: digits.lower() for name, digits in named.items() if digits}
    if problems := check_given(named, release):
        raise problems[0]
    project, checksums = session.settings.project, Checksums(session, release)
    page = f"{session.environment.server_url}/{project.repository}"
    change = Change(
        project.name, release.version, release.tag, url, sha256, allow_downgrade,
        urls=_urls(release, page), checksum=checksums.of, page=page,
    )  # fmt: skip
    return Bump(session, channel, kind_of(channel.kind), change, checksums)


def _download(channel: Channel, release: Release) -> tuple[str, str]:
    """URL and checksum of the channel's artifact; both empty where it has none: its files ask by URL, if for any."""
    if channel.artifact is None:
        return "", ""
    artifact = release.artifacts.get(channel.artifact)
    if artifact is None or not artifact.sha256:
        raise InputError(
            f"The checksum of {channel.artifact} of {release.tag} is not known",
            "Publish the release with all its artifacts, then run it again.",
        )
    return artifact.url, artifact.sha256


def _urls(release: Release, page: str) -> tuple[str, ...]:
    """Of everything that can be downloaded of the release, GitHub's archives of its tag included."""
    archives = [f"{page}/archive/refs/tags/{release.tag}.{kind}" for kind in ("tar.gz", "zip")]
    urls = [*(one.url for one in release.artifacts.values()), *(one.url for one in release.assets)]
    return tuple(dict.fromkeys([*urls, *archives]))
