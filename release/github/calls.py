"""How a call of GitHub's REST API goes out, and what its answer must be; which calls there are is not known here."""

from collections.abc import Iterator, Mapping
from copy import copy
from typing import Any, Self
from urllib.parse import quote, urlencode

from release.errors import ServiceError
from release.github.refusals import refusal
from release.http.transport import Answer, Transport
from release.http.workers import Once

HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
MOST_PAGES = 100  # GitHub lists the first 10,000 releases only
KEPT, MOST_KEPT = 64 * 1024, 256  # bytes of an answer that is kept to be compared, and so many answers
Read = tuple[str, str | None, str]
"""Address, token and media type."""


class Calls:
    """Calls with the token that they are given, ``None`` for none.

    Args:
        transport: sends.
        api_url: without a trailing slash, such as ``https://api.github.com``.
        names: token -> the name of the variable that held it, for messages.
    """

    def __init__(self, transport: Transport, api_url: str, names: Mapping[str, str] | None = None) -> None:
        self.transport, self.api_url, self.names = transport, api_url, dict(names or {})
        self._last: dict[Read, Answer] = {}
        self._reads: Once[Answer] | None = None

    def url(self, *parts: str, **query: str) -> str:
        """The address of a call; each part is a path, quoted, and empty query values are left out."""
        path = "/".join(quote(part, safe="/@:") for part in parts)
        asked = urlencode({key: value for key, value in query.items() if value})
        return f"{self.api_url}/{path}" + (f"?{asked}" if asked else "")

    def ask(self, method: str, url: str, token: str | None, **options: Any) -> Answer:  # noqa: ANN401 - handed on
        """Any call that may be sent twice; the answer may be of any status.

        The last answer again where GitHub says that nothing changed, which it does not count.
        """
        headers = {**HEADERS, **options.pop("headers", {})}
        if method != "GET":
            return self.transport.request(method, url, token=token, headers=headers, **options)
        key = (url, token, headers["Accept"])
        if self._reads is None:
            return self._read(key, headers, options)
        return self._reads.get(key, lambda: self._read(key, headers, options))

    def _read(self, key: Read, headers: dict[str, str], options: dict[str, Any]) -> Answer:
        url, token, _ = key
        if had := self._last.get(key):
            headers = {"If-None-Match": had.headers["ETag"], **headers}
        answer = self.transport.request("GET", url, token=token, headers=headers, **options)
        if answer.status == 304 and had and headers["If-None-Match"] == had.headers["ETag"]:
            return had
        if answer.status == 200 and answer.headers.get("ETag") and len(answer.body) <= KEPT:
            self._last[key] = answer
            if len(self._last) > MOST_KEPT:
                self._last.pop([*self._last][0], None)  # noqa: RUF015 - in one step, whatever other threads do
        return answer

    def remembering(self) -> Self:
        """The same, which asks for nothing twice."""
        other = copy(self)
        other._reads = Once()  # noqa: SLF001 - of the same class
        return other

    def get(self, url: str, token: str | None, what: str, **options: Any) -> Answer:  # noqa: ANN401 - handed on
        """A call that must succeed.

        Args:
            url: from ``url``.
            token: or ``None``.
            what: what is asked for, for messages: ``release v0.0.1 of kademoslabs/kekkai``.
            options: as of ``Transport.once``; ``method`` other than GET.

        Raises:
            ServiceError: any status but 2xx, with GitHub's message and the likely cause and fix.
        """
        answer = self.ask(options.pop("method", "GET"), url, token, **options)
        if 200 <= answer.status < 300:
            return answer
        raise self.refusal(answer, token, what)

    def refusal(self, answer: Answer, token: str | None, what: str) -> ServiceError:
        """The error for an answer that is no success."""
        return refusal(answer, self.names.get(token or "", "GITHUB_TOKEN"), what, sent_token=token is not None)

    def optional(self, url: str, token: str | None, what: str, **options: Any) -> dict[str, Any] | None:  # noqa: ANN401 - handed on
        """A record; ``None`` where there is none (404)."""
        answer = self.ask("GET", url, token, **options)
        if answer.status == 404:
            return None
        if answer.status == 200:
            return answer.record()
        raise self.refusal(answer, token, what)

    def listing(self, url: str, token: str | None, what: str, under: str = "") -> list[dict[str, Any]]:
        """A call that answers a JSON list, or a record with one ``under`` a key; anything else is an error, not none.

        Raises:
            ServiceError: as ``get``, or the answer is no such list.
        """
        return _records(self._list(url, token, what, under))

    def _list(self, url: str, token: str | None, what: str, under: str) -> list[Any]:
        answer = self.get(url, token, what)
        found = answer.record().get(under) if under else answer.json()
        if not isinstance(found, list):
            raise answer.misshapen()
        return found

    def pages(
        self, url: str, token: str | None, what: str, *, size: int, most: int = MOST_PAGES, under: str = ""
    ) -> Iterator[dict[str, Any]]:
        """The entries of a list, asked for page by page as long as one is full.

        Args:
            url: from ``url``.
            token: or ``None``.
            what: as of ``get``.
            size: entries of a page.
            most: pages at most.
            under: as of ``listing``.
        """
        first = f"{url}{'&' if '?' in url else '?'}per_page={size}"
        for page in range(1, most + 1):
            listed = self._list(first if page == 1 else f"{first}&page={page}", token, what, under)
            yield from _records(listed)
            if len(listed) < size:  # an odd entry among them makes a page no shorter
                return


def _records(found: list[Any]) -> list[dict[str, Any]]:
    return [one for one in found if isinstance(one, dict)]
