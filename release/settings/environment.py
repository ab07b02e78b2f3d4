"""What the environment says. The only reader of ``os.environ``."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import translate

from release.errors import InputError
from release.settings.forms import check_url

WEBHOOK = "SLACK_WEBHOOK"
SECRET_NAMES = (
    "TAP_REPO_TOKEN", "SCOOP_REPO_TOKEN", "CHOCO_REPO_TOKEN", "GITHUB_TOKEN",
    WEBHOOK, "DOCKERHUB_TOKEN", "APP_PRIVATE_KEY",
)  # fmt: skip
LIKELY = re.compile(r"(?i)token|secret|password|(api|private)_?key")


@dataclass(frozen=True)
class AppCredentials:
    """``APP_ID`` (or the App's client id) and ``APP_PRIVATE_KEY`` (PEM) of a GitHub App."""

    id: str
    key: str = field(repr=False)


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
    def app(self) -> AppCredentials | None:
        """The GitHub App that serves in place of tokens; ``None`` without a key, as others use ``APP_ID`` too."""
        key = self.get("APP_PRIVATE_KEY")
        return AppCredentials(self.get("APP_ID") or "", key.replace("\\n", "\n")) if key else None

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


def check_webhook(url: str) -> str | None:
    """What is wrong with the address of a webhook, without the address; ``None`` where it is usable."""
    try:
        check_url(WEBHOOK, url)
    except InputError:
        return f"{WEBHOOK} is not https://HOST/... without user, password or spaces"
    return None


def matches(pattern: str, name: str) -> bool:
    """Whether an asset's ``name`` fits the configured ``pattern`` (shell wildcards, letter case counts)."""
    return re.fullmatch(translate(pattern), name) is not None
