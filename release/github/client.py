"""GitHub's REST API, a method per call. Source: GitHub's published API description, version 2022-11-28."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from release.errors import ServiceError
from release.github.calls import HEADERS, Calls
from release.github.own import is_own_run
from release.github.refusals import decode_file, parse_folder
from release.github.runs import EARLIER, parse_run
from release.http.transport import Answer

PAGE = 100
PULLS = 25  # of a page: anybody may open one, with 65,536 characters in it
LARGEST_FILE = 1024 * 1024  # bytes of a target's file
RAW = {**HEADERS, "Accept": "application/vnd.github.raw+json"}


class GitHub(Calls):
    """One method per call; every one takes the token it goes out with, ``None`` for none."""

    def release(self, repository: str, tag: str, token: str | None) -> dict[str, Any] | None:
        """The published release of ``tag``; ``None`` where GitHub knows none (drafts are unknown too)."""
        url = self.url("repos", repository, "releases", "tags", tag)
        return self.optional(url, token, f"release {tag} of {repository}")

    def latest_release(self, repository: str, token: str | None, prefix: str = "") -> dict[str, Any] | None:
        """The newest stable release, with ``prefix`` of those whose tag begins so; ``None`` where there is none."""
        what = f"releases of {repository}"
        if not prefix:
            return self.optional(self.url("repos", repository, "releases", "latest"), token, what)
        listed = self.pages(self.url("repos", repository, "releases"), token, what, size=PAGE)
        own = (one for one in listed if str(one.get("tag_name")).startswith(prefix))
        return next((one for one in own if not (one.get("draft") or one.get("prerelease"))), None)

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
        asked = {"event": event, "created": _created(since), "status": status}
        url, what = self.url("repos", target, *under, **asked), f"workflow runs of {target} (Actions: read)"
        listed = self.pages(url, token, what, size=PAGE, most=pages, under="workflow_runs")
        return [parse_run(run) for run in listed if is_own_run(run, target)]

    def run(self, target: str, run_id: int, token: str | None, headers: Mapping[str, str] | None = None) -> Answer:
        """One run; with ``If-None-Match`` in ``headers`` 304 where nothing changed."""
        url = self.url("repos", target, "actions", "runs", str(run_id))
        return self.ask("GET", url, token, headers=dict(headers or {}))

    def workflows(self, target: str, token: str | None) -> list[dict[str, Any]]:
        """All workflows: ``path``, ``state``, ``name``."""
        url = self.url("repos", target, "actions", "workflows", per_page="100")
        return self.listing(url, token, f"workflows of {target} (Actions: read)", "workflows")

    def create_pull(self, target: str, token: str | None, pull: Mapping[str, str]) -> dict[str, Any]:
        """A pull request; ``pull`` has ``title``, ``head``, ``base``, ``body``. Asked twice GitHub answers 422."""
        url = self.url("repos", target, "pulls")
        return self.get(url, token, f"a pull request in {target}", method="POST", json=dict(pull)).record()

    def pulls(self, target: str, token: str | None, *, head: str = "", state: str = "open") -> list[dict[str, Any]]:
        """Pull requests, newest first, of further pages where one is full; ``head`` is ``owner:branch``."""
        url = self.url("repos", target, "pulls", head=head, state=state)
        return list(self.pages(url, token, f"pull requests of {target}", size=PULLS))


def _created(since: float | None) -> str:
    """GitHub's date search for what was created about or after ``since``."""
    return ">=" + datetime.fromtimestamp(since - EARLIER, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if since else ""
