"""A webhook on loopback, reports, and what is to be seen of issues at the stand-in."""

from collections.abc import Callable, Mapping
from typing import Any

from release.notify.marker import parse_marker
from release.notify.notify import Notified, notify
from release.rehearsal import StandIn
from release.rehearsal.servers.http import Answer, Request
from release.rehearsal.servers.origin import Origin
from release.session import Session

PRODUCT = "kademoslabs/kekkai"
SHA = "ab" * 32
RUN = "/kademoslabs/kekkai/actions/runs/7"
HOOK_PATH = "/services/T0/B0/c2VjcmV0LXdlYmhvb2s"
IN_ACTIONS = {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": PRODUCT, "GITHUB_RUN_ID": "7"}
Open = Callable[..., Session]


class Hook:
    """A webhook on loopback: keeps what came, answers what it is told to."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.requests: list[Request] = []
        self.origin = Origin("slack", self._answer)

    def _answer(self, request: Request) -> Answer:
        self.requests.append(request)
        return self.answers.pop(0) if self.answers else Answer(200, b"ok")

    @property
    def texts(self) -> list[str]:
        return [request.json()["text"] for request in self.requests]


def row(channel: str, state: str, **more: object) -> dict[str, Any]:
    return {"channel": channel, "state": state, "version": "0.0.2", "sha256": SHA, **more}


def document(*rows: Mapping[str, Any], ok: bool = False, **more: object) -> dict[str, Any]:
    return {"schema": 1, "task": "dist.all", "ok": ok, "channels": list(rows), **more}


SERVES = {"version": "0.0.2", "sha256": SHA}
FAILED = document(row("scoop", "failed", reason="the run failed", run_url=None), row("homebrew", "served"))


def tell(session: Session, *documents: Mapping[str, Any], **options: Any) -> Notified:  # noqa: ANN401 - the keyword arguments of notify
    options = {"version": "0.0.2", "dry_run": False, "run_url": session.environment.server_url + RUN, **options}
    return notify(session, documents, **options)


def issues(standin: StandIn) -> list[dict[str, Any]]:
    return standin.world.issues.get(PRODUCT, [])


def comments(standin: StandIn, number: int) -> list[str]:
    return [one["body"] for one in standin.world.comments.get((PRODUCT, number), [])]


def failing(issue: Mapping[str, Any]) -> tuple[str, ...]:
    marker = parse_marker(issue["body"])
    assert marker is not None
    return marker.failing
