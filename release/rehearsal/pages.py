"""Addresses of other hosts, such as a registry's page that says which version it serves, played on loopback."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from release.rehearsal.servers.http import Answer, Request

TEXT = {"Content-Type": "text/plain; charset=utf-8"}


@dataclass
class Pages:
    """What stands where: address as ``local`` gives it -> text."""

    url: str = ""
    texts: dict[str, str] = field(default_factory=dict)

    def local(self, address: str) -> str:
        """The stand-in's address of ``https://HOST/PATH``; host and path stay readable in it."""
        parts = urlsplit(address)
        return f"{self.url}/{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")

    def answer(self, request: Request) -> Answer:
        """The text of this address."""
        address = f"{self.url}{request.path}" + (f"?{request.raw_query}" if request.raw_query else "")
        text = self.texts.get(address)
        return Answer(404, b"Not Found", dict(TEXT)) if text is None else Answer(200, text.encode(), dict(TEXT))
