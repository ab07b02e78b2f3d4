"""Which configured channels the release workflow has no job or no token for. Source: GitHub's "Workflow syntax"."""

import re
from collections.abc import Iterator, Sequence

import yaml

from release.errors import InputError, ReleaseError
from release.settings import Settings

OWN = "GITHUB_TOKEN"  # every job has it


def channels_without_job(settings: Settings, workflow_text: str | bytes) -> list[str]:
    """The configured channels that no job of the workflow names, in the configured order.

    A channel is named by a job's key, name or matrix, or by a command such as ``invoke dist.scoop``. A matrix that
    is computed with ``fromJSON`` has a job for every channel, of use where the workflow hands it its token. A job that
    runs ``dist.all``, or calls the reusable workflow, names them all. Text that is no workflow names none.

    Args:
        settings: the configured channels.
        workflow_text: of ``.github/workflows/trigger-distributions.yml``.
    """
    texts = _job_texts(workflow_text)
    if any(re.search(r"\binvoke dist\.all\b(?!.* --only)|/trigger-distributions\.ya?ml@", text) for text in texts):
        return []
    computed = any("fromJSON(" in text for text in texts)
    handed = _handed(texts)
    return [
        name for name, channel in settings.channels.items()
        if not (computed and channel.token in handed) and not any(_names(text, name) for text in texts)
    ]  # fmt: skip


def check_tokens_handed(settings: Settings, workflow_text: str | bytes) -> list[ReleaseError]:
    """A problem for each channel whose ``token:`` is no secret that the workflow hands to a job.

    Args:
        settings: the configured channels.
        workflow_text: of the reusable workflow that tells them.
    """
    handed = _handed(_job_texts(workflow_text))
    tokens = ", ".join(sorted(name for name in handed if name.endswith("_TOKEN")))
    return [
        InputError(
            f"channels.{name}.token: the reusable workflow hands out no {channel.token}; it knows {tokens}",
            "Name one of these, or tell the channels by this project's action in a workflow of your own, one job each, "
            "with its own secret.",
        )
        for name, channel in settings.channels.items() if channel.token not in handed
    ]  # fmt: skip


def _handed(texts: Sequence[str]) -> set[str]:
    return {name for text in texts for name in re.findall(r"\bsecrets\.(\w+)", text)} | {OWN}


def _job_texts(workflow_text: str | bytes) -> list[str]:
    try:
        document = yaml.load(workflow_text, Loader=yaml.BaseLoader)  # noqa: S506 - BaseLoader makes texts, lists and tables only
    except (yaml.YAMLError, RecursionError, UnicodeError):
        document = None
    return list(_texts(document.get("jobs") if isinstance(document, dict) else None))


def _names(text: str, channel: str) -> bool:
    """Whether the text is the channel's name, or a command for it, or a matrix in JSON that lists it."""
    name = re.escape(channel)
    return re.fullmatch(rf'{name}|(?s:.*)(?:\bdist\.{name}|["\']{name}["\'])(?![\w-])(?s:.*)', text) is not None


def _texts(value: object) -> Iterator[str]:
    """Every key and scalar below the jobs."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value
