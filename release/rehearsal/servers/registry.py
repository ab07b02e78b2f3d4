"""An image registry: tokens, and manifests kept byte for byte under tags and digests."""

import base64
import json
import re
import secrets
import threading
from dataclasses import dataclass, field

from release.rehearsal.artifacts import sha256
from release.rehearsal.servers.http import Answer, Request, json_answer

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
KINDS = (INDEX, MANIFEST, "application/vnd.docker.distribution.manifest.list.v2+json",
         "application/vnd.docker.distribution.manifest.v2+json")  # fmt: skip
PATH = re.compile(r"/v2/(?P<image>.+)/(?P<what>manifests|blobs)/(?P<ref>[^/]+)")


@dataclass
class Registry:
    """The registry's state.

    Attributes:
        url: its address, set once it listens.
        users: name -> password of those who may push.
        images: image -> tag or digest -> digest.
        manifests: digest -> media type and bytes.
        immutable: tags that cannot be moved once they exist; ``*`` for all.
        private: images that only a login sees.
    """

    users: dict[str, str]
    url: str = ""
    images: dict[str, dict[str, str]] = field(default_factory=dict)
    manifests: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    immutable: set[str] = field(default_factory=set)
    private: set[str] = field(default_factory=set)
    _tokens: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def push(self, image: str, tag: str, *, latest: bool, platforms: tuple[str, ...] = ("amd64", "arm64")) -> str:
        """Store an image of its own for ``tag``; its digest. One platform makes a manifest, more an index."""
        made = [self._platform(image, tag, platform) for platform in platforms]
        digest = made[0][1] if len(made) == 1 else self._index(image, made)
        with self._lock:
            self.images[image] |= dict.fromkeys((tag, "latest") if latest else (tag,), digest)
        return digest

    def digest(self, image: str, ref: str) -> str | None:
        """What a tag or digest points to."""
        return self.images.get(image, {}).get(ref)

    def _platform(self, image: str, tag: str, platform: str) -> tuple[str, str, int]:
        config = json.dumps({"architecture": platform, "os": "linux", "config": {"Labels": {"version": tag}}}).encode()
        layer = f"{image} {tag} {platform}".encode()
        self.blobs |= {f"sha256:{sha256(blob)}": blob for blob in (config, layer)}
        value = {
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": _part("application/vnd.oci.image.config.v1+json", config),
            "layers": [_part("application/vnd.oci.image.layer.v1.tar", layer)],
        }  # fmt: skip
        body = json.dumps(value, indent=3).encode()
        return platform, self._keep(image, MANIFEST, body), len(body)

    def _index(self, image: str, made: list[tuple[str, str, int]]) -> str:
        entries = [
            {"mediaType": MANIFEST, "digest": digest, "size": size, "platform": {"architecture": p, "os": "linux"}}
            for p, digest, size in made
        ]
        body = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}, indent=3).encode()
        return self._keep(image, INDEX, body)

    def _keep(self, image: str, kind: str, body: bytes) -> str:
        digest = f"sha256:{sha256(body)}"
        with self._lock:
            self.manifests[digest] = (kind, body)
            self.images.setdefault(image, {})[digest] = digest
        return digest

    def answer(self, request: Request) -> Answer:
        """The registry's answer, its token service included."""
        if request.path == "/token":
            return self._token(request)
        match = PATH.fullmatch(request.path)
        image, action = (match["image"], "push" if request.method == "PUT" else "pull") if match else ("", "pull")
        if refused := self._refuse(request, image, action):
            return refused
        if match is None:
            return json_answer({}) if request.path == "/v2/" else _error(404, "UNSUPPORTED", "no such page")
        if match["what"] == "blobs":
            blob = self.blobs.get(match["ref"])
            return Answer(200, blob) if blob is not None else _error(404, "BLOB_UNKNOWN", "blob unknown to registry")
        return self._put(request, image, match["ref"]) if action == "push" else self._get(request, image, match["ref"])

    def _token(self, request: Request) -> Answer:
        scope = request.query.get("scope", "")
        given = request.headers.get("authorization", "").partition(" ")[2]
        name, _, password = base64.b64decode(given or "Og==").decode().partition(":")
        if given and self.users.get(name) != password:
            return _error(401, "UNAUTHORIZED", "incorrect username or password")
        if not given and any(f":{image}:" in scope for image in self.private):
            scope = ""
        token = secrets.token_hex(16)
        self._tokens[token] = scope if given else scope.replace("push,pull", "pull").replace("pull,push", "pull")
        return json_answer({"token": token, "access_token": token, "expires_in": 300})

    def _refuse(self, request: Request, image: str, action: str) -> Answer | None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        kind, _, granted = self._tokens.get(token, "").partition(":")
        name, _, actions = granted.rpartition(":")
        if not image and token in self._tokens:
            return None
        if (kind, name) == ("repository", image) and action in actions.split(","):
            return None
        wanted = f'Bearer realm="{self.url}/token",service="stand-in",scope="repository:{image}:{_scope(action)}"'
        if token in self._tokens:
            wanted += ',error="insufficient_scope"'
        refused = _error(401, "UNAUTHORIZED", "authentication required")
        refused.headers["Www-Authenticate"] = wanted
        return refused

    def _get(self, request: Request, image: str, ref: str) -> Answer:
        digest = self.digest(image, ref)
        kind, body = self.manifests[digest] if digest else ("", b"")
        accepted = [part.split(";")[0].strip() for part in request.headers.get("accept", "").split(",")]
        if digest is None or kind not in accepted:
            return _error(404, "MANIFEST_UNKNOWN", "manifest unknown")
        return Answer(200, body, {"Content-Type": kind, "Docker-Content-Digest": digest, "ETag": f'"{digest}"'})

    def _put(self, request: Request, image: str, ref: str) -> Answer:
        kind, body = request.headers.get("content-type", ""), request.body
        digest = f"sha256:{sha256(body)}"
        if kind not in KINDS or (ref.startswith("sha256:") and ref != digest):
            return _error(400, "MANIFEST_INVALID", "manifest invalid")
        if self._fixed(image, ref) and self.digest(image, ref) != digest:
            return _error(403, "DENIED", f"tag {ref} is immutable and cannot be overwritten")
        parts = json.loads(body).get("manifests", []) if kind == KINDS[0] or kind == KINDS[2] else []
        if any(part["digest"] not in self.images.get(image, {}) for part in parts):
            return _error(400, "MANIFEST_BLOB_UNKNOWN", "the index names a manifest that is not here")
        self._keep(image, kind, body)
        with self._lock:
            self.images[image][ref] = digest
        where = {"Docker-Content-Digest": digest, "Location": f"{self.url}/v2/{image}/manifests/{digest}"}
        return Answer(201, b"", where)

    def _fixed(self, image: str, ref: str) -> bool:
        return ref in self.images.get(image, {}) and bool(self.immutable & {ref, "*"})


def _scope(action: str) -> str:
    return "pull,push" if action == "push" else "pull"


def _part(kind: str, content: bytes) -> dict[str, object]:
    return {"mediaType": kind, "digest": f"sha256:{sha256(content)}", "size": len(content)}


def _error(status: int, code: str, message: str) -> Answer:
    return json_answer({"errors": [{"code": code, "message": message}]}, status)
