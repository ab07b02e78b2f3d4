"""The table of tasks: names, flags and help. The one definition for ``invoke`` and for the installed command."""

import inspect
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from invoke.collection import Collection
from invoke.context import Context
from invoke.tasks import Task

from release.channels import KINDS
from release.commands.line import check_alone, check_words, task_to_run
from release.commands.names import Kinds, known_channels


class Minutes(float):
    """The value of ``--wait``: Invoke gives a flag's text to the type of its default."""

    def __new__(cls, value: str | float = 0.0) -> Self:
        """A text of plain digits, or the value of a copy."""
        if isinstance(value, str):
            from release.settings import parse_number  # noqa: PLC0415 - only who waits pays for it

            value = parse_number(value)
        return super().__new__(cls, value)


FLAGS: dict[str, tuple[object, str]] = {
    "version": (None, "0.0.1, v0.0.1 or latest; default: the event's, GITHUB_REF's, the newest; rollback: the bad one"),
    "sha256": ([], "expected checksum, HEX or NAME=HEX, always compared with the real one; repeatable"),
    "release": ("", "FILE that `release.extract --json` wrote (- for stdin), in place of looking it up again"),
    "dry_run": (False, "read everything, change nothing, print what would be done"),
    "only": ([], "CHANNEL, only this one; repeatable"),
    "skip": ([], "CHANNEL, all but this one; repeatable"),
    "wait": (Minutes(), "MINUTES for artifacts to become public, then for each run and channel until it serves"),
    "force": (
        False,
        "send where the channel serves the version or has it in review; init: write over files",
    ),
    "allow_downgrade": (False, "go on even where the channel serves a newer version"),
    "no_tokens": (False, "do not require the channels' tokens"),
    "check": (False, "install the wheel into a clean environment and run project.check"),
    "json": (False, "one JSON document on stdout, nothing else there"),
    "yes": (False, "do not ask"),
    "to": ("", "the good version; default: the one served before the bad one"),
    "reason": ("", "a sentence for the commit"),
    "path": (None, "DIR, edit this checkout; do not clone, commit or push"),
    "keep": (False, "leave the stand-in up, print examples that work on it, and write files to be sourced"),
    "fault": ([], "CHANNEL=KIND, make a channel misbehave, `list` shows the kinds; repeatable"),
    "files": (None, "DIR, use the real files of the targets from DIR/OWNER/REPO/..."),
    "repository": ("", "OWNER/NAME, the product's"),
    "channel": (
        [],
        "NAME=KIND:TARGET, such as tap=homebrew:acme/tap or ghcr=docker:ghcr.io/acme/rocket; repeatable",
    ),
    "assets": ("", "FILE with the names of the release's files, one per line, or the API's JSON; default: ask GitHub"),
    "server": ("", "URL of an enterprise server; its workflow is one job without artifacts"),
    "results": ([], "DIR or FILE with the JSON reports of the channels; repeatable"),
}
TEXTS = frozenset(f"--{flag.replace('_', '-')}" for flag, (default, _) in FLAGS.items() if default is not False)
LISTS = frozenset(f"--{flag}" for flag, (default, _) in FLAGS.items() if default == [])
CHOICE = "only skip"
DIST = "version sha256 release dry_run wait force allow_downgrade json"
UPDATE = "version sha256 path dry_run allow_downgrade json"
PROVE = "version dry_run yes json"
ROLLBACK = "version to reason dry_run yes json"
Rows = dict[str, tuple[str, str]]
ALWAYS: Rows = {
    "init": ("Write invoke.yaml, the product's workflow, each target's receiver and a checklist.",
             "repository channel assets server force dry_run yes json"),
    "rehearse": ("Run a whole release against a stand-in on this machine.", "keep fault files json"),
}  # fmt: skip
ON_ALL: Rows = {
    "release.extract": ("What is being released: version, tag, artifacts, checksums.",
                        f"version sha256 {CHOICE} wait dry_run json"),
    "release.validate": ("Check everything that can be checked before anything is sent.",
                         f"version sha256 release {CHOICE} wait dry_run no_tokens check json"),
    "dist.all": ("Tell all channels about a release, exactly once each.", f"{DIST} {CHOICE}"),
    "status.all": ("Which version does each channel serve, and is its checksum right?", f"version json {CHOICE}"),
    "rollback.all": ("Make every channel serve the last good version again.", f"{ROLLBACK} {CHOICE}"),
    "prove.all": ("Install from every channel as users do, run the program, remove it.", f"{PROVE} {CHOICE}"),
    "notify.result": ("Open, comment on or close the failure issue, and tell Slack.", "version results dry_run json"),
    "doctor": ("Is everything ready: configuration, tokens, targets, receivers?", f"json {CHOICE}"),
}  # fmt: skip
ON_ONE: Rows = {
    "dist": ("Tell {} about a release, exactly once.", DIST),
    "status": ("Which version does {} serve, and is its checksum right?", "version json"),
    "update": ("Edit the files of {} for a release, commit and push.", UPDATE),
    "rollback": ("Make {} serve the last good version again.", ROLLBACK),
    "prove": ("Install from {} as users do, run the program, remove it.", PROVE),
}
EXAMPLES = {
    "init": "--repository acme/rocket --channel tap=homebrew:acme/homebrew-tap",
    "rehearse": "--files ../checkouts",
    "release.extract": "--version 0.0.1 --json",
    "release.validate": "--version 0.0.1 --check",
    "dist": "--version 0.0.1 --wait 30",
    "status": "--version 0.0.1",
    "update": "--version 0.0.1 --path . --dry-run",
    "rollback": "--version 0.0.2 --to 0.0.1 --dry-run",
    "prove": "--version 0.0.1 --yes",
    "notify.result": "--results results --dry-run",
    "doctor": "--json",
}
"""A task or its group -> flags of a command line that somebody would type; the help of each task shows its own."""


