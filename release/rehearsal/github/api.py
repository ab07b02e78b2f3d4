"""GitHub's front door: tokens, rate-limit headers, conditional requests, and the table of routes."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from release.rehearsal.github.allowance import Allowance
from release.rehearsal.github.bare import Repository
from release.rehearsal.records import AnswerError, Json, Token
from release.rehearsal.servers.http import Answer, Request, json_answer
from release.rehearsal.world import World


@dataclass(frozen=True)
class Call:
    """One request to the API, its token already known to be good."""

    world: World
    request: Request
    names: Mapping[str, str]
    token: Token | None

    @property
    def repository(self) -> Repository:
        """The repository that the path names.

        Raises:
            AnswerError: 404, also where it is private and the token may not see it.
        """
        found = self.world.repository(f"{self.names['owner']}/{self.names['repo']}")
        if found.private and (self.token is None or found.name not in self.token.repositories):
            raise AnswerError(404, "Not Found")
        return found

    def allow(self, permission: str) -> None:
        """Refuse tokens that lack ``permission``, such as ``contents:write``, on the repository.

        Raises:
            AnswerError: 401 without a token, 404 for another repository's token, 403 for a missing permission.
        """
        if self.token is None:
            raise AnswerError(401, "Requires authentication")
        if self.repository.name not in self.token.repositories:
            raise AnswerError(404, "Not Found")
        self.check(permission)

    def check(self, permission: str) -> None:
        """Refuse a token that was denied ``permission``; a public repository's visitor passes.

        Raises:
            AnswerError: 403, with the header that says which permission would do.
        """
        if self.token and permission in self.token.denied:
            accepts = {"X-Accepted-GitHub-Permissions": permission.replace(":", "=")}
            raise AnswerError(403, "Resource not accessible by personal access token", headers=accepts)

    def json(self) -> Json:
        """The body, an object.

        Raises:
            AnswerError: 400, it is none.
        """
        try:
            value = self.request.json()
        except ValueError:
            raise AnswerError(400, "Problems parsing JSON") from None
        if not isinstance(value, dict):
            raise AnswerError(400, "Body should be a JSON object")
        return value


Route = tuple[str, re.Pattern[str], Callable[[Call], Answer]]


def route(method: str, path: str, answer: Callable[[Call], Answer]) -> Route:
    """A row of the table: ``{owner}`` matches a part of the path, ``{path...}`` all the rest of it."""
    pattern = re.sub(r"\\\{(\w+)\\\.\\\.\\\.\\\}", r"(?P<\1>.*)", re.escape(path))
    return method, re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", pattern)), answer


def answer_api(world: World, routes: list[Route], request: Request, path: str) -> Answer:
    """The API's answer for ``path`` (without the prefix of the API), with GitHub's usual headers."""
    token = None
    try:
        token = _token(world, request)
        _count(world, request, token)
        answer = _find(world, routes, request, path, token)
    except AnswerError as refused:
        answer = refused.answer
    answer.headers.update(_limits(world, token))
    conditional = _conditional(request, answer)
    if token and conditional.status == 304:
        token.limits.spend(world.clock.now(), -1)
    return conditional


def _token(world: World, request: Request) -> Token | None:
    if not request.headers.get("user-agent"):
        raise AnswerError(403, "Request forbidden by administrative rules. Add a User-Agent header.")
    given = request.headers.get("authorization", "")
    if not given:
        return None
    token = world.tokens.get(given.partition(" ")[2])
    if token is None or given.partition(" ")[0].lower() not in {"bearer", "token"}:
        raise AnswerError(401, "Bad credentials")
    return token


def _count(world: World, request: Request, token: Token | None) -> None:
    writes = request.method not in {"GET", "HEAD"}
    allowed = token is None or token.limits.allows(world.clock.now(), writes=writes, under_way=world.under_way - 1)
    if not allowed and world.refuses:
        raise AnswerError(429, "You have exceeded a secondary rate limit.", headers={"Retry-After": "60"})


def _find(world: World, routes: list[Route], request: Request, path: str, token: Token | None) -> Answer:
    method = "GET" if request.method == "HEAD" else request.method
    for wanted, pattern, answer in routes:
        if wanted == method and (match := pattern.fullmatch(path)):
            return answer(Call(world, request, match.groupdict(), token))
    raise AnswerError(404, "Not Found")


def _limits(world: World, token: Token | None) -> dict[str, str]:
    told = {
        **(token.limits if token else Allowance(60)).headers(world.clock.now()),
        "X-RateLimit-Resource": "core",
        "X-GitHub-Media-Type": "github.v3; format=json",
    }
    if token and token.scopes is not None:
        told |= {"X-OAuth-Scopes": token.scopes, "X-Accepted-OAuth-Scopes": "repo"}
    if token and token.expires:
        told["GitHub-Authentication-Token-Expiration"] = token.expires
    return told


def _conditional(request: Request, answer: Answer) -> Answer:
    if request.method not in {"GET", "HEAD"} or answer.status != 200 or not isinstance(answer.body, bytes):
        return answer
    answer.headers["ETag"] = f'W/"{hashlib.sha256(answer.body).hexdigest()}"'
    if request.headers.get("if-none-match") == answer.headers["ETag"]:
        return Answer(304, b"", answer.headers)
    return answer


def rate_limit(call: Call) -> Answer:
    """``GET /rate_limit``: any good token."""
    core = (call.token.limits if call.token else Allowance(60)).rest(call.world.clock.now())
    return json_answer({"resources": {"core": core}, "rate": core})


ROUTES = [route("GET", "/rate_limit", rate_limit)]
