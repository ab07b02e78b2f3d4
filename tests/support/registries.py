"""A real registry on loopback, images that ``skopeo`` pushes to it, and the token service that it asks for."""

import base64
import hashlib
import json
import os
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
USER, PASSWORD = "made-up-user", "made-up-password"
TOKEN_AUTH = "auth: {{token: {{realm: {realm}, service: registry, issuer: made-up, rootcertbundle: {certificate}}}}}\n"


def make_layout(folder: Path, platforms: list[str], text: str) -> Path:
    """An OCI layout with one image for each platform; more than one are held together by an index."""
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def keep(content: bytes, media_type: str) -> dict[str, Any]:
        digest = hashlib.sha256(content).hexdigest()
        (blobs / digest).write_bytes(content)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content)}

    def image(platform: str) -> dict[str, Any]:
        layer = keep(f"{text} {platform}".encode(), "application/vnd.oci.image.layer.v1.tar")
        roots = {"type": "layers", "diff_ids": [layer["digest"]]}
        config = {"architecture": platform, "os": "linux", "rootfs": roots, "config": {}}
        made = {"schemaVersion": 2, "mediaType": MANIFEST, "layers": [layer]}
        made["config"] = keep(json.dumps(config).encode(), "application/vnd.oci.image.config.v1+json")
        entry = keep(json.dumps(made, indent=3).encode(), MANIFEST)
        return {**entry, "platform": {"architecture": platform, "os": "linux"}}

    images = [image(platform) for platform in platforms]
    if len(images) > 1:
        both = {"schemaVersion": 2, "mediaType": INDEX, "manifests": images}
        images = [keep(json.dumps(both, indent=3).encode(), INDEX)]
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": images}))
    return folder


def push(layout: Path, image: str, *, login: bool) -> None:
    """Copy a layout to ``host:port/name:tag`` with all its platforms."""
    who = [f"--dest-creds={USER}:{PASSWORD}"] if login else []
    command = ["skopeo", "copy", "--all", "--preserve-digests", "--dest-tls-verify=false", "--insecure-policy", *who]
    subprocess.run([*command, f"oci:{layout}", f"docker://{image}"], check=True, capture_output=True)


@dataclass
class Tokens:
    """A token service: who asked, and for what.

    Attributes:
        certificate: the file that the registry trusts.
        asked: ``(scope, whether a login went along)`` of each request.
    """

    folder: Path
    certificate: Path
    realm: str = ""
    asked: list[tuple[str, bool]] = field(default_factory=list)

    def answer(self, query: dict[str, list[str]], authorization: str) -> tuple[int, dict[str, Any]]:
        scope = query.get("scope", [""])[0]
        self.asked.append((scope, bool(authorization)))
        expected = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if authorization not in {"", expected}:
            return 401, {"details": "incorrect username or password"}
        kind, name, actions = scope.split(":") if scope else ("", "", "")
        granted = [one for one in actions.split(",") if authorization or one == "pull"]
        return 200, {"token": self._signed({"type": kind, "name": name, "actions": granted}), "expires_in": 300}

    def _signed(self, access: dict[str, Any]) -> str:
        now = int(time.time())
        body = "".join(self.certificate.read_text().splitlines()[1:-1])
        header = {"typ": "JWT", "alg": "RS256", "x5c": [body]}
        times = {"exp": now + 300, "nbf": now - 60, "iat": now, "jti": str(len(self.asked))}
        claims = {"iss": "made-up", "sub": "", "aud": "registry", "access": [access] if access["type"] else [], **times}
        text = ".".join(_coded(json.dumps(part).encode()) for part in (header, claims))
        sign = ["openssl", "dgst", "-sha256", "-sign", str(self.folder / "key.pem")]
        return f"{text}.{_coded(subprocess.run(sign, input=text.encode(), check=True, capture_output=True).stdout)}"


def _coded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


@contextmanager
def token_service(folder: Path) -> Iterator[Tokens]:
    """The service on loopback, with a key of its own."""
    certificate = folder / "certificate.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=made-up"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(certificate)]
    subprocess.run([*make, *files], check=True, capture_output=True)
    tokens = Tokens(folder, certificate)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            status, value = tokens.answer(query, self.headers.get("Authorization", ""))
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        tokens.realm = f"http://127.0.0.1:{server.server_port}/token"
        yield tokens
        server.shutdown()


@contextmanager
def real_registry(folder: Path, auth: str = "") -> Iterator[str]:
    """Debian's ``docker-registry`` on a port of loopback that it finds itself; its address."""
    storage = f"storage: {{filesystem: {{rootdirectory: {folder / 'data'}}}}}\n"
    (folder / "registry.yml").write_text(f"version: 0.1\n{storage}http: {{addr: '127.0.0.1:0'}}\n{auth}")
    command = ["docker-registry", "serve", str(folder / "registry.yml")]
    variables = {**os.environ, "OTEL_TRACES_EXPORTER": "none"}
    log = folder / "log"
    with log.open("wb") as said, subprocess.Popen(command, env=variables, stdout=said, stderr=said) as process:
        try:
            yield f"http://{_address(log, process)}"
        finally:
            process.terminate()


def _address(log: Path, process: "subprocess.Popen[bytes]") -> str:
    """Where it listens, as it says itself."""
    pause, until = threading.Event(), time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        if found := re.search(r'listening on ([0-9.:]+)"', log.read_text("utf-8")):
            return found[1]
        pause.wait(0.02)
    raise AssertionError(f"docker-registry did not start: {log.read_text('utf-8')}")
