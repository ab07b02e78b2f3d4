"""Misbehaviour on demand: of single requests, and of whole channels by name."""

import json as json_format
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from release.rehearsal.servers.http import Answer, Request
from release.settings import Channel

KINDS = {
    "unauthorized": "the dispatch is answered 401, as for a bad or expired token",
    "forbidden": "the dispatch is answered 403, as for a token without permission",
    "lost": "the dispatch is accepted, but its answer is lost with the connection",
    "rate-limit": "the first dispatch is answered 429 and told to wait a second",
    "server-error": "every dispatch is answered 502 and not accepted",
    "no-receiver": "no workflow of the target listens to the event",
    "run-failed": "the receiver's run fails",
    "run-cancelled": "the receiver's run is cancelled",
    "run-timeout": "the receiver's run times out",
    "needs-approval": "the receiver's run waits for somebody's approval",
    "stuck": "the receiver's run never ends",
    "stale": "the receiver's run succeeds but changes nothing",
    "wrong-checksum": "the receiver publishes the version with a wrong checksum",
    "slow": "the dispatch is answered after two seconds",
}
RUN_KINDS = ("run-failed", "run-cancelled", "run-timeout", "needs-approval", "stuck", "stale", "wrong-checksum")


@dataclass
class Fault:
    """What happens to the requests that match.

    Attributes:
        method: ``GET`` ..., ``*`` for any.
        path: a regular expression, searched in the request's path.
        times: so many requests are hit; ``None`` for all.
        skip: so many matching requests pass before the first hit.
        origin: only requests to this server: ``github``, ``codeload``, ``registry``, ``feed``.
        token: only requests that carry this token.
        event: only a ``repository_dispatch`` of this event type.
        accept: do for real what the request asks for, then answer as told here.
        status: of the answer; without it (and without ``drop``) the real answer is changed.
        headers: added to the answer.
        body: of the answer, ``json`` is the same for a value.
        drop: close the connection without an answer.
        cut: bytes left out at the end of the body; its length promises all of them.
        delay: seconds before the answer.
        corrupt: one byte in the middle of the body is another one.
        hits: requests hit so far.
    """

    method: str
    path: str
    times: int | None = 1
    skip: int = 0
    origin: str | None = None
    token: str | None = None
    event: str | None = None
    accept: bool = False
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | str | None = None
    json: object = None
    drop: bool = False
    cut: int = 0
    delay: float = 0.0
    corrupt: bool = False
    hits: int = 0

    @property
    def replaces(self) -> bool:
        """Whether the request is not looked at but answered at once."""
        return not self.accept and (self.drop or self.status is not None)

    def matches(self, request: Request) -> bool:
        """Whether ``request`` is meant, its turn aside."""
        return (
            self.method in {"*", request.method}
            and re.search(self.path, request.path) is not None
            and self.origin in {None, request.origin}
            and (self.token is None or self.token in request.headers.get("authorization", ""))
            and (self.event is None or _tells(request, self.event))
        )

    def apply(self, answer: Answer | None) -> Answer:
        """The answer that goes out in place of the real one (``None``: there is none)."""
        made = answer if answer and self.status is None else Answer(self.status or 200)
        text = json_format.dumps(self.json) if self.json is not None else self.body
        if text is not None:  # the real one's entity tag is not this body's
            same = {name: value for name, value in made.headers.items() if name.lower() != "etag"}
            made = Answer(200 if made.status == 304 else made.status, made.body, same)
        body = made.body if text is None else text.encode() if isinstance(text, str) else text
        if self.corrupt:
            body = _corrupted(body)
        kind = {"Content-Type": "application/json; charset=utf-8"} if self.json is not None else {}
        return Answer(made.status, body, {**made.headers, **kind, **self.headers}, self.cut, self.drop)


def _tells(request: Request, event: str) -> bool:
    try:
        body = request.json()
    except ValueError:
        return False
    return isinstance(body, dict) and body.get("event_type") == event


def _corrupted(body: bytes | Path) -> bytes:
    content = bytearray(body.read_bytes() if isinstance(body, Path) else body)
    if content:
        content[len(content) // 2] ^= 0xFF
    return bytes(content)


class Faults:
    """The faults that wait for their requests; safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """From now on ``fault`` waits for its requests; older ones come first."""
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Behave from now on."""
        with self._lock:
            self._faults.clear()

    def take(self, request: Request) -> Fault | None:
        """The fault that hits ``request``, counted; ``None`` where none does."""
        with self._lock:
            for fault in (f for f in self._faults if f.matches(request)):
                if fault.skip:
                    fault.skip -= 1
                elif fault.times is None or fault.hits < fault.times:
                    fault.hits += 1
                    return fault
        return None


def channel_fault(kind: str, channel: Channel) -> Fault | None:
    """The fault of the channel's own dispatch for a kind of ``KINDS``; ``None``: not there."""
    file = f"/actions/workflows/{re.escape(channel.workflow)}" if channel.workflow else ""
    path = f"/repos/{re.escape(channel.target)}{file}/dispatches$"
    refused = {"message": "Resource not accessible by personal access token", "status": "403"}
    accepts = {"X-Accepted-GitHub-Permissions": "contents=write"}
    limited = {"message": "You have exceeded a secondary rate limit."}
    made = {
        "unauthorized": Fault("POST", path, None, status=401, json={"message": "Bad credentials", "status": "401"}),
        "forbidden": Fault("POST", path, None, status=403, json=refused, headers=accepts),
        "lost": Fault("POST", path, accept=True, drop=True),
        "rate-limit": Fault("POST", path, status=429, json=limited, headers={"Retry-After": "1"}),
        "server-error": Fault("POST", path, None, status=502, body="<html>Bad Gateway</html>"),
        "slow": Fault("POST", path, None, delay=2.0),
    }
    fault = made.get(kind)
    return replace(fault, event=channel.event_type) if fault else None


def rate_limit(method: str, path: str, seconds: int = 1, status: int = 403, times: int = 1) -> Fault:
    """A primary rate limit that ends in ``seconds``, told by ``x-ratelimit-*`` alone."""
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(time.time()) + seconds)}
    body = {"message": "API rate limit exceeded for user ID 1."}
    return Fault(method, path, times, status=status, json=body, headers=headers)
