"""Whose it is: runs and pull requests of a repository itself count, those of forks are any stranger's. Pure."""

from collections.abc import Mapping
from typing import Any

_ABSENT = object()


def is_own_run(run: Mapping[str, Any], target: str) -> bool:
    """Whether a workflow run is of the repository's own commits; a fork that is gone is ``null``."""
    return _is_same(run.get("head_repository", _ABSENT), run.get("repository"), target)


def is_own_pull(pull: Mapping[str, Any], target: str, branch: str = "") -> bool:
    """Whether a pull request comes from a branch of the repository itself; ``branch``: from this one."""
    head, base = (side if isinstance(side, Mapping) else {} for side in (pull.get("head"), pull.get("base")))
    return _is_same(head.get("repo", _ABSENT), base.get("repo"), target) and branch in {"", head.get("ref")}


def _is_same(theirs: object, own: object, target: str) -> bool:
    """Whether it is the repository that was asked for, by whatever name it goes now; who does not say counts."""
    return theirs is _ABSENT or _name(theirs) in {target.lower(), _name(own) or target.lower()}


def _name(repository: object) -> str:
    return str(repository.get("full_name") or "").lower() if isinstance(repository, Mapping) else ""
