"""``invoke.yaml`` and the environment, turned once into frozen records. The only reader of ``os.environ``."""

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from fnmatch import translate
from typing import Any, TypeVar
from urllib.parse import urlsplit

from release.errors import InputError

SECTIONS = ("project", "artifacts", "channels", "http", "retry")
KINDS = ("homebrew", "docker", "scoop", "choco", "dispatch")
SECRET_NAMES = (
    "TAP_REPO_TOKEN", "SCOOP_REPO_TOKEN", "CHOCO_REPO_TOKEN", "GITHUB_TOKEN",
    "SLACK_WEBHOOK", "DOCKERHUB_TOKEN",
)  # fmt: skip
LIKELY = re.compile(r"(?i)token|secret|password|api_?key")
REPOSITORY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
LOOPBACK = re.compile(r"localhost|127(?:\.\d{1,3}){3}|::1")
T = TypeVar("T")


@dataclass(frozen=True)
class Project:
    """The product: ``repository`` is ``owner/name``; ``tag`` is a template with ``{version}``."""

    name: str
    repository: str
    tag: str = "v{version}"
    branch: str = "main"


@dataclass(frozen=True)
class ArtifactSpec:
    """Where an artifact is: exactly one of a ``url`` template and an ``asset`` name pattern."""

    name: str
    url: str | None = None
    asset: str | None = None


@dataclass(frozen=True)
class Channel:
    """One channel as configured; what its ``kind`` does is in ``release.channels``.

    Attributes:
        name: its key in the configuration.
        kind: one of ``KINDS``.
        target: ``owner/name`` of the repository that is told.
        token: the NAME of the environment variable that holds the token.
        artifact: the name of the artifact that its users download.
        prereleases: ``publish`` or ``skip``.
    """

    name: str
    kind: str
    target: str
    token: str
    artifact: str | None = None
    event_type: str | None = None
    workflow: str | None = None
    ref: str = "main"
    inputs: Mapping[str, str] = field(default_factory=dict)
    file: str | None = None
    files: tuple[str, ...] = ()
    image: str | None = None
    registry: str | None = None
    feed: str | None = None
    prereleases: str = "publish"
    versioned_formulae: bool = False

    @property
    def paths(self) -> tuple[str, ...]:
        """The files of the target that make users get a version, in the configured order."""
        return (self.file,) if self.file else self.files


@dataclass(frozen=True)
class Http:
    """``timeout`` in seconds without an answer; ``concurrency`` requests at once."""

    timeout: float = 30
    concurrency: int = 16


@dataclass(frozen=True)
class Retry:
    """``attempts`` tries; ``max_wait``, ``lookup`` and ``max_told`` in seconds (see the README)."""

    attempts: int = 5
    max_wait: float = 60
    lookup: float = 20
    max_told: float = 900


@dataclass(frozen=True)
class Settings:
    """All five sections of ``invoke.yaml``."""

    project: Project
    artifacts: Mapping[str, ArtifactSpec]
    channels: Mapping[str, Channel]
    http: Http
    retry: Retry


@dataclass(frozen=True)
class Environment:
    """What the environment says. ``variables`` is a copy; secrets are asked for by name and never printed."""

    variables: Mapping[str, str] = field(repr=False)

    def get(self, name: str) -> str | None:
        """The variable's value without surrounding space, ``None`` where it is unset or empty."""
        return (self.variables.get(name) or "").strip() or None

    @property
    def api_url(self) -> str:
        """GitHub's API, without a trailing slash."""
        return check_url("GITHUB_API_URL", self.get("GITHUB_API_URL") or "https://api.github.com")

    @property
    def server_url(self) -> str:
        """GitHub's pages and git remotes, without a trailing slash."""
        return check_url("GITHUB_SERVER_URL", self.get("GITHUB_SERVER_URL") or "https://github.com")

    @property
    def in_actions(self) -> bool:
        """Whether a GitHub Actions runner started us."""
        return self.get("GITHUB_ACTIONS") == "true"

    @property
    def run_url(self) -> str | None:
        """The page of the workflow run we are part of, ``None`` outside of Actions."""
        repository, run = self.get("GITHUB_REPOSITORY"), self.get("GITHUB_RUN_ID")
        return f"{self.server_url}/{repository}/actions/runs/{run}" if repository and run else None

    def secrets(self, names: Iterable[str] = ()) -> dict[str, str]:
        """Every secret that is set: the known names, ``names``, and long values of variables that sound like one."""
        known = {name: self.get(name) for name in (*SECRET_NAMES, *names)}
        found = {name: value for name, value in known.items() if value and len(value) > 3}
        for name, value in self.variables.items():
            if LIKELY.search(name) and len(value.strip()) >= 16 and "://" not in value:
                found.setdefault(name, value.strip())
        return found


