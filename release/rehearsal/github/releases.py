"""Releases: the API's records, and the files behind their URLs, which live on another host as GitHub's do."""

import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from release.channels.published import Published
from release.metadata.assets import fill
from release.rehearsal.artifacts import build_tarball, build_wheel, file_name, sha256
from release.rehearsal.github.api import Call, route
from release.rehearsal.places import local_template
from release.rehearsal.programs import build_for_system, build_zip
from release.rehearsal.records import AnswerError, Asset, Json, PublishedRelease, iso
from release.rehearsal.servers.http import Answer, Request, json_answer
from release.rehearsal.world import World
from release.settings import Settings, matches

ARCHIVE = re.compile(r"/(?P<repo>[^/]+/[^/]+)/archive/refs/tags/(?P<tag>.+)\.tar\.gz")
DOWNLOAD = re.compile(r"/(?P<repo>[^/]+/[^/]+)/releases/download/(?P<tag>.+)/(?P<name>[^/]+)")


def make_release(world: World, version: str, *, prerelease: bool = False, tag: str | None = None) -> PublishedRelease:
    """A release of the product with its real files; not published yet."""
    project = world.settings.project
    tag, name = tag or project.tag.replace("{version}", version), project.name
    tarball, assets = build_tarball(name, version), _make_assets(world.settings, version, world.names)
    source = f"{world.server_url}/{project.repository}/archive/refs/tags/{tag}.tar.gz", sha256(tarball)
    places = {file: _place(world, tag, asset) for file, asset in assets.items()}
    files, urls = dict[str, bytes](), dict[str, tuple[str, str]]()
    for spec in (one for one in world.settings.artifacts.values() if one.url):
        path = _path_of(spec.url or "", world.settings, version, tag)
        content = _content_of(path.rpartition("/")[2], world.settings, version)
        urls[spec.name] = f"{world.server_url}{path}", sha256(content)
        files[path] = content
        if DOWNLOAD.fullmatch(path):
            assets[spec.name] = Asset(path.rpartition("/")[2], content, f"sha256:{sha256(content)}")
    wheel = places.get("wheel") or next(iter(places.values()), source)
    made = Published(name, project.repository, world.server_url, version, *source, *wheel, {**urls, **places})
    attached = list({asset.name: asset for asset in assets.values()}.values())
    attached += [_make_asset(world.settings, file, version) for pattern in world.names
                 if (file := fill(pattern, version, project)) not in {asset.name for asset in attached}]  # fmt: skip
    return PublishedRelease(
        world.next_id(), project.repository, version, tag, prerelease, tarball, attached, made, time.time(), files=files
    )


def _path_of(template: str, settings: Settings, version: str, tag: str) -> str:
    """The path of an artifact's address on the stand-in's server."""
    project = settings.project
    words = {"server": "", "repository": project.repository, "tag": tag, "version": version, "name": project.name}
    return re.sub(r"\{(\w+)\}", lambda found: words.get(found[1], found[0]), local_template(template))


def _program(settings: Settings) -> str:
    return settings.project.check[0] if settings.project.check else settings.project.name


def _place(world: World, tag: str, asset: Asset) -> tuple[str, str]:
    url = f"{world.server_url}/{world.product}/releases/download/{tag}/{asset.name}"
    return url, (asset.digest or "").removeprefix("sha256:")


def _make_assets(settings: Settings, version: str, names: Sequence[str]) -> dict[str, Asset]:
    """Artifact's name -> a file whose name fits its pattern; a wheel where no pattern is configured.

    Args:
        settings: with the patterns.
        version: of the release.
        names: patterns of files that channels download: one that fits is the artifact.
    """
    project, made = settings.project, {}
    known = [fill(pattern, version, project) for pattern in names]
    patterns = {spec.name: spec.asset for spec in settings.artifacts.values() if spec.asset}
    for artifact, pattern in (patterns or {"wheel": f"{project.name}-*-py3-none-any.whl"}).items():
        wanted = fill(pattern, version, project)
        file = next((one for one in known if matches(wanted, one)), None) or file_name(wanted, version, project.name)
        made[artifact] = _make_asset(settings, file, version)
    return made


def _make_asset(settings: Settings, file: str, version: str) -> Asset:
    content = _content_of(file, settings, version)
    return Asset(file, content, f"sha256:{sha256(content)}")


def _content_of(file: str, settings: Settings, version: str) -> bytes:
    if file.endswith(".whl"):
        return build_wheel(settings.project.name, version)
    built = build_for_system(file, _program(settings), version)
    if built is None and file.endswith((".tar.gz", ".tgz")):
        return build_tarball(settings.project.name, version)
    text = f"{file} {version}\n".encode()
    return built or (build_zip(_program(settings), text) if file.endswith(".zip") else text)


