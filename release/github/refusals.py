"""What GitHub's answers say: its own words, why it refused and what to do, a folder, a file in one of its two forms."""

import base64
import re
from typing import Any

from release.errors import ServiceError
from release.http.transport import Answer

MOST_LISTED = 1000  # entries of a folder; GitHub lists no more


def decode_file(answer: Answer) -> bytes | None:
    """A file's bytes, also from a server that knows the base64 form only; ``None`` where it is no file."""
    if "json" not in answer.headers.get("Content-Type", "json") or "raw" in answer.headers.get("Content-Type", ""):
        return answer.body
    try:
        value = answer.json()
    except ServiceError:
        return answer.body
    if not isinstance(value, dict):
        return None  # what is in a folder
    return _of_base64(value) if {"encoding", "content"} <= value.keys() else answer.body


def parse_folder(answer: Answer) -> list[str]:
    """The paths of the files that a folder holds; links and folders inside of it are none.

    Raises:
        ServiceError: it is no list of a folder, or one that GitHub cut off.
    """
    listed = answer.json()
    if not isinstance(listed, list) or len(listed) >= MOST_LISTED or not all(map(_is_entry, listed)):
        raise answer.misshapen()
    return [one["path"] for one in listed if one["type"] == "file"]


def _is_entry(one: object) -> bool:
    return isinstance(one, dict) and isinstance(one.get("path"), str) and isinstance(one.get("type"), str)


def _of_base64(value: dict[str, Any]) -> bytes | None:
    if value["encoding"] != "base64" or not isinstance(value["content"], str):
        return None
    try:
        return base64.b64decode("".join(value["content"].split()), validate=True)
    except ValueError:
        return None


def message_of(answer: Answer) -> str:
    """GitHub's own words in an answer: ``message`` and every entry of ``errors``; else the start of the body."""
    try:
        value = answer.json()
    except ServiceError:
        return f"{answer.text.strip()[:80]!r}" if answer.text.strip() else "no message"
    if not isinstance(value, dict):
        return "no message"
    errors = value.get("errors")
    more = [str(e.get("message") or e.get("code") or e) if isinstance(e, dict) else str(e)
            for e in (errors[:5] if isinstance(errors, list) else [])]  # fmt: skip
    return "; ".join([str(value.get("message") or "no message"), *more])[:300]


def moved_to(answer: Answer) -> str | None:
    """The new ``owner/name`` in the answer of a repository that was renamed or moved, where it holds one."""
    try:
        told = answer.record().get("url")
    except ServiceError:
        told = None
    for url in (told, answer.headers.get("Location")):
        if isinstance(url, str) and (found := re.search(r"/repos/([\w.-]{1,100}/[\w.-]{1,100})", url)):
            return found[1]
    return None


def refusal(answer: Answer, variable: str, what: str, *, sent_token: bool = True) -> ServiceError:
    """What an answer that is no success means, and what to do.

    Args:
        answer: any status but 2xx.
        variable: the name of the variable that held the token.
        what: what was asked for.
        sent_token: whether a token went along.
    """
    said = message_of(answer)
    if answer.status == 401:
        fix = f"Replace the token in {variable}: it is wrong, expired or revoked." if sent_token else f"Set {variable}."
        return ServiceError(f"Unauthorized: GitHub refused the token in {variable} for {what} ({said})", fix, 401)
    return ServiceError(
        f"GitHub answered {answer.status} for {what}: {said}", _fix(answer, variable, said), answer.status
    )


def _fix(answer: Answer, variable: str, said: str) -> str:
    needs = answer.headers.get("x-accepted-github-permissions")
    if sso := answer.headers.get("x-github-sso"):
        return f"Authorise the token in {variable} for single sign-on: {sso.partition('url=')[2] or sso}"
    if "archived" in said.lower() and answer.status == 403:
        return "Unarchive the repository in its settings, or take the channel out; the token is not at fault."
    if 300 <= answer.status < 400:
        return f"The repository was renamed or moved: write its new name into invoke.yaml{_new(answer)}."
    by_status = {
        403: f"Give the token in {variable} the permission {needs or 'that this call needs (see the README)'}.",
        404: f"Check the name; or the token in {variable} cannot see it (GITHUB_TOKEN sees its own repository only).",
        410: "This API version or feature is gone; update this program, or enable the feature in the settings.",
        422: "Check the configuration of this channel against the target's workflow.",
    }
    if answer.status >= 500:
        return "GitHub has a fault; see its status page and run it again later."
    return by_status.get(answer.status, f"GitHub says: {said}. See its REST API documentation for this status.")


def _new(answer: Answer) -> str:
    name = moved_to(answer)
    return f": {name}" if name else ""