def read_environment() -> Environment:
    """The process's environment, copied."""
    return Environment(dict(os.environ))


def parse_settings(raw: Mapping[str, Any]) -> Settings:
    """The five sections of Invoke's merged configuration as records.

    Args:
        raw: nested plain mappings; keys other than our five sections are Invoke's or the user's.

    Raises:
        InputError: a key is unknown or missing, a value has the wrong type or form; named with its path.
    """
    channels = {name: _channel(name, value) for name, value in _section(raw, "channels").items()}
    artifacts = {name: _artifact(name, value) for name, value in _section(raw, "artifacts").items()}
    settings = Settings(
        project=_project(_section(raw, "project")),
        artifacts=artifacts,
        channels=channels,
        http=_record(Http, "http", _section(raw, "http")),
        retry=_record(Retry, "retry", _section(raw, "retry")),
    )
    _check_numbers(settings)
    for channel in channels.values():
        _check_channel(channel, artifacts)
    return settings


def check_url(where: str, url: str) -> str:
    """``url`` without trailing slash, if it is https, or http on a loopback address.

    Raises:
        InputError: it is neither, or it carries a user, a password or control characters.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise _bad(where, f"is not a URL: {url!r}", "Give https://HOST/...") from None
    if parts.username or parts.password or not host or re.search(r"[\s\x00-\x1f]", url):
        raise _bad(where, "is not a plain URL", "Give https://HOST/... without user, password or spaces.")
    if parts.scheme == "https" or (parts.scheme == "http" and LOOPBACK.fullmatch(host)):
        return url.rstrip("/")
    raise _bad(where, f"is {url!r}", "Use https://; plain http:// is accepted for loopback addresses only.")


def matches(pattern: str, name: str) -> bool:
    """Whether an asset's ``name`` fits the configured ``pattern`` (shell wildcards, letter case counts)."""
    return re.fullmatch(translate(pattern), name) is not None


def _bad(where: str, what: str, fix: str) -> InputError:
    return InputError(f"Configuration: {where} {what}", fix)


