"""``init``: ask or take flags, look at the last release, show what would be written, write it."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from release.channels.adopted import Product
from release.commands.command import Given
from release.errors import InputError, ReleaseError
from release.git.diff import unified
from release.github.client import GitHub
from release.init.assets import Files, of_release, parse_files, product_of, propose, tag_form
from release.init.files import LARGEST, read_present, write_files
from release.init.plan import EXAMPLE, FORM, Plan, Wish, check_repository, make_plan, parse_channel
from release.init.questions import Terminal, ask_channels, ask_repository
from release.report.report import Report
from release.settings import check_url

TASK = "init"
NAMES = "Give a file with the names of one release's files, one per line, in UTF-8."
Flags = Mapping[str, Any]


def ask_init(given: Given, flags: Flags) -> Report:
    """``init``: exit code 2 where something is in the way, and then nothing was written.

    Raises:
        InputError: a flag is missing or wrong, or a path is not to be written.
        ReleaseError: a file cannot be written.
    """
    wish, warnings = _wish(given, flags)
    plan, folder = make_plan(wish), Path.cwd()
    present = read_present(folder, plan.files)
    changed = [path for path, content in present.items() if content != plan.files[path].encode()]
    if flags.get("dry_run") or given.dry:
        return _shown(plan, present, changed, warnings, force=bool(flags.get("force")))
    if changed and not flags.get("force"):
        return _refused(plan, present, changed)
    if changed and not flags.get("yes") and sys.stdin.isatty():
        _require_consent(given, _diff(plan, present, changed))
    missing = {path: text for path, text in plan.files.items() if path in changed or path not in present}
    write_files(folder, missing)
    return _done(plan, present, changed, warnings)


def _wish(given: Given, flags: Flags) -> tuple[Wish, list[str]]:
    """What was asked for, by flags and by answers; with warnings."""
    server = check_url("--server", flags["server"]) if flags.get("server") else ""
    channels = [parse_channel(text) for text in flags.get("channel") or ()]
    repository = check_repository(flags["repository"]) if flags.get("repository") else ""
    local = _local(flags["assets"]) if flags.get("assets") else None
    terminal = _terminal(given, missing=[*(["--repository"] if not repository else []),
                                         *(["--channel"] if not channels else [])])  # fmt: skip
    repository = repository or ask_repository(terminal)
    named = channels or ask_channels(terminal)
    files, branch, warnings = (local, "main", []) if local else _published(given, repository, server)
    name = product_of(files.tag) or repository.partition("/")[2]
    artifacts, offers = propose(files, name)
    return Wish(Product(name, repository, branch, server), tag_form(files.tag), artifacts, offers, named), warnings


def _terminal(given: Given, missing: Sequence[str]) -> Terminal:
    if missing and not sys.stdin.isatty():
        flags = {"--repository": "--repository OWNER/NAME", "--channel": f"--channel {FORM}"}
        needed = " and ".join(missing)
        fix = (
            f"Give {' and '.join(flags[one] for one in missing)}, such as --channel {EXAMPLE}; --channel is repeatable."
        )
        raise InputError(f"init needs {needed}, and there is no terminal to ask on", fix)
    return Terminal(given.console.say, sys.stdin.readline)


def _local(name: str) -> Files:
    """``--assets FILE``."""
    try:
        with Path(name).open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise InputError(
                f"--assets {name} is larger than {LARGEST} bytes", "Give the names of one release's files."
            )
        return parse_files(content.decode())
    except OSError as error:
        raise InputError(
            f"--assets {name} cannot be read: {error.strerror}", "Give a file of names, one per line."
        ) from None
    except UnicodeDecodeError:
        raise InputError(f"--assets {name} is no text", NAMES) from None


def _published(given: Given, repository: str, server: str) -> tuple[Files, str, list[str]]:
    """The last release and the default branch; where GitHub does not say, a warning."""
    session = given.session
    github, token = session.github, session.reading_token()
    if server and server != session.environment.server_url:
        github, token = GitHub(session.transport, f"{server}/api/v3"), None  # the token is another server's
    try:
        branch = github.repository(repository, token).get("default_branch")
        release = github.latest_release(repository, token)
    except ReleaseError as error:
        return Files(), "main", [_unread(f"could not be read: {error.wrong}")]
    files = of_release(release) if release else Files()
    warnings = [] if files.names else [_unread("has no files" if release else "is not there yet")]
    return files, branch if isinstance(branch, str) else "main", warnings


def _unread(why: str) -> str:
    return f"Warning: the last release {why}. The tag's archive alone is proposed; --assets FILE names the files."


def _diff(plan: Plan, present: Mapping[str, bytes], paths: Sequence[str]) -> str:
    return unified(present, {path: plan.files[path].encode() for path in paths}).rstrip("\n")


def _refused(plan: Plan, present: Mapping[str, bytes], changed: Sequence[str]) -> Report:
    count = "1 file is" if len(changed) == 1 else f"{len(changed)} files are"
    wrong = f"{count} there already, with other content: {', '.join(changed)}"
    error = InputError(wrong, "Look at the diff; --force writes over them.")
    return Report(TASK, errors=[error], notes=[_diff(plan, present, changed), "Nothing was written."])


def _shown(
    plan: Plan, present: Mapping[str, bytes], changed: Sequence[str], warnings: Sequence[str], *, force: bool
) -> Report:
    """A dry run: every file that would be written, as a diff against what is there."""
    new = [path for path in plan.files if path not in present or path in changed]
    refused = f"Warning: {', '.join(changed)}: there already. A real run would refuse without --force."
    notes = [_diff(plan, present, new), *warnings, *([refused] if changed and not force else [])]
    lines = [f"would write {path}" for path in new]
    return Report(TASK, notes=[*notes, "Dry run: nothing was written."], extra={"lines": lines})


def _require_consent(given: Given, diff: str) -> None:
    terminal = Terminal(given.console.say, sys.stdin.readline)
    terminal.say(diff)
    if terminal.ask("Write over these files? [y/N]").lower() not in {"y", "yes"}:
        raise InputError("Nothing was written: you did not say yes", "Give --yes, or --dry-run to see all files.")


def _done(plan: Plan, present: Mapping[str, bytes], changed: Sequence[str], warnings: Sequence[str]) -> Report:
    words = {path: "changed" if path in changed else "unchanged" if path in present else "new" for path in plan.files}
    lines = [f"{word:<9} {path}" for path, word in words.items()]
    diff = [_diff(plan, present, changed)] if changed else []
    notes = [*diff, *lines, *warnings, "", plan.checklist.rstrip("\n")]
    return Report(TASK, notes=notes, extra={"lines": [" ".join(line.split()) for line in lines]})
