"""GitHub's REST API, a method per call. Source: GitHub's published API description, version 2022-11-28."""

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from release.errors import ServiceError
from release.http.transport import Answer, Transport

HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
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

    def url(self, *parts: str, **query: str) -> str:
        """The address of a call; each part is a path, quoted, and empty query values are left out."""
        path = "/".join(quote(part, safe="/@:") for part in parts)
        asked = urlencode({key: value for key, value in query.items() if value})
        return f"{self.api_url}/{path}" + (f"?{asked}" if asked else "")

    def ask(self, method: str, url: str, token: str | None, **options: Any) -> Answer:  # noqa: ANN401 - handed on
        """Any call that may be sent twice; the answer may be of any status."""
        headers = {**HEADERS, **options.pop("headers", {})}
        return self.transport.request(method, url, token=token, headers=headers, **options)

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

    def latest_release(self, repository: str, token: str | None) -> dict[str, Any] | None:
        """The newest stable release; ``None`` where there is none."""
        return self._optional(self.url("repos", repository, "releases", "latest"), token, f"releases of {repository}")

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
        answer = self.ask("GET", url, token, headers=RAW)
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise self.refusal(answer, token, f"{path} of {target}")
        return _decoded(answer)

    def runs(self, target: str, token: str | None, *, event: str = "", since: float | None = None,
             status: str = "", workflow: str = "") -> list[dict[str, Any]]:  # fmt: skip
        """Workflow runs, newest first, at most 100.

        Args:
            target: ``owner/name``.
            token: needs Actions: read.
            event: only of this event, such as ``repository_dispatch``.
            since: created at or after this time, seconds since the epoch by the server's clock.
            status: only of this status or conclusion.
            workflow: only of this workflow file.
        """
        created = ">=" + datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if since else ""
        under = ("actions", "workflows", workflow, "runs") if workflow else ("actions", "runs")
        url = self.url("repos", target, *under, event=event, created=created, status=status, per_page="100")
        found = self.get(url, token, f"workflow runs of {target} (Actions: read)").record().get("workflow_runs")
        return [run for run in found if isinstance(run, dict)] if isinstance(found, list) else []

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
        found = self.get(url, token, f"workflows of {target} (Actions: read)").record().get("workflows")
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    def listing(self, url: str, token: str | None, what: str) -> list[dict[str, Any]]:
        """A call that answers a JSON list, such as issues or pull requests."""
        found = self.get(url, token, what).json()
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    def create_pull(self, target: str, token: str | None, pull: Mapping[str, str]) -> dict[str, Any]:
        """A pull request; ``pull`` has ``title``, ``head``, ``base``, ``body``. Asked twice GitHub answers 422."""
        url = self.url("repos", target, "pulls")
        return self.get(url, token, f"a pull request in {target}", method="POST", json=dict(pull)).record()

    def pulls(self, target: str, token: str | None, *, head: str = "", state: str = "open") -> list[dict[str, Any]]:
        """Pull requests, newest first; ``head`` is ``owner:branch``."""
        url = self.url("repos", target, "pulls", head=head, state=state, per_page="100")
        return self.listing(url, token, f"pull requests of {target}")


def _decoded(answer: Answer) -> bytes:
    """A file's bytes, also from a server that knows the base64 form only."""
    if '"encoding"' not in answer.text or "raw" in answer.headers.get("Content-Type", ""):
        return answer.body
    try:
        value = answer.json()
        if isinstance(value, dict) and value.get("encoding") == "base64" and "content" in value:
            return base64.b64decode(str(value["content"]))
    except (ServiceError, binascii.Error):
        pass
    return answer.body


def message_of(answer: Answer) -> str:
    """GitHub's own words in an answer: ``message`` and every entry of ``errors``; else the start of the body."""
    try:
        value = answer.json()
    except ServiceError:
        return f"{answer.text.strip()[:80]!r}" if answer.text.strip() else "no message"
    if not isinstance(value, dict):
        return "no message"
    errors = value.get("errors") or []
    more = [str(e.get("message") or e.get("code") or e) if isinstance(e, dict) else str(e) for e in errors]
    return "; ".join([str(value.get("message") or "no message"), *more])[:300]


def refusal(answer: Answer, variable: str, what: str, *, sent_token: bool = True) -> ServiceError:
    """What an answer that is no success means, and what to do.

    Args:
        answer: any status but 2xx.
        variable: the name of the variable that held the token.
        what: what was asked for.
        sent_token: whether a token went along.
    """
    said = message_of(answer)
    if answer.status == 401:
        fix = f"Replace the token in {variable}: it is wrong, expired or revoked." if sent_token else f"Set {variable}."
        return ServiceError(f"Unauthorized: GitHub refused the token in {variable} for {what} ({said})", fix, 401)
    return ServiceError(
        f"GitHub answered {answer.status} for {what}: {said}", _fix(answer, variable, said), answer.status
    )


def _fix(answer: Answer, variable: str, said: str) -> str:
    needs = answer.headers.get("x-accepted-github-permissions")
    if sso := answer.headers.get("x-github-sso"):
        return f"Authorise the token in {variable} for single sign-on: {sso.partition('url=')[2] or sso}"
    by_status = {
        403: f"Give the token in {variable} the permission {needs or 'that this call needs (see the README)'}.",
        404: f"Check the name; or the token in {variable} cannot see it (GITHUB_TOKEN sees its own repository only).",
        410: "This API version or feature is gone; update this program, or enable the feature in the settings.",
        422: "Check the configuration of this channel against the target's workflow.",
    }
    if answer.status >= 500:
        return "GitHub has a fault; see its status page and run it again later."
    return by_status.get(answer.status, f"GitHub says: {said}. See its REST API documentation for this status.")
