"""GitHub Apps: their JWT is held against the public key and the clock, and tokens are made for one repository each."""

import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from release.rehearsal.records import AnswerError, Json, Token, iso
from release.rehearsal.servers.http import Answer, Request, json_answer
from release.rehearsal.world import World

HOUR = 3600.0
LONGEST = 600.0  # seconds from now until a JWT may expire
EVERY = ("actions", "contents", "issues", "metadata", "pull_requests")
GRANTED = {"actions": "write", "contents": "write", "issues": "write", "metadata": "read", "pull_requests": "write"}


@dataclass
class RegisteredApp:
    """An App that GitHub knows.

    Attributes:
        id: as ``iss`` names it.
        public_key: PEM.
        installations: ``owner/name`` -> what is granted there.
        suspended: repositories on which it may do nothing.
        minted: the tokens so far, newest last, as they were asked for.
    """

    id: str
    public_key: bytes
    installations: dict[str, dict[str, str]] = field(default_factory=dict)
    suspended: set[str] = field(default_factory=set)
    minted: list["Minted"] = field(default_factory=list)


@dataclass(frozen=True)
class Minted:
    """A token of an App."""

    value: str
    repository: str
    permissions: Mapping[str, str]
    until: float


class Apps:
    """Those that are registered; one App is enough for a rehearsal, several for what goes wrong."""

    def __init__(self, world: World) -> None:
        self.world, self.known, self.lock = world, dict[str, RegisteredApp](), threading.Lock()

    def register(self, app: RegisteredApp) -> RegisteredApp:
        """Know it from now on."""
        self.known[app.id] = app
        return app

    def expire(self, *, all_of_them: bool = False) -> None:
        """Forget tokens whose hour is over."""
        now = self.world.clock.now()
        for minted in [one for app in self.known.values() for one in app.minted]:
            if all_of_them or minted.until <= now:
                self.world.tokens.pop(minted.value, None)

    def answer(self, request: Request, path: str) -> Answer | None:
        """The answer to a call that an App makes as itself; ``None`` for any other call."""
        self.expire()
        parts = path.strip("/").split("/")
        if parts[0] != "app" and not (len(parts) == 4 and (parts[0], parts[3]) == ("repos", "installation")):
            return None
        try:
            return self._answer(request, self._app(request), parts)
        except AnswerError as refused:
            return refused.answer

    def _answer(self, request: Request, app: RegisteredApp, parts: list[str]) -> Answer:
        match request.method, parts:
            case "GET", ["app"]:
                return json_answer({"id": app.id, "slug": "made-up-app", "name": "Made-up App"})
            case "GET", ["repos", owner, name, "installation"]:
                return self._installation(app, f"{owner}/{name}")
            case "POST", ["app", "installations", number, "access_tokens"]:
                return self._mint(app, number, request.json() or {})
        raise AnswerError(404, "Not Found")

    def _app(self, request: Request) -> RegisteredApp:
        """The App whose key signed the JWT.

        Raises:
            AnswerError: 401, in GitHub's words.
        """
        import jwt  # noqa: PLC0415 - only who plays an App pays for it

        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        try:
            unsure = jwt.decode(given, options={"verify_signature": False})
            app = self.known[str(unsure["iss"])]
            claims: Json = jwt.decode(given, app.public_key, ["RS256"], options={
                "verify_exp": False, "verify_iat": False, "require": ["iss", "iat", "exp"]})  # fmt: skip
        except (jwt.PyJWTError, KeyError):
            raise AnswerError(401, "A JSON web token could not be decoded") from None
        self._check_times(claims["iat"], claims["exp"])
        return app

    def _check_times(self, issued: float, expires: float) -> None:
        now = self.world.clock.now()
        if issued > now + 1:
            raise AnswerError(401, "'Issued at' claim ('iat') must be an Integer representing a time in the past")
        if expires <= now:
            raise AnswerError(401, "'Expiration time' claim ('exp') is in the past")
        if expires > now + LONGEST:
            raise AnswerError(401, "'Expiration time' claim ('exp') is too far in the future")

    def _installation(self, app: RegisteredApp, repository: str) -> Answer:
        name = self.world.repository(repository).name
        if name not in app.installations:
            raise AnswerError(404, "Not Found")
        suspended = iso(self.world.clock.now()) if name in app.suspended else None
        return json_answer({"id": _number(app, name), "app_id": app.id, "suspended_at": suspended,
                            "permissions": app.installations[name]})  # fmt: skip

    def _mint(self, app: RegisteredApp, number: str, asked: Json) -> Answer:
        there = [name for name in app.installations if str(_number(app, name)) == number]
        wanted = [name for name in there if name.partition("/")[2] in asked.get("repositories", ())]
        if not wanted:
            raise AnswerError(422 if there else 404, "There is at least one repository that does not exist")
        if wanted[0] in app.suspended:
            raise AnswerError(403, "This installation has been suspended")
        granted, permissions = app.installations[wanted[0]], asked.get("permissions", {})
        if any(granted.get(name) not in {"write", level} for name, level in permissions.items()):
            raise AnswerError(422, "The permissions requested are not granted to this installation.")
        return self._made(app, wanted[0], permissions)

    def _made(self, app: RegisteredApp, repository: str, permissions: Mapping[str, str]) -> Answer:
        until = self.world.clock.now() + HOUR
        value = f"ghs_{app.id}_" + ".".join(secrets.token_urlsafe(size) for size in (27, 150, 192))
        with self.world.lock:
            self.world.tokens[value] = Token("an App", value, {repository}, _denied(permissions))
            app.minted.append(Minted(value, repository, permissions, until))
        return json_answer({"token": value, "expires_at": iso(until), "permissions": dict(permissions)}, 201)


def _number(app: RegisteredApp, repository: str) -> int:
    return 7001 + sorted(app.installations).index(repository)


def _denied(permissions: Mapping[str, str]) -> set[str]:
    """What a token of these permissions lacks; what is public can be read with any."""
    lacks = {f"{name}:write" for name in EVERY if permissions.get(name) != "write"}
    return lacks | {f"{name}:read" for name in ("actions", "pull_requests") if name not in permissions}
