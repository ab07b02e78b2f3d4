"""The places that say what a channel serves, read at the same time; all reads of one channel end at one time."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from release.errors import ServiceError
from release.http.workers import Workers, deadline, result_by
from release.session import Session
from release.settings import Channel

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")


class Sources:
    """Reads of one channel.

    Args:
        session: collaborators.
        channel: whose.
        workers: their threads.
        timeout: seconds for all reads together, one try each; ``None`` for the usual tries and no end.
        sha256: of the channel's artifact, where it is known.
    """

    def __init__(
        self, session: Session, channel: Channel, workers: Workers, timeout: float | None, sha256: str | None = None
    ) -> None:
        self.session, self.channel, self.timeout, self.sha256 = session, channel, timeout, sha256
        self.attempts = None if timeout is None else 1
        self._workers = workers
        self._until = deadline(timeout)

    def begin(self, read: Callable[[], T]) -> Callable[[], T]:
        """Start a read; the result is a function that waits for it."""
        future = self._workers.submit(read)
        return lambda: self._result(future)

    def _result(self, future: "Future[T]") -> T:
        try:
            return result_by(future, self._until)
        except TimeoutError:
            raise ServiceError(f"it did not answer within {self.timeout:g} s", "Try it again later.") from None

    def files(self, paths: Iterable[str]) -> dict[str, bytes]:
        """Path -> content, on the default branch of the channel's target.

        Raises:
            ServiceError: one cannot be read, or is not there.
        """
        begun = {path: self.begin(self._file(path)) for path in paths}
        found = {path: wait() for path, wait in begun.items()}
        if missing := [path for path, content in found.items() if content is None]:
            raise ServiceError(
                f"{missing[0]} is not in {self.channel.target}, or the token in {self.channel.token} cannot see it",
                "Check the file's path and the token's permission.",
            )
        return {path: content for path, content in found.items() if content is not None}

    def folders(self, paths: Iterable[str]) -> list[str]:
        """The paths of all plain files in some folders of the target; a folder that is not there has none.

        Raises:
            ServiceError: one cannot be read in full.
        """
        begun = [self.begin(self._folder(path)) for path in paths]
        return [name for wait in begun for name in wait()]

    def _folder(self, path: str) -> Callable[[], list[str]]:
        session, channel = self.session, self.channel
        return lambda: session.github.folder(channel.target, path, session.token(channel))

    def _file(self, path: str) -> Callable[[], bytes | None]:
        session, channel = self.session, self.channel
        return lambda: session.github.file(channel.target, path, session.token(channel))
