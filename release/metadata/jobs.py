"""Which configured channels the release workflow has no job or no token for. Source: GitHub's "Workflow syntax"."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from release.errors import InputError, ReleaseError
from release.settings import Settings

OWN = "GITHUB_TOKEN"  # every job has it
INPUTS = frozenset({"channel", "channels", "only"})
Table = Mapping[str, Any]


def channels_without_job(settings: Settings, workflow_text: str | bytes) -> list[str]:
    """The configured channels that no job of the workflow names, in the configured order.

    A channel is named by a job's id, name or environment, by a value of its matrix, by an input or a variable
    ``channel``, ``channels`` or ``only``, or by a command such as ``invoke dist.scoop``, which the action's ``task``
    and ``arguments`` are too. A matrix that is computed with ``fromJSON`` has a job for every channel, of use where
    the workflow hands it its token. A job that runs ``dist.all``, or calls the reusable workflow, names them all.
    Text that is no workflow names none.

    Args:
        settings: the configured channels.
        workflow_text: of ``.github/workflows/trigger-distributions.yml``.
    """
    jobs = _jobs(workflow_text)
    named = {*jobs}.union(*(_named(job, settings.channels) for job in jobs.values()))
    computed = any(re.search(r"\bfromJSON\((?!\s*')", text) for text in _texts(jobs))
    handed = _handed(jobs)
    return [
        name for name, channel in settings.channels.items()
        if name not in named and not (computed and channel.token in handed)
    ]  # fmt: skip


def check_tokens_handed(settings: Settings, workflow_text: str | bytes) -> list[ReleaseError]:
    """A problem for each channel whose ``token:`` is no secret that the workflow hands to a job.

    Args:
        settings: the configured channels.
        workflow_text: of the reusable workflow that tells them.
    """
    handed = _handed(_jobs(workflow_text))
    tokens = ", ".join(sorted(name for name in handed if name.endswith("_TOKEN")))
    return [
        InputError(
            f"channels.{name}.token: the reusable workflow hands out no {channel.token}; it knows {tokens}",
            "Name one of these, or tell the channels by this project's action in a workflow of your own, one job each, "
            "with its own secret.",
        )
        for name, channel in settings.channels.items() if channel.token not in handed
    ]  # fmt: skip


def _handed(jobs: Table) -> set[str]:
    return {name for text in _texts(jobs) for name in re.findall(r"\bsecrets\.(\w+)", text)} | {OWN}


def _jobs(workflow_text: str | bytes) -> dict[str, Table]:
    """The jobs by their ids; what is no job is an empty one."""
    try:
        document = yaml.load(workflow_text, Loader=yaml.BaseLoader)  # noqa: S506 - BaseLoader makes texts, lists and tables only
    except (yaml.YAMLError, RecursionError, UnicodeError):
        document = None
    return {str(name): _table(job) for name, job in _table(_table(document).get("jobs")).items()}


def _table(value: object) -> Table:
    return value if isinstance(value, dict) else {}


def _named(job: Table, channels: Iterable[str]) -> set[str]:
    """The channels that a job names."""
    if re.search(r"/trigger-distributions\.ya?ml@", str(job.get("uses"))):
        return set(channels)
    steps = job.get("steps")
    parts = [job, *map(_table, steps if isinstance(steps, list) else ())]
    own = _texts([job.get("name"), job.get("environment"), job.get("strategy")])
    values = [*own, *(text for part in parts for text in _inputs(part))]
    commands = [*values, *(text for part in parts for text in _commands(part))]
    return {name for text in values for name in _listed(text)}.union(*(_told(text, channels) for text in commands))


def _inputs(part: Table) -> Iterator[str]:
    """What a step, or a job that calls a workflow, is given as a channel."""
    for table in (_table(part.get("with")), _table(part.get("env"))):
        yield from (text for key, value in table.items() if str(key).lower() in INPUTS for text in _texts(value))


def _commands(part: Table) -> Iterator[str]:
    """What may be a command in a script, an input or a variable, and the one that the action makes of its inputs."""
    given = dict(_table(part.get("with")))
    yield " ".join(f"{given.pop('task', '')} {given.pop('arguments', '')}".split())
    for text in _texts([part.get("run"), part.get("env"), given]):
        yield from re.split(r"\n|&&|\|\||[;|]", text.replace("\\\n", " "))


def _listed(text: str) -> set[str]:
    """The names in ``a`` or ``a, b``, or in quotes as JSON lists them."""
    return {*map(str.strip, text.split(",")), *re.findall(r"[\"']([\w-]+)[\"']", text)}


def _told(command: str, channels: Iterable[str]) -> set[str]:
    """The channels of ``dist.NAME``; of ``dist.all`` those that its flags leave."""
    told = set(re.findall(r"\bdist\.([a-z0-9-]+)(?![\w.])", command))
    if "all" not in told:
        return told
    lists = (re.findall(rf"--{flag}[ =][\"']?([\w,-]+)", command) for flag in ("only", "skip"))
    only, skip = (set().union(*map(_listed, listed)) for listed in lists)
    return told | {name for name in channels if (name in only or not only) and name not in skip}


def _texts(value: object) -> Iterator[str]:
    """Every scalar of a value, without its keys."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value
