"""What a configuration may say: addresses, names, numbers, and what each kind of channel needs."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from release.errors import InputError
from release.settings.records import ArtifactSpec, Channel, Settings

KINDS = ("homebrew", "docker", "scoop", "choco", "dispatch")
REPOSITORY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
LOOPBACK = re.compile(r"localhost|127(?:\.\d{1,3}){3}|::1")


def bad(where: str, what: str, fix: str) -> InputError:
    """The error for a setting, named by its path such as ``channels.scoop.target``."""
    return InputError(f"Configuration: {where} {what}", fix)


def check_url(where: str, url: str) -> str:
    """``url`` without trailing slash, if it is https, or http on a loopback address.

    Raises:
        InputError: it is neither, or it carries a user, a password or control characters.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise bad(where, f"is not a URL: {url!r}", "Give https://HOST/...") from None
    if parts.username or parts.password or not host or re.search(r"[\s\x00-\x1f]", url):
        raise bad(where, "is not a plain URL", "Give https://HOST/... without user, password or spaces.")
    if parts.scheme == "https" or (parts.scheme == "http" and LOOPBACK.fullmatch(host)):
        return url.rstrip("/")
    raise bad(where, f"is {url!r}", "Use https://; plain http:// is accepted for loopback addresses only.")


TEMPLATE = ("server", "repository", "tag", "version", "name")


def check_template(where: str, template: str) -> None:
    """Refuse an artifact's address that is no URL once its ``{words}`` are filled in.

    Raises:
        InputError: it is none, or a word is unknown.
    """
    if unknown := [word for word in re.findall(r"\{(.*?)\}", template) if word not in TEMPLATE]:
        known = ", ".join(f"{{{word}}}" for word in TEMPLATE)
        raise bad(where, f"has an unknown word `{{{unknown[0]}}}`", f"Known words: {known}.")
    check_url(where, re.sub(r"\{\w+\}", "word", template.replace("{server}", "https://github.com")))


def check_name(where: str, name: object) -> None:
    """Refuse a name of a channel or an artifact that a flag or an output cannot carry.

    Raises:
        InputError: it is none.
    """
    if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9_-]*", name) or name == "all":
        raise bad(where, "is no usable name", "Use small letters, digits, '-' and '_'; not `all`.")


LIMITS = {
    "http.timeout": (0.05, 3600), "http.concurrency": (1, 64), "retry.attempts": (1, 20),
    "retry.max_wait": (0, 3600), "retry.lookup": (0, 3600), "retry.max_told": (0, 86400),
}  # fmt: skip


def check_numbers(settings: Settings) -> None:
    """Refuse numbers outside of ``LIMITS``.

    Raises:
        InputError: naming the first.
    """
    for where, (low, high) in LIMITS.items():
        section, _, key = where.partition(".")
        value = getattr(getattr(settings, section), key)
        if not low <= value <= high:
            raise bad(where, f"is {value}", f"It must be between {low} and {high}.")


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


def check_channel(channel: Channel, artifacts: Mapping[str, ArtifactSpec]) -> None:
    """Refuse a channel that lacks what its kind needs, or whose values have another form.

    Raises:
        InputError: naming the first.
    """
    where = f"channels.{channel.name}"
    if channel.kind not in KINDS:
        raise bad(f"{where}.kind", f"is {channel.kind!r}", f"It must be one of {', '.join(KINDS)}.")
    for key in NEEDS[channel.kind]:
        if not getattr(channel, key):
            raise bad(where, f"lacks `{key}`", f"A channel of kind {channel.kind} needs `{key}:`.")
    if channel.artifact is not None and channel.artifact not in artifacts:
        raise bad(f"{where}.artifact", f"is {channel.artifact!r}", f"Known artifacts: {', '.join(artifacts)}.")
    _check_forms(where, channel)


def _check_forms(where: str, channel: Channel) -> None:
    if SECRET.match(channel.token):
        raise bad(f"{where}.token", "holds a token", "Put it in an environment variable and name that one here.")
    for key, pattern, fix in FORMS:
        if (value := getattr(channel, key)) is not None and not re.fullmatch(pattern, value):
            raise bad(f"{where}.{key}", f"is {value!r}", fix)
    for path in channel.paths:
        if path.startswith("/") or ".." in path.split("/") or not re.fullmatch(r"[\w@./+-]+", path):
            raise bad(where, f"names the file {path!r}", "Give a path inside the target repository.")
    for key in ("registry", "feed"):
        if url := getattr(channel, key):
            check_url(f"{where}.{key}", url)


SECRET = re.compile(r"gh[a-z]_|github_pat_")  # how GitHub's tokens begin; variables are not called that
FORMS = (
    ("token", r"[A-Za-z_][A-Za-z0-9_]*", "Name the environment variable that holds the token."),
    ("prereleases", r"publish|skip", "It must be publish or skip."),
    ("event_type", r"(?s).{1,100}", "GitHub takes 1 to 100 characters."),
    ("workflow", r"[\w.-]+", "Give the workflow's file name, such as docker-publish.yml."),
    ("image", r"[a-z0-9._-]+(/[a-z0-9._-]+)*", "Give the image's name without registry and tag."),
)