def _section(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = raw.get(name, {} if name in {"http", "retry"} else None)
    if not isinstance(value, Mapping):
        what = "is missing" if value is None else f"is {_shown(value)}, not a table"
        raise _bad(name, what, f"invoke.yaml needs a section `{name}:`; the README shows one.")
    return value


def _project(raw: Mapping[str, Any]) -> Project:
    project = _record(Project, "project", raw)
    if not re.fullmatch(r"[A-Za-z0-9._-]+", project.name):
        raise _bad("project.name", f"is {project.name!r}", "Use letters, digits, '.', '_' and '-'.")
    if project.tag.count("{version}") != 1 or re.search(r"[{}\s]", project.tag.replace("{version}", "")):
        raise _bad("project.tag", f"is {project.tag!r}", 'It must hold {version} exactly once: "v{version}".')
    return project


def _artifact(name: str, raw: object) -> ArtifactSpec:
    spec = _record(ArtifactSpec, f"artifacts.{name}", raw, name=name)
    if (spec.url is None) == (spec.asset is None):
        raise _bad(f"artifacts.{name}", "needs exactly one of `url` and `asset`", "Give one of the two.")
    return spec


def _channel(name: str, raw: object) -> Channel:
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", name) or name == "all":
        raise _bad(f"channels.{name}", "is no usable name", "Use small letters, digits, '-' and '_'; not `all`.")
    return _record(Channel, f"channels.{name}", raw, name=name)


def _record(cls: type[T], where: str, raw: object, **given: object) -> T:
    """A dataclass from a mapping, each value's type checked against the field's annotation."""
    if not isinstance(raw, Mapping):
        raise _bad(where, f"is {_shown(raw)}, not a table", "Give a table of keys and values.")
    known = {f.name: f for f in fields(cls) if f.name not in given}  # type: ignore[arg-type]  # T is a dataclass
    if unknown := sorted(str(k) for k in raw if k not in known):
        raise _bad(where, f"has an unknown key `{unknown[0]}`", f"Known keys: {', '.join(sorted(known))}.")
    values = {key: _typed(f"{where}.{key}", _word(known[key].type), value) for key, value in raw.items()}
    required = (n for n, f in known.items() if f.default is MISSING and f.default_factory is MISSING)
    if missing := [name for name in required if values.get(name) is None]:
        raise _bad(where, f"lacks `{missing[0]}`", f"Add `{missing[0]}:` there.")
    return cls(**{**values, **given})


def _word(annotation: object) -> str:
    """A field's type as text: ``str``, ``str | None``, ``tuple[str, ...]``, ``Mapping[str, str]``."""
    plain = type(annotation) is type
    return annotation.__name__ if plain else str(annotation).rpartition("abc.")[2]  # type: ignore[attr-defined]


def _typed(where: str, annotation: str, value: Any) -> Any:  # noqa: ANN401 - YAML's values are of any type
    if value is None and "None" in annotation:
        return None
    if isinstance(value, list) and annotation.startswith("tuple"):
        return tuple(_typed(f"{where}[{i}]", "str", item) for i, item in enumerate(value))
    if isinstance(value, Mapping) and annotation.startswith("Mapping"):
        return {str(key): _typed(f"{where}.{key}", "str", item) for key, item in value.items()}
    number = isinstance(value, int) and not isinstance(value, bool)
    fits = {"str": isinstance(value, str), "bool": isinstance(value, bool), "int": number,
            "float": number or isinstance(value, float)}  # fmt: skip
    wanted = annotation.split(" ", maxsplit=1)[0]
    if fits.get(wanted):
        return value
    words = {"str": "text", "bool": "true or false", "int": "a whole number", "float": "a number"}
    raise _bad(where, f"is {_shown(value)}", f"It must be {words.get(wanted, 'a list or table of texts')}.")


def _shown(value: object) -> str:
    return json.dumps(value, default=str)[:80]


LIMITS = {
    "http.timeout": (0.05, 3600), "http.concurrency": (1, 64), "retry.attempts": (1, 20),
    "retry.max_wait": (0, 3600), "retry.lookup": (0, 3600), "retry.max_told": (0, 86400),
}  # fmt: skip


def _check_numbers(settings: Settings) -> None:
    for where, (low, high) in LIMITS.items():
        section, _, key = where.partition(".")
        value = getattr(getattr(settings, section), key)
        if not low <= value <= high:
            raise _bad(where, f"is {value}", f"It must be between {low} and {high}.")


def check_repositories(settings: Settings, channels: Iterable[str] | None = None) -> list[str]:
    """A problem for each repository name that GitHub cannot have: the project's and the channels' targets."""
    chosen = settings.channels if channels is None else channels
    named = {"project.repository": settings.project.repository}
    named |= {f"channels.{name}.target": settings.channels[name].target for name in chosen}
    return [
        f"{where} is {value!r}, not a repository: write owner/name as GitHub shows it"
        for where, value in named.items()
        if not REPOSITORY.fullmatch(value)
    ]


NEEDS = {
    "homebrew": ("event_type", "artifact", "file"),
    "scoop": ("event_type", "artifact", "file"),
    "choco": ("event_type", "artifact", "files"),
    "docker": ("workflow", "image", "registry"),
    "dispatch": ("event_type", "artifact"),
}


def _check_channel(channel: Channel, artifacts: Mapping[str, ArtifactSpec]) -> None:
    where = f"channels.{channel.name}"
    if channel.kind not in KINDS:
        raise _bad(f"{where}.kind", f"is {channel.kind!r}", f"It must be one of {', '.join(KINDS)}.")
    for key in NEEDS[channel.kind]:
        if not getattr(channel, key):
            raise _bad(where, f"lacks `{key}`", f"A channel of kind {channel.kind} needs `{key}:`.")
    if channel.artifact is not None and channel.artifact not in artifacts:
        raise _bad(f"{where}.artifact", f"is {channel.artifact!r}", f"Known artifacts: {', '.join(artifacts)}.")
    _check_forms(where, channel)


def _check_forms(where: str, channel: Channel) -> None:
    for key, pattern, fix in FORMS:
        if (value := getattr(channel, key)) is not None and not re.fullmatch(pattern, value):
            raise _bad(f"{where}.{key}", f"is {value!r}", fix)
    for path in channel.paths:
        if path.startswith("/") or ".." in path.split("/") or not re.fullmatch(r"[\w@./+-]+", path):
            raise _bad(where, f"names the file {path!r}", "Give a path inside the target repository.")
    for key in ("registry", "feed"):
        if url := getattr(channel, key):
            check_url(f"{where}.{key}", url)


FORMS = (
    ("token", r"[A-Za-z_][A-Za-z0-9_]*", "Name the environment variable that holds the token."),
    ("prereleases", r"publish|skip", "It must be publish or skip."),
    ("event_type", r"(?s).{1,100}", "GitHub takes 1 to 100 characters."),
    ("workflow", r"[\w.-]+", "Give the workflow's file name, such as docker-publish.yml."),
    ("image", r"[a-z0-9._-]+(/[a-z0-9._-]+)*", "Give the image's name without registry and tag."),
)
