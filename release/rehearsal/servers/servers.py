"""The stand-in's five servers over one world: every request is kept, delayed and misanswered as told."""

import threading
from collections.abc import Callable
from pathlib import Path

from release.rehearsal.feed import Feed
from release.rehearsal.github import actions, api, issues, pulls, releases, repositories
from release.rehearsal.github.apps import Apps
from release.rehearsal.github.git import answer_git
from release.rehearsal.pages import Pages
from release.rehearsal.servers.faults import Fault, Faults
from release.rehearsal.servers.http import Answer, Request, json_answer
from release.rehearsal.servers.origin import Origin
from release.rehearsal.servers.registry import Registry
from release.rehearsal.world import World

API = "/api/v3"
ROUTES = [*actions.ROUTES, *releases.ROUTES, *issues.ROUTES, *pulls.ROUTES, *api.ROUTES, *repositories.ROUTES]


class Servers:
    """GitHub, the host of its files, the registry, the feed and pages elsewhere, each on a port of its own.

    Attributes:
        api_url: GitHub's API; ``server_url``, ``registry_url`` and ``feed_url`` are the others' addresses.
        requests: every request so far, of all servers.
    """

    def __init__(self, world: World, registry: Registry, feed: Feed, root: Path, delay: float) -> None:
        self.pages = Pages()
        self.world, self.registry, self.feed = world, registry, feed
        self.root, self.delay = root, delay
        self.faults, self.requests, self.apps = Faults(), list[Request](), Apps(world)
        self._listen()

    def _listen(self) -> None:
        routes = {
            "github": self._github, "codeload": lambda request: releases.answer_file(self.world, request),
            "registry": self.registry.answer, "feed": self.feed.answer, "pages": self.pages.answer,
        }  # fmt: skip
        now = self.world.clock.now
        self._origins = {name: Origin(name, self._playing(answer), now) for name, answer in routes.items()}
        self.server_url = self.world.server_url = self._origins["github"].url
        self.api_url = self.world.api_url = self.server_url + API
        self.world.assets_url = self._origins["codeload"].url
        self.registry_url = self.registry.url = self._origins["registry"].url
        self.feed.url = self._origins["feed"].url
        self.pages.url = self._origins["pages"].url
        self.feed_url = f"{self.feed.url}/api/v2"

    def close(self) -> None:
        """End every run, server and connection."""
        self.world.closed.set()
        closing = [threading.Thread(target=origin.close) for origin in self._origins.values()]
        for thread in closing:
            thread.start()
        for thread in (*closing, *self.world.threads):
            if thread is not threading.current_thread():
                thread.join()

    def _playing(self, answer: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
        """``answer`` with the record, the faults and the delay around it."""

        def play(request: Request) -> Answer:
            asks_api = request.path.startswith(f"{API}/")
            with self.world.lock:
                self.requests.append(request)
                self.world.under_way += asks_api
            fault = self.faults.take(request)
            real = None if fault and fault.replaces else self._safely(answer, request)
            given = fault.apply(real) if fault else real or Answer(500)
            request.status = 0 if given.drop else given.status
            if pause := self.delay + (fault.delay if fault else 0):
                self.world.closed.wait(pause)
            with self.world.lock:
                self.world.under_way -= asks_api
            return given

        return play

    def _safely(self, answer: Callable[[Request], Answer], request: Request) -> Answer:
        try:
            return answer(request)
        except Exception as failed:  # noqa: BLE001 - our own mistake must be seen by the test, not end the thread
            self.world.errors.append(f"{request.method} {request.path}: {failed!r}")
            return json_answer({"message": f"stand-in: {failed!r}"}, 500)

    def _github(self, request: Request) -> Answer:
        if request.path.startswith(f"{API}/"):
            path = request.path.removeprefix(API)
            return self.apps.answer(request, path) or api.answer_api(self.world, ROUTES, request, path)
        found = releases.file_redirect(self.world, request) or answer_git(self.world, self.root, request)
        return found or Answer(404, b"<html>Not Found</html>", {"Content-Type": "text/html; charset=utf-8"})

    def fault(self, method: str, path: str, times: int | None = 1, **how: object) -> Fault:
        """Misbehave for the next ``times`` requests that match; ``how`` are the fields of ``Fault``."""
        return self.faults.add(Fault(method, path, times, **how))  # type: ignore[arg-type]  # Fault's own fields

    def sent(self, method: str, path: str = "") -> list[Request]:
        """The requests of this method whose path holds ``path``."""
        with self.world.lock:
            return [r for r in self.requests if r.method == method and path in r.path]