def rows(kinds: Kinds | None) -> Rows:
    """Every task by its name, with its help and its flags; ``None``: nothing is configured."""
    if kinds is None:
        return ALWAYS
    single = {f"{group}.{name}": (says.format(name), flags)
              for group, (says, flags) in ON_ONE.items() for name, kind in kinds.items()
              if group != "update" or (kind in KINDS and KINDS[kind].files)}  # fmt: skip
    return {**ON_ALL, **single, **ALWAYS}


class Command(Task[Any]):
    """A row of the table as Invoke's task: its flags come from the row, its work from the package."""

    def __init__(self, name: str, says: str, flags: str) -> None:
        self.full_name, self.flags = name, flags.split()
        lists = [flag for flag in self.flags if FLAGS[flag][0] == []]
        texts = {flag: FLAGS[flag][1] for flag in self.flags}
        super().__init__(self.perform, name.rpartition(".")[2], auto_shortflags=False, iterable=lists, help=texts)
        self.__doc__ = f"{says}\n\nExample: {name} {EXAMPLES.get(name) or EXAMPLES[name.partition('.')[0]]}"

    def argspec(self, body: object) -> inspect.Signature:
        """The flags as parameters with defaults, which is what Invoke takes its types from."""
        del body
        kind = inspect.Parameter.KEYWORD_ONLY
        return inspect.Signature([inspect.Parameter(flag, kind, default=FLAGS[flag][0]) for flag in self.flags])

    def perform(self, context: Context, **flags: Any) -> None:  # noqa: ANN401 - flags are of any type
        """Hand the flags to the package."""
        from release.commands.perform import perform  # noqa: PLC0415 - see the docstring of this file

        perform(context, self.full_name, flags)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return hash(self.full_name)


def collect(folder: Path, arguments: Sequence[str], environment: Mapping[str, str]) -> Collection:
    """All tasks of the configuration in ``folder``; a dot in a name makes a collection.

    Args:
        folder: where ``invoke.yaml`` is.
        arguments: of the command line.
        environment: of the process.

    Raises:
        InputError: the configuration cannot be read or is not there, and the command needs it; or the command line has
            a task that writes beside another one, a list's flag without a value, or something behind ``--``.
    """
    task = task_to_run(arguments, TEXTS)
    if task:
        from release.commands.variables import take_strictly  # noqa: PLC0415 - a list of tasks reads no variable

        take_strictly()
        check_words(arguments, LISTS)
    table = rows(known_channels(folder, arguments, environment, task, rows))
    root = Collection()
    for name, (says, flags) in table.items():
        group, _, _ = name.rpartition(".")
        if group and group not in root.collections:
            root.add_collection(Collection(group))
        (root.collections[group] if group else root).add_task(Command(name, says, flags))
    check_alone(root, list(table), arguments)
    return root
