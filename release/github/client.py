"""GitHub's REST API, a method per call. Source: GitHub's published API description, version 2022-11-28."""

from collections.abc import Mapping
from copy import copy
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from release.errors import ServiceError
from release.github.own import is_own_run
from release.github.refusals import decode_file, message_of, parse_folder, refusal
from release.github.runs import EARLIER, parse_run
from release.http.transport import Answer, Transport
from release.http.workers import Once

__all__ = ["HEADERS", "GitHub", "message_of", "refusal"]

HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
PAGE = 100
PULLS = 25  # of a page: anybody may open one, with 65,536 characters in it
MOST_PAGES = 100  # GitHub lists the first 10,000 releases only
KEPT, MOST_KEPT = 64 * 1024, 256  # bytes of an answer that is kept to be compared, and so many answers
LARGEST_FILE = 1024 * 1024  # bytes of a target's file
Read = tuple[str, str | None, str]
"""Address, token and media type."""
RAW = {**HEADERS, "Accept": "application/vnd.github.raw+json"}


class GitHub:
    """One method per call; every one takes the token it goes out with, ``None`` for none.

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

    def remembering(self) -> "GitHub":
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

    def release(self, repository: str, tag: str, token: str | None) -> dict[str, Any] | None:
        """The published release of ``tag``; ``None`` where GitHub knows none (drafts are unknown too)."""
        url = self.url("repos", repository, "releases", "tags", tag)
        return self._optional(url, token, f"release {tag} of {repository}")

    def latest_release(self, repository: str, token: str | None, prefix: str = "") -> dict[str, Any] | None:
        """The newest stable release, with ``prefix`` of those whose tag begins so; ``None`` where there is none."""
        what = f"releases of {repository}"
        if not prefix:
            return self._optional(self.url("repos", repository, "releases", "latest"), token, what)
        for page in range(1, MOST_PAGES + 1):
            url = self.url("repos", repository, "releases", per_page=str(PAGE), page=str(page))
            listed = self.listing(url, token, what)
            own = (one for one in listed if str(one.get("tag_name")).startswith(prefix))
            if found := next((one for one in own if not (one.get("draft") or one.get("prerelease"))), None):
                return found
            if len(listed) < PAGE:
                break
        return None

    def _optional(self, url: str, token: str | None, what: str, **options: Any) -> dict[str, Any] | None:  # noqa: ANN401 - handed on
        answer = self.ask("GET", url, token, **options)
        if answer.status == 404:
            return None
        if answer.status == 200:
            return answer.record()
        raise self.refusal(answer, token, what)

    def repository(self, target: str, token: str | None) -> dict[str, Any]:
        """``archived``, ``default_branch``, ``permissions`` and more."""
        return self.get(self.url("repos", target), token, f"repository {target}").record()

    def file(self, target: str, path: str, token: str | None, ref: str = "") -> bytes | None:
        """A file of the default branch (or of ``ref``), byte for byte; ``None`` where there is none."""
        url = self.url("repos", target, "contents", path, ref=ref)
        answer = self.ask("GET", url, token, headers=RAW, largest=2 * LARGEST_FILE)
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise self.refusal(answer, token, f"{path} of {target}")
        content = decode_file(answer)
        if content is None or len(content) > LARGEST_FILE:
            what = "no file" if content is None else f"larger than {LARGEST_FILE} bytes"
            raise ServiceError(f"{path} of {target} is {what}", "Look what is there.")
        return content

    def folder(self, target: str, path: str, token: str | None) -> list[str]:
        """The paths of the files in a folder of the default branch (``""``: the top); empty where there is none."""
        answer = self.ask("GET", self.url("repos", target, "contents", *filter(None, [path])), token)
        if answer.status not in {200, 404}:
            raise self.refusal(answer, token, f"{path} of {target}")
        return parse_folder(answer) if answer.status == 200 else []

    def new_name(self, target: str, token: str | None) -> str | None:
        """What a repository that was renamed or moved is called now; ``None`` where that cannot be had."""
        try:
            name = self.repository(target, token).get("full_name")
        except ServiceError:
            return None
        return name if isinstance(name, str) and name.lower() != target.lower() else None

    def runs(self, target: str, token: str | None, *, event: str = "", since: float | None = None,
             status: str = "", workflow: str = "", pages: int = 3) -> list[dict[str, Any]]:  # fmt: skip
        """Workflow runs, none of a fork, newest first, 100 a page at most; of further pages where one is full.

        Args:
            target: ``owner/name``.
            token: needs Actions: read.
            event: only of this event, such as ``repository_dispatch``.
            since: created about or after this time, seconds since the epoch by the server's clock.
            status: only of this status or conclusion.
            workflow: only of this workflow file.
            pages: so many at most.

        Raises:
            ServiceError: they cannot be read, or the answer is no list of runs.
        """
        under = ("actions", "workflows", workflow, "runs") if workflow else ("actions", "runs")
        asked = {"event": event, "created": _created(since), "status": status, "per_page": str(PAGE)}
        what, found = f"workflow runs of {target} (Actions: read)", list[dict[str, Any]]()
        for page in range(1, pages + 1):
            url = self.url("repos", target, *under, **asked, page=str(page) if page > 1 else "")
            answer = self.get(url, token, what)
            listed = answer.record().get("workflow_runs")
            if not isinstance(listed, list):
                raise answer.misshapen()
            found += [parse_run(run) for run in listed if isinstance(run, dict) and is_own_run(run, target)]
            if len(listed) < PAGE:
                break
        return found

    def run(self, target: str, run_id: int, token: str | None, headers: Mapping[str, str] | None = None) -> Answer:
        """One run; with ``If-None-Match`` in ``headers`` 304 where nothing changed."""
        url = self.url("repos", target, "actions", "runs", str(run_id))
        return self.ask("GET", url, token, headers=dict(headers or {}))

    def workflow(self, target: str, name: str, token: str | None) -> dict[str, Any] | None:
        """One workflow by file name: ``state``, ``path``; ``None`` where there is none."""
        return self._optional(self.url("repos", target, "actions", "workflows", name), token, f"{name} of {target}")

    def workflows(self, target: str, token: str | None) -> list[dict[str, Any]]:
        """All workflows: ``path``, ``state``, ``name``."""
        url = self.url("repos", target, "actions", "workflows", per_page="100")
        answer = self.get(url, token, f"workflows of {target} (Actions: read)")
        return _tables(answer, answer.record().get("workflows"))

    def listing(self, url: str, token: str | None, what: str) -> list[dict[str, Any]]:
        """A call that answers a JSON list, such as issues or pull requests; anything else is an error and not none."""
        answer = self.get(url, token, what)
        return _tables(answer, answer.json())

    def create_pull(self, target: str, token: str | None, pull: Mapping[str, str]) -> dict[str, Any]:
        """A pull request; ``pull`` has ``title``, ``head``, ``base``, ``body``. Asked twice GitHub answers 422."""
        url = self.url("repos", target, "pulls")
        return self.get(url, token, f"a pull request in {target}", method="POST", json=dict(pull)).record()

    def pulls(self, target: str, token: str | None, *, head: str = "", state: str = "open") -> list[dict[str, Any]]:
        """Pull requests, newest first, of further pages where one is full; ``head`` is ``owner:branch``."""
        found = list[dict[str, Any]]()
        for page in range(1, MOST_PAGES + 1):
            asked = {"head": head, "state": state, "per_page": str(PULLS), "page": str(page) if page > 1 else ""}
            url = self.url("repos", target, "pulls", **asked)
            found += (listed := self.listing(url, token, f"pull requests of {target}"))
            if len(listed) < PULLS:
                break
        return found


def _tables(answer: Answer, found: object) -> list[dict[str, Any]]:
    if not isinstance(found, list):
        raise answer.misshapen()
    return [one for one in found if isinstance(one, dict)]


def _created(since: float | None) -> str:
    """GitHub's date search for what was created about or after ``since``."""
    return ">=" + datetime.fromtimestamp(since - EARLIER, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if since else ""
