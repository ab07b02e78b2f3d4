"""Tokens of a GitHub App in place of tokens that somebody made: one for each repository, with the least permission.

Source: GitHub's "Authenticating as a GitHub App installation". The key never leaves the process; a token leaves it in
the header of a request, or the environment of git, alone.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from release.errors import ServiceError
from release.github.client import GitHub
from release.github.refusals import message_of
from release.github.signature import LASTS, sign
from release.http.transport import Answer
from release.settings import AppCredentials

SPARE = 20 * 60.0  # seconds left of a token's hour: a request may have to wait for a rate limit before it goes out
SKEW = 30.0  # seconds between two clocks that a JWT is refused for, at least


@dataclass(frozen=True)
class _Kept:
    value: str = field(repr=False)
    until: float


class App:
    """Mints a token when it is first needed, keeps it, and mints it anew before it expires. For all threads.

    Args:
        github: its calls go out through it.
        credentials: id and key.
        learn: takes each secret from the moment it exists, so that no output shows it.
    """

    name = "the GitHub App (APP_ID)"  # in messages, where a token's variable would stand

    def __init__(self, github: GitHub, credentials: AppCredentials, learn: Callable[[str], None]) -> None:
        self.github, self.credentials, self._learn = github, credentials, learn
        self._lock = threading.Lock()
        self._turns: dict[object, threading.Lock] = {}
        self._kept: dict[object, _Kept] = {}
        self._absent: dict[str, ServiceError] = {}
        self._jwt: _Kept | None = None

    def token(self, repository: str, permissions: Mapping[str, str]) -> str:
        """A token for ``repository`` alone; where a new one cannot be had, the old one as long as there is one.

        Args:
            repository: ``owner/name``.
            permissions: such as ``{"contents": "write"}``.

        Raises:
            InputError: id or key cannot be one.
            ServiceError: the App is not installed there, is suspended, may not do this, or GitHub has a fault.
        """
        wanted = (repository.lower(), *sorted(permissions.items()))
        with self._turn(wanted):
            kept = self._kept.get(wanted)
            if kept is None or kept.until - self._now() < SPARE:
                kept = self._kept[wanted] = self._renewed(kept, repository, permissions)
            return kept.value

    def _turn(self, wanted: object) -> threading.Lock:
        with self._lock:
            return self._turns.setdefault(wanted, threading.Lock())

    def _renewed(self, kept: _Kept | None, repository: str, permissions: Mapping[str, str]) -> _Kept:
        try:
            return self._mint(repository, permissions)
        except ServiceError:
            if kept is None:
                raise
            return kept

    def _mint(self, repository: str, permissions: Mapping[str, str]) -> _Kept:
        number = self.installation(repository)["id"]
        body = {"repositories": [repository.partition("/")[2]], "permissions": dict(permissions)}
        answer = self._ask("POST", "app", "installations", str(number), "access_tokens", json=body)
        if not 200 <= answer.status < 300:
            raise self.refusal(answer, repository, permissions)
        try:
            made = answer.record()
            minted = _Kept(str(made["token"]), _time(made["expires_at"]))
        except (ServiceError, KeyError, ValueError):  # whose words would show the start of the token
            raise _odd("a token", repository) from None
        self._learn(minted.value)
        self.github.transport.gate.share(minted.value, self.account(repository))
        self.github.names[minted.value] = self.name
        return minted

    def account(self, repository: str) -> str:
        """Whose requests GitHub counts together: the App has one installation for each owner."""
        return f"{self.name} {repository.partition('/')[0].lower()}"

    def installation(self, repository: str) -> dict[str, Any]:
        """GitHub's record of the App's installation on ``repository``: ``id``, ``permissions``, ``suspended_at``.

        Raises:
            ServiceError: it has none there, which is asked once.
        """
        if absent := self._absent.get(repository.lower()):
            raise absent
        answer = self._ask("GET", "repos", repository, "installation")
        if answer.status != 200:
            error = self.refusal(answer, repository)
            if error.status == 404:
                self._absent[repository.lower()] = error
            raise error
        found = answer.record()
        if not isinstance(found.get("id"), int):
            raise _odd("its installation", repository)
        return found

    def describe(self) -> dict[str, Any]:
        """GitHub's record of the App: ``slug``, ``name``.

        Raises:
            InputError: id or key cannot be one.
            ServiceError: they do not belong together.
        """
        answer = self._ask("GET", "app")
        if answer.status != 200:
            raise self.refusal(answer, "GET /app")
        return answer.record()

    def _ask(self, method: str, *parts: str, **options: Any) -> Answer:  # noqa: ANN401 - handed on
        """The answer; a refusal tells the server's time, and a JWT by another clock is made anew, once."""
        before, url = self._now(), self.github.url(*parts)
        answer = self.github.ask(method, url, self._signed(before), **options)
        if answer.status == 401 and abs(self._now() - before) > SKEW:
            answer = self.github.ask(method, url, self._signed(self._now()), **options)
        return answer

    def _now(self) -> float:
        """By the server's clock, as far as its answers have told it."""
        transport = self.github.transport
        return transport.clock() + (transport.ahead(self.github.api_url) or 0.0)

    def _signed(self, now: float) -> str:
        """A JWT that is good for some minutes from ``now`` on; the last one, where it still is."""
        with self._lock:
            if self._jwt is None or not now + LASTS / 2 < self._jwt.until <= now + LASTS:
                self._jwt = _Kept(sign(self.credentials, now), now + LASTS)
                self._learn(self._jwt.value)
                self.github.transport.gate.share(self._jwt.value, self.name)
            return self._jwt.value

    def refusal(self, answer: Answer, where: str, permissions: Mapping[str, str] | None = None) -> ServiceError:
        """The error for an answer that is no success; ``where`` is the repository."""
        said, status = message_of(answer), answer.status
        if status == 401 or (status == 404 and "integration not found" in said.lower()):
            wrong = f"Unauthorized: GitHub refused APP_ID and APP_PRIVATE_KEY for {where} ({said})"
            return ServiceError(wrong, "Set both to the id and to a private key of the same App.", 401)
        if status == 403 and "suspended" in said.lower():
            wrong = f"The GitHub App of APP_ID is suspended on {where} ({said})"
            return ServiceError(wrong, "Unsuspend it in the owner's settings, under Installed GitHub Apps.", status)
        if status == 404:
            fix = "Install it there: the App's settings, Install App; or set a token in place of APP_PRIVATE_KEY."
            return ServiceError(f"The GitHub App of APP_ID is not installed on {where} ({said})", fix, status)
        if status == 422:
            needed = ", ".join(f"{name}: {level}" for name, level in (permissions or {}).items())
            wrong = f"The GitHub App of APP_ID may not have {needed} on {where} ({said})"
            return ServiceError(wrong, f"Grant it {needed} in the App's settings, and accept that there.", status)
        wrong = f"GitHub answered {status} for the App of APP_ID on {where}: {said}"
        return ServiceError(wrong, "Run it again later; else look at the App's settings.", status)


def _time(text: str) -> float:
    made = datetime.fromisoformat(str(text))
    return (made if made.tzinfo else made.replace(tzinfo=UTC)).timestamp()


def _odd(what: str, repository: str) -> ServiceError:
    wrong = f"GitHub's answer for the App of APP_ID is not {what} on {repository}"
    return ServiceError(wrong, "Look whether the API address is right (GITHUB_API_URL), and run it again.")
