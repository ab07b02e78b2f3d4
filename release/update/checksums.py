"""Checksums by URL: each is of the bytes that were downloaded from it in this run."""

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress

from release.errors import EditRefused, ReleaseError, ServiceError
from release.http.download import hash_url
from release.http.workers import Workers
from release.records import Release
from release.session import Session

UNSEEN = "0" * 64  # stands for a checksum while it is found out which ones are needed


class Checksums:
    """URL -> sha256; every URL is downloaded once, and held against what GitHub states of it.

    Args:
        session: collaborators.
        release: its artifacts were downloaded and hashed already; of its assets GitHub's statement is known.
    """

    def __init__(self, session: Session, release: Release) -> None:
        self._session, self._release = session, release
        self._hashed = {one.url: one.sha256 for one in release.artifacts.values() if one.sha256}
        self._refused: dict[str, EditRefused] = {}
        self._lock = threading.Lock()

    def of(self, url: str) -> str:
        """The checksum of the bytes behind ``url``, 64 lower-case hex digits.

        Raises:
            EditRefused: there is no such file.
            ServiceError: it cannot be downloaded now, or is not what GitHub states.
        """
        with self._lock:
            known, refused = self._hashed.get(url), self._refused.get(url)
        if refused is not None:
            raise refused
        return known or self._hash(url)

    def _hash(self, url: str) -> str:
        try:
            hashed = hash_url(self._session.transport, url, lambda _done, _total: None)
        except ServiceError as error:
            if error.status in {401, 403, 404, 410, 200}:
                fix = f"Attach it to {self._release.tag}, or correct the channel's files."
                refused = EditRefused(f"{url} is no file of the release: {error.wrong}", fix)
                with self._lock:
                    self._refused[url] = refused
                raise refused from None
            raise
        stated = next((asset.sha256 for asset in self._release.assets if asset.url == url and asset.sha256), None)
        if stated not in {None, hashed.sha256}:
            wrong = f"SHA256 mismatch: {url} serves {hashed.sha256}, GitHub states {stated}"
            raise ServiceError(wrong, "Do not release it: download it again, and compare it with what you built.")
        with self._lock:
            return self._hashed.setdefault(url, hashed.sha256)

    def foresee(self, edit: Callable[[Callable[[str], str]], object]) -> None:
        """Download at the same time what ``edit`` will ask for one after the other.

        Args:
            edit: takes what stands for ``of``; run once without effect, and what it raises is left to the real run.
        """
        asked: dict[str, None] = {}

        def note(url: str) -> str:
            asked[url] = None
            return self._hashed.get(url, UNSEEN)

        with suppress(ReleaseError):
            edit(note)
        self._fetch(url for url in asked if url not in self._hashed and url not in self._refused)

    def _fetch(self, urls: Iterable[str]) -> None:
        with Workers(self._session.settings.http.concurrency) as workers:
            for future in [workers.submit(self._hash, url) for url in urls]:
                future.exception()  # the real run meets it again, where it is reported