def _record(world: World, release: PublishedRelease) -> Json:
    page = f"{world.server_url}/{release.repository}/releases/tag/{quote(release.tag)}"
    api = f"{world.api_url}/repos/{release.repository}"
    return {
        "id": release.id, "url": f"{api}/releases/{release.id}", "html_url": page, "tag_name": release.tag,
        "target_commitish": "main", "name": release.tag, "body": "", "draft": release.draft,
        "prerelease": release.prerelease, "created_at": iso(release.time), "published_at": iso(release.time),
        "tarball_url": f"{api}/tarball/{release.tag}", "zipball_url": f"{api}/zipball/{release.tag}",
        "assets": [_asset(world, release, number, asset) for number, asset in enumerate(release.assets)],
    }  # fmt: skip


def _asset(world: World, release: PublishedRelease, number: int, asset: Asset) -> Json:
    size = asset.content.stat().st_size if isinstance(asset.content, Path) else len(asset.content)
    download = f"{world.server_url}/{release.repository}/releases/download/{quote(release.tag)}/{quote(asset.name)}"
    return {
        "id": release.id * 100 + number, "name": asset.name, "label": None, "state": asset.state, "size": size,
        "digest": asset.digest, "content_type": "application/octet-stream", "download_count": 0,
        "created_at": iso(release.time), "updated_at": iso(release.time), "browser_download_url": download,
    }  # fmt: skip


def _published(call: Call) -> list[PublishedRelease]:
    name = call.repository.name
    found = [r for r in call.world.releases if r.repository == name and not r.draft]
    return sorted(found, key=lambda release: (release.time, release.id), reverse=True)


def by_tag(call: Call) -> Answer:
    """``GET /repos/{o}/{r}/releases/tags/{tag}``: published ones only."""
    for release in _published(call):
        if release.tag == call.names["tag"]:
            return json_answer(_record(call.world, release))
    raise AnswerError(404, "Not Found")


def latest(call: Call) -> Answer:
    """``GET /repos/{o}/{r}/releases/latest``: the newest stable one."""
    for release in _published(call):
        if not release.prerelease:
            return json_answer(_record(call.world, release))
    raise AnswerError(404, "Not Found")


def listing(call: Call) -> Answer:
    """``GET /repos/{o}/{r}/releases``: newest first."""
    count = int(call.request.query.get("per_page", "30"))
    start = (int(call.request.query.get("page", "1")) - 1) * count
    return json_answer([_record(call.world, release) for release in _published(call)[start : start + count]])


def file_redirect(world: World, request: Request) -> Answer | None:
    """The 302 to another host for a tag's archive or an asset; ``None`` where the path is neither."""
    match = ARCHIVE.fullmatch(request.path) or DOWNLOAD.fullmatch(request.path)
    if match is None and _elsewhere(world, request.path) is None:
        return None
    if match and _content(world, match.groupdict()) is None:
        return Answer(404, b"Not Found", {"Content-Type": "text/plain; charset=utf-8"})
    return Answer(302, b"", {"Location": world.assets_url + quote(request.path)})


def answer_file(world: World, request: Request) -> Answer:
    """The bytes themselves, on the other host."""
    match = ARCHIVE.fullmatch(request.path) or DOWNLOAD.fullmatch(request.path)
    content = _content(world, match.groupdict()) if match else _elsewhere(world, request.path)
    content = content if request.method in {"GET", "HEAD"} else None
    if content is None:
        return Answer(404, b"404: Not Found", {"Content-Type": "text/plain; charset=utf-8"})
    return Answer(200, content, {"Content-Type": "application/octet-stream"})


def _content(world: World, names: Mapping[str, str]) -> bytes | Path | None:
    for release in world.releases:
        if (release.repository.lower(), release.tag) == (names["repo"].lower(), names["tag"]) and not release.draft:
            if "name" not in names:
                return release.tarball
            return next((a.content for a in release.assets if (a.name, a.state) == (names["name"], "uploaded")), None)
    return None


def checksum_at(world: World, path: str) -> str | None:
    """The sha256 of what a path of the server leads to; ``None`` where there is no file of a release."""
    match = ARCHIVE.fullmatch(path) or DOWNLOAD.fullmatch(path)
    content = _content(world, match.groupdict()) if match else _elsewhere(world, path)
    return sha256(content) if isinstance(content, bytes) else None


def _elsewhere(world: World, path: str) -> bytes | None:
    """A file of a release by another address than GitHub's."""
    return next((one.files[path] for one in world.releases if path in one.files and not one.draft), None)


ROUTES = [
    route("GET", "/repos/{owner}/{repo}/releases", listing),
    route("GET", "/repos/{owner}/{repo}/releases/latest", latest),
    route("GET", "/repos/{owner}/{repo}/releases/tags/{tag...}", by_tag),
]
