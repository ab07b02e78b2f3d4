"""An image registry: which digest a tag has, and moving a tag. Source: the OCI distribution specification 1.1."""

import hashlib
import re
from typing import Any, NamedTuple
from urllib.parse import quote

from requests.structures import CaseInsensitiveDict

from release.errors import ServiceError
from release.http.pace import Gate
from release.http.transport import Answer, Transport, host_of, read_body
from release.registry.login import VARIABLES, Key, Login

MEDIA_TYPES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class Manifest(NamedTuple):
    """A manifest byte for byte, its media type, and its digest (``sha256:`` and 64 hex digits)."""

    body: bytes
    media_type: str
    digest: str


class Registry:
    """One registry; logs in by itself where it is asked to, once for each scope.

    It keeps its own rate limit, so that a registry that makes us wait holds up nobody who talks to GitHub.

    Args:
        transport: sends.
        base_url: without a trailing slash, such as ``https://registry-1.docker.io``.
        username: with ``password`` sent to the registry's own login only; ``None`` for nobody.
        password: or an access token.
        attempts: tries of one request, ``None`` for ``retry.attempts``.
        timeout: seconds without an answer, ``None`` for ``http.timeout``.
        granted: of earlier logins there with the same name, kept up to date.
        variables: the names of those that hold username and password, for messages.
    """

    def __init__(
        self,
        transport: Transport,
        base_url: str,
        username: str | None = None,
        password: str | None = None,
        *,
        attempts: int | None = None,
        timeout: float | None = None,
        granted: dict[Key, str] | None = None,
        variables: tuple[str, str] = VARIABLES,
    ) -> None:
        self.transport, self.base_url = transport, base_url.rstrip("/")
        self._attempts, self._timeout = attempts, timeout
        self._gate = Gate(transport.sleep, transport.clock, transport.say, transport.retry.max_told)
        pair = (username, password) if username and password else None
        self._login = Login(self._send, self.base_url, pair, granted, variables)

    def head(self, image: str, ref: str) -> str | None:
        """The digest of a tag (or of a digest, to see that it is there); ``None`` where the registry has none.

        Raises:
            ServiceError: no answer, refused (``status`` 401, 403), or an answer that is none of a registry.
        """
        answer = self._ask("HEAD", image, ref, headers={"Accept": ", ".join(MEDIA_TYPES)})
        if answer.status == 404:
            return None
        self._require(answer, 200, f"{image}:{ref}")
        digest = answer.headers.get("Docker-Content-Digest", "")
        return digest if DIGEST.fullmatch(digest) else self.manifest(image, ref).digest

    def manifest(self, image: str, ref: str) -> Manifest:
        """What a tag or digest points to; the bytes were seen to have the digest.

        Raises:
            ServiceError: as ``head``; ``status`` 404 where there is none.
        """
        answer = self._ask("GET", image, ref, headers={"Accept": ", ".join(MEDIA_TYPES)})
        self._require(answer, 200, f"{image}:{ref}")
        media_type = answer.headers.get("Content-Type", "").split(";")[0].strip()
        if media_type not in MEDIA_TYPES:
            raise ServiceError(
                f"{self.host} answered for {image}:{ref} with {media_type or 'no media type'}, which is no manifest",
                "Check channels.*.registry, and whether a proxy stands in between.",
            )
        digest = f"sha256:{hashlib.sha256(answer.body).hexdigest()}"
        stated = {answer.headers.get("Docker-Content-Digest", ""), ref}
        if wrong := [one for one in stated if DIGEST.fullmatch(one) and one != digest]:
            raise ServiceError(
                f"{self.host} sent {image}:{ref} with other bytes than it says: {digest} is not {wrong[0]}",
                "Run it again; if it stays, the registry or a proxy is broken.",
            )
        return Manifest(answer.body, media_type, digest)

    def put(self, image: str, ref: str, body: bytes, media_type: str) -> str:
        """Make a tag point to these bytes, and see that it does; doing it twice does no harm.

        Returns:
            The digest.

        Raises:
            ServiceError: refused, or the tag has another digest afterwards.
        """
        digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
        answer = self._ask("PUT", image, ref, data=body, headers={"Content-Type": media_type})
        self._require(answer, 201, f"moving {image}:{ref}")
        if (now := self.head(image, ref)) != digest:
            raise ServiceError(
                f"{self.host} took {image}:{ref} as {digest} and has {now or 'nothing'} there now",
                "Somebody else may be moving this tag; look at it and run it again.",
            )
        return digest

    def retag(self, image: str, source: str, tag: str) -> str:
        """Point ``tag`` to the same bytes as ``source`` (tag or digest); returns the digest.

        Raises:
            ServiceError: as ``manifest`` and ``put``.
        """
        found = self.manifest(image, source)
        return self.put(image, tag, found.body, found.media_type)

    @property
    def host(self) -> str:
        """Host and port, for messages."""
        return host_of(self.base_url)

    def _ask(self, method: str, image: str, ref: str, **options: Any) -> Answer:  # noqa: ANN401 - handed on
        """Any answer but a request to log in that could be followed."""
        url = f"{self.base_url}/v2/{image}/manifests/{quote(ref, safe=':')}"
        key = (image, method == "PUT")
        sent = self._login.header(key)
        answer = self._send(method, url, sent, **options)
        if answer.status != 401:
            return answer
        granted = self._login.answer(key, answer, sent)
        return self._send(method, url, granted, **options) if granted else answer

    def _send(self, method: str, url: str, authorization: str | None, **options: Any) -> Answer:  # noqa: ANN401 - handed on
        given = options.pop("headers", {})
        headers = {**given, "Authorization": authorization} if authorization else given
        again = self.transport.retrying(self._attempts)
        answer: Answer = again(self._once, method, url, headers=headers, timeout=self._timeout, **options)
        return answer

    def _once(self, method: str, url: str, **options: Any) -> Answer:  # noqa: ANN401 - handed on
        self._gate.wait(None, writes=False)
        with self.transport.open(method, url, **options) as response:
            body = read_body(response, url)
        answer = Answer(response.status_code, CaseInsensitiveDict(response.headers), body, response.url)
        self._gate.note(None, answer)
        return answer

    def _require(self, answer: Answer, status: int, what: str) -> None:
        if answer.status == status:
            return
        said = said_by(answer)
        raise ServiceError(
            f"{_word(answer.status)}{self.host} answered {answer.status} for {what}: {said}",
            _fix(answer.status, said, self._login),
            answer.status,
        )


def said_by(answer: Answer) -> str:
    """The registry's own words: code and message of each error; else the start of the body."""
    try:
        errors = answer.record()["errors"][:5]
        said = "; ".join(f"{error['code']}: {error.get('message') or 'no message'}" for error in errors)
    except (ServiceError, LookupError, TypeError, AttributeError):
        said = repr(answer.text.strip()[:80]) if answer.text.strip() else ""
    return said[:300] or "no message"


def _word(status: int) -> str:
    return "Unauthorized: " if status == 401 else ""


def _fix(status: int, said: str, login: Login) -> str:
    if "immutab" in said.lower():
        return "Allow this tag to move in the registry's settings (immutable tags), then run it again."
    if status in {401, 403}:
        if not login.named:
            return f"Set {login.variables} to a login that may do this; no login is set."
        return f"The image does not exist, or the login in {login.variables} may not do this."
    if status == 404:
        return "Check the image's name and tag; push them first."
    if status == 429:
        return f"The registry limits requests; wait, or set {login.variables}."
    if status >= 500:
        return "The registry has a fault; see its status page and run it again later."
    return "Check channels.*.registry and channels.*.image in invoke.yaml."
