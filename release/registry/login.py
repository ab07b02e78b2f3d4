"""Logging in to a registry when it asks. Source: the distribution project's token authentication, and RFC 9110."""

import base64
import contextlib
import re
import threading
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from release.errors import InputError, ServiceError
from release.http.session import host_of, is_local, same_origin
from release.http.transport import Answer
from release.settings import check_url

Key = tuple[str, bool]
"""What is asked for: the image's name, and whether it is written."""


class Send(Protocol):
    """Sends with an ``Authorization`` header, or without."""

    def __call__(self, method: str, url: str, authorization: str | None, /) -> Answer: ...  # noqa: D102 - see above


VARIABLES = ("DOCKERHUB_USERNAME", "DOCKERHUB_TOKEN")
LONGEST = 8192  # characters of a challenge, or of a token that must go into a header
SCHEMES = re.compile(r"(?:^|,)\s*+(bearer|basic)(?=\s|$)", re.IGNORECASE)
PAIRS = re.compile(r'(?<!\w)(\w++)\s*+=\s*+(?:"([^"\\]*+(?:\\.[^"\\]*+)*)"|([^\s,"]++))')


def parse_challenge(header: str) -> tuple[str, dict[str, str]]:
    """The scheme (``bearer``, ``basic`` or empty) and parameters of ``WWW-Authenticate``; a bearer goes first."""
    if len(header) > LONGEST:
        return "", {}
    starts = list(SCHEMES.finditer(header))
    ends = [start.start() for start in starts[1:]] + [len(header)]
    found = {s[1].lower(): header[s.end() : end] for s, end in zip(starts, ends, strict=False)}
    for scheme in ("bearer", "basic"):
        if scheme in found:
            pairs = PAIRS.findall(found[scheme])
            return scheme, {name.lower(): re.sub(r"\\(.)", r"\1", quoted) or bare for name, quoted, bare in pairs}
    return "", {}


class Login:
    """What was granted, for each image read or written; asked for again when the registry refuses it.

    The password goes to the login (the realm) that the registry's own host names in its first challenge, over https,
    and to no other from then on. The usual pairs: ``registry-1.docker.io`` names ``auth.docker.io``, ``ghcr.io`` and
    ``quay.io`` name themselves, an enterprise's registry often another host of the same domain.

    Args:
        send: sends one request.
        registry: its address. Only one on this machine may name a login on this machine.
        pair: user name and password, sent to the login that the registry names and nowhere else.
        granted: what this registry granted this pair before, kept up to date.
        variables: the names of those that hold the pair, for messages.
    """

    def __init__(
        self, send: Send, registry: str, pair: tuple[str, str] | None, granted: dict[Key, str] | None = None,
        variables: tuple[str, str] = VARIABLES,
    ) -> None:  # fmt: skip
        self.variables = " and ".join(variables)
        self._send, self._registry, self._host = send, registry, host_of(registry)
        self._realm: str | None = None
        self._basic = "Basic " + base64.b64encode(":".join(pair).encode()).decode() if pair else None
        self._granted = {} if granted is None else granted
        self._lock = threading.Lock()

    @property
    def named(self) -> bool:
        """Whether there is somebody to log in as."""
        return self._basic is not None

    def header(self, key: Key) -> str | None:
        """What was granted before; who may write an image may read it."""
        return self._granted.get(key) or self._granted.get((key[0], True))

    def answer(self, key: Key, refused: Answer, sent: str | None) -> str | None:
        """What the registry wants to see, ``None`` where nothing better is to be had.

        Two requests refused at the same time get one token.

        Args:
            key: what is asked for.
            refused: the 401. One that came after a redirect to another host is no challenge of the registry's.
            sent: the header that was refused.

        Raises:
            ServiceError: the login refused, or gave no token.
        """
        with self._lock:
            if (now := self._granted.get(key)) and now != sent:
                return now
            granted = self._new(refused)
            if granted is None or granted == sent:
                return None
            self._granted[key] = granted
            return granted

    def _new(self, refused: Answer) -> str | None:
        if not same_origin(refused.url, self._registry):
            return None
        scheme, told = parse_challenge(refused.headers.get("WWW-Authenticate", ""))
        if scheme != "bearer":
            return self._basic if scheme == "basic" else None
        answer = self._send("GET", self._login_url(told), self._basic)
        if answer.status != 200:
            raise self._refusal(answer)
        grant = answer.record()
        token = grant.get("token") or grant.get("access_token")
        if isinstance(token, str) and len(token) <= LONGEST and re.fullmatch(r"[\x21-\x7e]++", token):
            return f"Bearer {token}"
        raise ServiceError(f"The login of {self._host} answered without a token", "Check channels.*.registry.")

    def _refusal(self, answer: Answer) -> ServiceError:
        where = f"The login of {self._host} ({urlsplit(answer.url).netloc})"
        if answer.status in {401, 403} and self.named:
            fix = f"Correct {self.variables}: wrong, expired or without permission."
            return ServiceError(f"Unauthorized: {where} refused them ({answer.status})", fix, answer.status)
        fix = f"Set {self.variables}." if answer.status in {401, 403} else "Try it again later."
        return ServiceError(f"{where} answered {answer.status}", fix, answer.status)

    def _login_url(self, told: dict[str, str]) -> str:
        """Where the token is to be had: the realm, with what the registry wants to be asked for."""
        realm = self._checked(told.get("realm", ""))
        if self._realm not in {None, realm}:
            wrong = f"{self._host} names another login than before: {realm[:80]!r}, not {self._realm!r}"
            raise ServiceError(wrong, "No login was sent there; look who answers for channels.*.registry.")
        self._realm = realm
        query = urlencode({name: told[name] for name in ("service", "scope") if told.get(name)})
        return f"{realm}{'&' if '?' in realm else '?'}{query}" if query else realm

    def _checked(self, realm: str) -> str:
        """The realm, if it is https, or on this machine as the registry itself: a password goes there."""
        with contextlib.suppress(InputError):
            if is_local(self._registry) or not is_local(check_url("realm", realm)):
                return check_url("realm", realm)
        raise ServiceError(
            f"{self._host} names a login that is not https: {realm[:80]!r}",
            "No login was sent; check channels.*.registry.",
        )
