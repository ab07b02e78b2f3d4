"""The configuration that fits: project, artifacts and channels, and everything that is written, as texts by path."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from release.channels import KINDS, kind_of
from release.channels.adopted import Named, Offer, Product
from release.channels.settings import read_settings
from release.errors import InputError
from release.init.assets import Keys
from release.init.checklist import render_checklist
from release.init.settings_text import render_settings
from release.init.workflow import render_workflow
from release.safe_yaml import load_yaml
from release.settings import REPOSITORY, InvalidSettings, Settings

FORM = "NAME=KIND:TARGET"
EXAMPLE = "tap=homebrew:acme/homebrew-tap"
WORKFLOW = ".github/workflows/trigger-distributions.yml"
FOLDER = "receivers"
RESERVED = "GITHUB"  # no secret's name may begin so
Tables = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Wish:
    """What was asked for.

    Attributes:
        product: whose channels they are.
        tag: the form of its tags.
        artifacts: name -> keys.
        offers: the same, for the channels to choose from.
        channels: as asked for.
    """

    product: Product
    tag: str
    artifacts: Mapping[str, Keys]
    offers: Sequence[Offer]
    channels: Sequence[Named]


@dataclass(frozen=True)
class Plan:
    """What is written: path below the folder -> text; and what it means."""

    settings: Settings
    files: Mapping[str, str]
    checklist: str


def parse_channel(text: str) -> Named:
    """``NAME=KIND:TARGET``.

    Raises:
        InputError: it has another form, or there is no such kind.
    """
    name, equals, rest = text.partition("=")
    kind, colon, target = rest.partition(":")
    if not (name and equals and kind and colon and target):
        raise InputError(f"--channel is {text!r}, not {FORM}", f"Give it as --channel {EXAMPLE}")
    if kind not in KINDS:
        raise InputError(f"--channel {text}: there is no kind {kind!r}", f"It must be one of {', '.join(KINDS)}.")
    return Named(name, kind, target)


def check_repository(name: str) -> str:
    """``owner/name``.

    Raises:
        InputError: GitHub has no repository of such a name.
    """
    if not REPOSITORY.fullmatch(name):
        raise InputError(f"--repository is {name!r}", "Write owner/name as GitHub shows it, such as acme/rocket.")
    return name


def make_plan(wish: Wish) -> Plan:
    """Every file, checked as a whole.

    Raises:
        InputError: two channels have one name or one file, or a target is no repository.
        InvalidSettings: the configuration would not be good, with every problem.
    """
    tables = _tables(wish)
    project = {"name": wish.product.name, "repository": wish.product.repository, "tag": wish.tag,
               "branch": wish.product.branch, "check": [wish.product.name, "--version"]}  # fmt: skip
    comments = {one.name: kind_of(one.kind).adopted.comments(wish.product, one) for one in wish.channels}
    text = render_settings(project, wish.artifacts, tables, comments)
    settings = read_settings(load_yaml(text))
    if problems := [*_one_file(settings)]:
        raise InvalidSettings(problems)
    files = {"invoke.yaml": text, WORKFLOW: render_workflow(wish.product, settings), **_receivers(wish, settings)}
    checklist = render_checklist(wish.product, settings, files, FOLDER)
    return Plan(settings, {**files, f"{FOLDER}/CHECKLIST.md": checklist}, checklist)


def _receivers(wish: Wish, settings: Settings) -> dict[str, str]:
    """One workflow for each channel, in a folder of its target."""
    found: dict[str, str] = {}
    for channel in settings.channels.values():
        file = channel.workflow or f"receive-{channel.name}.yml"
        path = f"{FOLDER}/{channel.target}/.github/workflows/{file}"
        found[path] = kind_of(channel.kind).adopted.receiver(wish.product, channel)
    return found


def _tables(wish: Wish) -> Tables:
    tables: Tables = {}
    problems = [InputError(f"Two channels are called {one!r}", "Give each a name of its own.") for one in _twice(wish)]
    for named in wish.channels:
        adopted = kind_of(named.kind).adopted
        target = adopted.target(wish.product, named)
        if not REPOSITORY.fullmatch(target):
            problems.append(InputError(f"Channel {named.name}: {target!r} is no repository", "Write owner/name."))
        keys = adopted.settings(wish.product, named, wish.offers)
        if any(one.get("event_type") == keys.get("event_type") and one["target"].lower() == target.lower()
               for one in tables.values() if keys.get("event_type")):  # fmt: skip
            keys["event_type"] = f"{wish.product.name}-{named.name}-release"  # two in one target are told apart
        token = _token(tables, wish.product, named, target)
        tables[named.name] = {"kind": named.kind, "target": target, **keys, "token": token}
    if problems:
        raise InvalidSettings(problems)
    return tables


def _one_file(settings: Settings) -> Iterator[InputError]:
    """A problem for each channel with a file that is another one's before it."""
    first: dict[tuple[str, str], str] = {}
    for name, channel in settings.channels.items():
        owners = {path: first.setdefault((channel.target.lower(), path), name) for path in channel.paths}
        if shared := [path for path, owner in owners.items() if owner != name]:
            wrong = f"Channels {owners[shared[0]]} and {name} would both edit {', '.join(shared)} in {channel.target}"
            yield InputError(wrong, "Leave one of them out.")


def _twice(wish: Wish) -> list[str]:
    names = [one.name for one in wish.channels]
    return sorted({name for name in names if names.count(name) > 1})


def _token(tables: Tables, product: Product, named: Named, target: str) -> str:
    """The job's own in the product's repository, one per target elsewhere."""
    if target.lower() == product.repository.lower():
        return "GITHUB_TOKEN"
    if same := [one["token"] for one in tables.values() if one["target"].lower() == target.lower()]:
        return str(same[0])
    taken, word = [one["token"] for one in tables.values()], re.sub(r"[^A-Z0-9]", "_", named.name.upper())
    derived = (f"{'CHANNEL_' * times}{word}_REPO_TOKEN" for times in count())
    names = chain(filter(None, [kind_of(named.kind).adopted.token]), derived)
    return next(name for name in names if name not in taken and not name.startswith(RESERVED))
