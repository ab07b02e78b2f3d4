"""What is being released: version, tag, artifacts and their checksums, as GitHub and the downloads say."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from semver import Version as SemVer

from release.errors import InputError, ReleaseError, ServiceError
from release.http.workers import Workers
from release.metadata.assets import NotYet, as_asset, assets_of, choose_asset
from release.metadata.hashing import Progress, hash_artifact
from release.metadata.version import LATEST, Wanted, tag_of, version_of_tag
from release.records import Artifact, Release
from release.session import Session
from release.settings import ArtifactSpec

if TYPE_CHECKING:
    from concurrent.futures import Future


@dataclass(frozen=True)
class Found:
    """A release as far as it could be found, and every problem on the way.

    Attributes:
        release: artifacts that were not found are absent.
        problems: each with what to do.
        missing: nothing is wrong but that something is not there yet, so that asking again may help.
        reached: the names of the artifacts that can be downloaded.
        heard: who named the version.
    """

    release: Release
    problems: tuple[ReleaseError, ...] = ()
    missing: bool = False
    reached: frozenset[str] = frozenset()
    heard: str = ""

    @property
    def heading(self) -> str:
        """The version and who named it, for the first line of output."""
        return f"Version {self.release.version}, from {self.heard}"


def find(
    session: Session,
    known: str | Mapping[str, Any],
    names: Iterable[str],
    progress: Progress,
    had: Mapping[str, Artifact] | None = None,
) -> Found:
    """Look the release up, hash what has to be hashed, and ask whether the rest can be downloaded, all at once.

    Args:
        session: collaborators.
        known: a version, or the release as GitHub gave it.
        names: the artifacts that are needed, by their names in the configuration.
        progress: of the downloads.
        had: artifacts that an earlier look found: they are not downloaded again.
    """
    had, names = had or {}, list(dict.fromkeys(names))
    specs = [session.settings.artifacts[name] for name in names if name not in had]
    with Workers(2 * len(specs) + 1) as workers:
        found = _Search(session, workers, known, progress).run(specs)
    every = {**had, **found.release.artifacts}
    artifacts = {name: every[name] for name in names if name in every}
    return replace(found, release=replace(found.release, artifacts=artifacts), reached=frozenset(artifacts))


def resolve(session: Session, wanted: Wanted) -> str | Mapping[str, Any]:
    """The version asked for; where that is ``latest``, the newest release as GitHub gives it.

    Raises:
        ReleaseError: ``latest`` was asked for and cannot be told.
    """
    if wanted.version != LATEST:
        return wanted.version
    repository = session.settings.project.repository
    try:
        data = session.newest_release()
    except ServiceError as error:
        raise InputError(f"The newest release of {repository} cannot be told: {error.wrong}", error.fix) from None
    if data is None:
        own = f" whose tag begins with {prefix}" if (prefix := session.settings.project.prefix) else ""
        raise InputError(f"{repository} has no published stable release{own}", "Publish one, or give --version.")
    version_of_tag(str(data.get("tag_name")), session.settings.project.tag)
    return data


def published(session: Session, version: str) -> Release | None:
    """The published release of ``version`` with what GitHub states of its assets; ``None`` where it has none.

    Raises:
        ServiceError: GitHub does not say.
    """
    project, tag = session.settings.project, tag_of(version, session.settings.project)
    data = session.github.release(project.repository, tag, session.reading_token())
    if data is None or _not_it(data, tag):
        return None
    assets = tuple(map(as_asset, assets_of(data)))
    return Release(version, tag, bool(data.get("prerelease")), {}, assets=assets)


def version_known(session: Session, known: str | Mapping[str, Any]) -> str:
    """The version of what ``resolve`` gave."""
    if isinstance(known, str):
        return known
    return version_of_tag(str(known.get("tag_name")), session.settings.project.tag)


class _Search:
    """One look for a version: what is known of it, and the work under way."""

    def __init__(self, session: Session, workers: Workers, known: str | Mapping[str, Any], progress: Progress) -> None:
        self.session, self.workers, self.progress = session, workers, progress
        self.project = session.settings.project
        self.data = None if isinstance(known, str) else known
        self.version = version_known(session, known)
        self.tag = tag_of(self.version, self.project)
        self.problems: list[ReleaseError] = []

    def run(self, specs: list[ArtifactSpec]) -> Found:
        look_up = None if self.data else self.workers.submit(self._look_up)
        early = {spec.name: self._hash(self._by_url(spec)) for spec in specs if spec.url}
        if look_up is not None:
            self._settle(look_up)
        found = {spec.name: early.get(spec.name) or self._by_asset(spec) for spec in specs if spec.url or self.data}
        artifacts = {name: artifact for name, future in found.items() if (artifact := self._settle(future))}
        missing = bool(self.problems) and all(isinstance(problem, NotYet) for problem in self.problems)
        return Found(self._release(artifacts), tuple(self.problems), missing, frozenset(artifacts))

    def _settle(self, future: "Future[Any]") -> Any:  # noqa: ANN401 - of what the future holds
        """The future's result; a problem is noted and gives ``None``."""
        try:
            return future.result()
        except ReleaseError as error:
            self.problems.append(error)
            return None

    def _look_up(self) -> None:
        repository = self.project.repository
        self.data = self.session.github.release(repository, self.tag, self.session.reading_token())
        if self.data is None:
            fix = f"Publish it (gh release create {self.tag} --repo {repository}), or check the version."
            raise NotYet(f"Release {self.tag} not found: {repository} has no published release of this tag", fix, 404)
        if wrong := _not_it(self.data, self.tag):
            self.data = None
            raise ServiceError(f"GitHub answered for release {self.tag} with {wrong}", "Look at the release's page.")

    def _hash(self, artifact: Artifact) -> "Future[Artifact]":
        return self.workers.submit(hash_artifact, self.session, artifact, self.progress)

    def _by_url(self, spec: ArtifactSpec) -> Artifact:
        return Artifact(spec.name, artifact_url(self.session, spec, self.version))

    def _by_asset(self, spec: ArtifactSpec) -> "Future[Artifact]":
        """The release's asset, downloaded: what GitHub states of it is only compared."""
        try:
            return self._hash(choose_asset(spec, assets_of(self.data), self.version, self.project))
        except ReleaseError as error:
            return self.workers.submit(_raise, error)

    def _release(self, artifacts: Mapping[str, Artifact]) -> Release:
        prerelease = bool(SemVer.parse(self.version).prerelease) or bool((self.data or {}).get("prerelease"))
        assets = tuple(map(as_asset, assets_of(self.data)))
        return Release(self.version, self.tag, prerelease, dict(artifacts), self.data is not None, assets)


def _raise(error: ReleaseError) -> Artifact:
    raise error


def _not_it(data: Mapping[str, Any], tag: str) -> str | None:
    """Why a release as GitHub gives it is not the published one of this very tag; ``None`` where it is."""
    if data.get("draft"):
        return "a draft, which nobody can download"
    found = data.get("tag_name")
    return None if found == tag else f"the release of another tag: {str(found)[:80]!r}"


def artifact_url(session: Session, spec: ArtifactSpec, version: str) -> str:
    """The address of an artifact that is no release asset, from its template."""
    project = session.settings.project
    values = {"server": session.environment.server_url, "repository": project.repository,
              "tag": tag_of(version, project), "version": version, "name": project.name}  # fmt: skip
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), spec.url or "")
