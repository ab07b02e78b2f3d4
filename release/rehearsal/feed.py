"""A package feed that answers like Chocolatey's community feed: OData in Atom, one entry for each version."""

import re
import time
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from release.rehearsal.records import iso
from release.rehearsal.servers.http import Answer, Request

ONE = re.compile(r"/api/v2/Packages\(Id='(?P<id>[^']*)',Version='(?P<version>[^']*)'\)")
ROOT = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices" '
    'xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"'
)
UNKNOWN = (
    '<?xml version="1.0" encoding="utf-8"?><m:error '
    'xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"><m:code /><m:message '
    "xml:lang=\"en-US\">Resource not found for the segment 'Packages'.</m:message></m:error>"
)


@dataclass
class Package:
    """A version in the feed: ``status`` is Submitted, Approved, Exempted, Rejected or Unknown."""

    id: str
    version: str
    status: str
    tests: str
    published: float


@dataclass
class Feed:
    """The feed's state. ``moderated``: packages of which a new version stays ``Submitted``."""

    url: str = ""
    moderated: set[str] = field(default_factory=set)
    packages: list[Package] = field(default_factory=list)

    def push(self, name: str, version: str, status: str | None = None) -> None:
        """A version arrives (again): ``Approved``, or ``Submitted`` where the package is moderated."""
        status = status or ("Submitted" if name in self.moderated else "Approved")
        self.packages = [p for p in self.packages if (p.id, p.version) != (name, version)]
        tests = "Passing" if status == "Approved" else "Pending"
        self.packages.append(Package(name, version, status, tests, time.time()))

    def answer(self, request: Request) -> Answer:
        """The feed's answer."""
        if match := ONE.fullmatch(request.path):
            wanted = (match["id"].lower(), match["version"].lower())
            found = [p for p in self.packages if (p.id.lower(), p.version.lower()) == wanted]
            return _xml(self._entry(found[0], ROOT)) if found else _xml(UNKNOWN, 404)
        if request.path == "/api/v2/FindPackagesById()":
            name = request.query.get("id", "").strip("'").lower()
            entries = "".join(self._entry(p, "") for p in self.packages if p.id.lower() == name)
            return _xml(f'<feed {ROOT}><title type="text">FindPackagesById</title>{entries}</feed>')
        return _xml(UNKNOWN, 404)

    def _entry(self, package: Package, root: str) -> str:
        approved = package.status in {"Approved", "Exempted"}
        same = [p for p in self.packages if p.id == package.id and p.status in {"Approved", "Exempted"}]
        latest = approved and same[-1] is package
        page = f"{self.url}/api/v2/Packages(Id='{package.id}',Version='{package.version}')"
        values = {
            "Version": package.version, "IsApproved": _bool(approved), "PackageStatus": package.status,
            "PackageTestResultStatus": package.tests, "IsLatestVersion": _bool(latest and "-" not in package.version),
            "IsAbsoluteLatestVersion": _bool(latest), "IsPrerelease": _bool("-" in package.version),
            "Published": iso(package.published).rstrip("Z"),
        }  # fmt: skip
        properties = "".join(f"<d:{name}>{escape(value)}</d:{name}>" for name, value in values.items())
        return (
            f'<entry {root}><id>{escape(page)}</id><title type="text">{escape(package.id)}</title>'
            f"<updated>{iso(package.published)}</updated><m:properties>{properties}</m:properties></entry>"
        )


def _bool(value: bool) -> str:  # noqa: FBT001 - the one value that it formats
    return "true" if value else "false"


def _xml(text: str, status: int = 200) -> Answer:
    return Answer(status, text.encode(), {"Content-Type": "application/atom+xml;type=entry;charset=utf-8"})
