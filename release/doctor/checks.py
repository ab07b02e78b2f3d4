"""What the doctor concludes from what it was shown: answers and records in, lines out. Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from release.findings import Level, Line
from release.settings import WEBHOOK, Channel, check_webhook

SOON = 14 * 86400.0  # seconds; a token that expires before is worth a warning
FEW = 100  # requests left of the hour's thousands


def needs(channel: Channel) -> str:
    """What its token must be allowed to do. Source: GitHub, "Permissions required for fine-grained tokens"."""
    rights = "Actions: write" if channel.workflow else "Contents: write and Actions: read"
    return f"{rights} on {channel.target} (a classic token: the scope repo)"


def token_missing(channel: Channel) -> Line:
    """The line where the variable is unset."""
    return Line(channel.name, "token", Level.FAILED, f"{channel.token} is not set",
                f"Set {channel.token} to a token with {needs(channel)}.")  # fmt: skip


def check_expiry(channel: Channel, header: str | None, now: float) -> Line | None:
    """What ``github-authentication-token-expiration`` says; ``None`` where the server does not say.

    Args:
        channel: whose token it is.
        header: in one of the forms that GitHub has sent.
        now: by the server's clock, seconds since the epoch.
    """
    if not header:
        return None
    fix = f"Make a new token with {needs(channel)} and set {channel.token} to it."
    expires = parse_time(header)
    if expires is None:
        text = f"{channel.token} expires, but {header[:40]!r} is no known form of a time"
        return Line(channel.name, "expiry", Level.WARNING, text, "Look the token up in GitHub's settings.")
    day = datetime.fromtimestamp(expires, UTC).strftime("%Y-%m-%d")
    if expires <= now:
        return Line(channel.name, "expiry", Level.FAILED, f"{channel.token} expired on {day}", fix)
    if expires - now <= SOON:
        days = int((expires - now) // 86400)
        return Line(channel.name, "expiry", Level.WARNING, f"{channel.token} expires in {days} days, on {day}", fix)
    return Line(channel.name, "expiry", Level.OK, f"{channel.token} is valid until {day}")


def parse_time(text: str) -> float | None:
    """Seconds since the epoch of ``2027-01-31 00:00:00 UTC``, ``... +0200`` or ISO 8601; UTC where it says none."""
    bare = re.sub(r"\s*(?:UTC|GMT|Z)$", "+00:00", text.strip())
    bare = re.sub(r"\s+([+-]\d\d):?(\d\d)$", r"\1:\2", bare)
    try:
        time = datetime.fromisoformat(bare)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def check_scopes(channel: Channel, header: str | None, repository: Mapping[str, Any] | None) -> Line:
    """What a classic token's ``x-oauth-scopes`` allow; a fine-grained one sends none and says nothing.

    Args:
        channel: whose token it is.
        header: ``repo, workflow``; empty for a classic token without any; ``None`` where it was not sent.
        repository: the target as GitHub shows it, ``None`` where it could not be read.
    """
    if header is None:
        text = f"unknown: the token in {channel.token} does not state its permissions"
        return Line(channel.name, "permission", Level.WARNING, text, f"See that it has {needs(channel)}.")
    scopes = {scope.strip() for scope in header.split(",")} - {""}
    public = repository is not None and repository.get("private") is False
    if "repo" not in scopes and not ("public_repo" in scopes and public):
        text = f"the classic token in {channel.token} has the scopes {', '.join(sorted(scopes)) or 'none'}, not repo"
        return Line(channel.name, "permission", Level.FAILED, text, "Give it the scope repo, or use a fine-grained one "
                    f"with {needs(channel)}.")  # fmt: skip
    may = repository.get("permissions") if repository else None
    if isinstance(may, Mapping) and may.get("push") is False:
        text = f"the account of the token in {channel.token} may not write to {channel.target}"
        return Line(channel.name, "permission", Level.FAILED, text, "Give the account write access there.")
    return Line(channel.name, "permission", Level.OK, f"classic token with {', '.join(sorted(scopes))}")


def check_own_token(channel: Channel, own: str | None) -> Line | None:
    """Whether an Actions run would use its ``GITHUB_TOKEN`` on a repository other than its own (``own``)."""
    if channel.token != "GITHUB_TOKEN" or own is None or own.lower() == channel.target.lower():  # noqa: S105 - a name
        return None
    text = f"GITHUB_TOKEN is that of {own} and may not send to {channel.target}"
    fix = f"Set channels.{channel.name}.token to a variable that holds a token with {needs(channel)}."
    return Line(channel.name, "permission", Level.FAILED, text, fix)


def check_quota(channel: Channel, answer: Any) -> Line | None:  # noqa: ANN401 - JSON of any shape
    """A warning where ``GET /rate_limit`` says that few requests are left."""
    try:
        left = int(answer["resources"]["core"]["remaining"])
    except (LookupError, TypeError, ValueError):
        return None
    if left >= FEW:
        return None
    text = f"only {left} requests are left for the token in {channel.token}"
    return Line(channel.name, "quota", Level.WARNING, text, "Wait for the next hour, or use another token.")


def check_slack(webhook: str | None) -> Line:
    """Whether the webhook's address can be one; the address itself is never shown."""
    if webhook is None:
        return Line("all", "slack", Level.OK, f"{WEBHOOK} is not set: no Slack messages (they are optional)")
    wrong = check_webhook(webhook)
    parts = urlsplit(webhook if wrong is None else "")
    cut = parts.hostname == "hooks.slack.com" and not re.match(r"/(services|workflows|triggers)/.", parts.path)
    if wrong is None and cut:
        wrong = f"{WEBHOOK} lacks the path that Slack gave"
    fix = "Copy it again from Slack: https://hooks.slack.com/services/..."
    if wrong:
        return Line("all", "slack", Level.FAILED, f"malformed: {wrong}", fix)
    return Line("all", "slack", Level.OK, f"{WEBHOOK} is well-formed (nothing was sent)")
