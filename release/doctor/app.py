"""What the doctor finds out about a GitHub App: id and key, installations, and what they grant."""

from collections.abc import Iterable, Mapping
from typing import Any

from release.doctor.reads import guarded
from release.findings import Level, Line
from release.github.app import App
from release.session.session import ISSUES, Session
from release.settings import Channel

LEVELS = ("read", "write", "admin")


def examine_app(session: Session, channels: Iterable[Channel]) -> list[Line]:
    """A line for the App and one for each repository that it serves; none where no App is configured."""
    app, environment = session.app, session.environment
    if app is None:
        return []
    lines = guarded("all", "app", lambda: [_known(app)])
    if lines[0].level is Level.FAILED:
        return lines
    needed = {one.target: session.needs(one.target) for one in channels if not environment.get(one.token)}
    if not environment.get("GITHUB_TOKEN"):
        product = session.settings.project.repository
        needed[product] = {**needed.get(product, {}), **ISSUES}
    for target, permissions in needed.items():
        lines += guarded("all", "app", lambda t=target, p=permissions: [check_grant(t, p, app.installation(t))])  # type: ignore[misc]  # mypy infers no lambda with defaults
    return lines


def _known(app: App) -> Line:
    name = app.describe().get("slug") or "an App"
    return Line("all", "app", Level.OK, f"APP_ID and APP_PRIVATE_KEY are those of {name}")


def check_grant(target: str, needed: Mapping[str, str], installation: Mapping[str, Any]) -> Line:
    """Whether the installation on ``target`` may do what is needed there. Pure."""
    if installation.get("suspended_at"):
        text, fix = f"the App is suspended on {target}", "Unsuspend it in the owner's settings, Installed GitHub Apps."
        return Line("all", "app", Level.FAILED, text, fix)
    granted = installation.get("permissions")
    has = granted if isinstance(granted, Mapping) else {}
    missing = ", ".join(f"{name}: {level}" for name, level in needed.items() if _rank(has.get(name)) < _rank(level))
    if missing:
        text = f"the App is installed on {target} without {missing}"
        return Line("all", "app", Level.FAILED, text, "Grant it in the App's settings, and accept that there.")
    given = ", ".join(f"{name}: {level}" for name, level in needed.items())
    return Line("all", "app", Level.OK, f"the App is installed on {target} with {given}")


def _rank(level: object) -> int:
    return LEVELS.index(level) + 1 if level in LEVELS else 0
