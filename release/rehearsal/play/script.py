"""The rehearsal: a whole release, a bad one, the way back and the next good one, by the real tasks."""

import shlex
import site
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from release.channels import kind_of
from release.channels.rehearsed import Fact
from release.rehearsal.places import check_loopback, merge, places
from release.rehearsal.play.expected import expected_of
from release.rehearsal.play.proof import all_channels, prove, readable, told
from release.rehearsal.play.shown import WIDTH, parse_report, render_report
from release.rehearsal.receivers import KEPT, PROGRAM, ROOT
from release.rehearsal.standin import StandIn
from release.rehearsal.world import Json

Say = Callable[[str], None]
GOOD, BAD, NEXT = "0.0.2", "0.0.3", "0.0.4"
QUICK = {"INVOKE_RETRY_LOOKUP": "4", "INVOKE_RETRY_MAX_WAIT": "1"}


@dataclass
class Rehearsal:
    """A stand-in, and the steps made on it; ``wrong`` holds what did not go as it should.

    Attributes:
        environment: of the tasks' processes.
        python: the interpreter that runs them.
    """

    standin: StandIn
    say: Say
    environment: Mapping[str, str]
    python: str
    wrong: list[str] = field(default_factory=list)

    def step(self, *arguments: str, code: int | None = 0, states: Iterable[str] = ()) -> Json:
        """Run a task with ``--json`` and compare exit code and states; its report (empty where it gave none).

        Args:
            arguments: task and flags.
            code: the exit code that it should have; ``None``: 3 where a person is needed, else 0.
            states: of which every channel should be in one, if any are given.
        """
        began = time.monotonic()
        command = [self.python, *PROGRAM, *arguments, "--json"]
        done = subprocess.run(
            command, cwd=self.standin.project, env=self.environment, capture_output=True, text=True, errors="replace",
            check=False, stdin=subprocess.DEVNULL, timeout=300,
        )  # fmt: skip
        self.say(f"$ invoke {' '.join(arguments)}  [{time.monotonic() - began:.1f} s, exit {done.returncode}]")
        report = parse_report(done.stdout)
        for line in render_report(report):
            self.say(f"    {line}")
        self._check_states(report, tuple(states))
        wanted = _code_of(report) if code is None else code
        self.check(done.returncode == wanted, f"{arguments[0]} ended with {done.returncode}, not {wanted}", done.stderr)
        return report

    def _check_states(self, report: Json, states: tuple[str, ...]) -> None:
        for row in report.get("channels", []) if states else []:
            seen = readable(self.standin.world.channel(row["channel"]))
            right = states if seen else (*states, "sent", "manual")
            self.check(row["state"] in right, f"{row['channel']} is {row['state']}, not {' or '.join(right)}")

    def check(self, right: bool, text: str, more: str = "") -> None:  # noqa: FBT001 - what is being checked
        """Note and say what is not right, with the last lines of what a task said."""
        if not right:
            self.wrong.append(text)
            self.say(f"  ! {text}")
            for line in more.strip().splitlines()[-8:]:
                self.say(f"    | {line[:WIDTH]}")

    def facts(self, found: Iterable[Fact]) -> None:
        """Say each fact; one that is not right is noted."""
        for fact in found:
            self.say(f"    {'proved' if fact.right else 'WRONG'}  {fact.text}")
            if not fact.right:
                self.wrong.append(fact.text)


def _code_of(report: Json) -> int:
    return 3 if any(row["state"] == "manual" for row in report.get("channels", [])) else 0


def rehearse(
    raw: Json, root: Path, env: Mapping[str, str], say: Say, *, faults: Mapping[str, str],
    keep: Callable[[], None] | None = None, python: str = sys.executable,
) -> bool:  # fmt: skip
    """Run the whole play.

    Args:
        raw: the configuration, merged.
        root: an empty or missing directory; stays as it is at the end.
        env: the environment of this process, of which only the harmless part is handed on.
        say: takes each line of the account.
        faults: channel -> a word of ``KINDS``; with one the play ends after the first release.
        keep: waits for the user's Ctrl-C before the stand-in goes, after its variables were shown.
        python: the interpreter that runs the tasks.

    Returns:
        Whether everything went as it should, the faults included.
    """
    project = root / "project"
    project.mkdir(parents=True)
    (project / "invoke.yaml").write_text(yaml.safe_dump(raw, sort_keys=False), encoding="utf-8")
    with StandIn(root / "repositories", receiver="update", python=python, project=project) as standin:
        check_loopback(merge(raw, places(standin.world.settings, standin)))
        variables = _variables(root, env, standin, quick=bool(faults))
        play = Rehearsal(standin, say, variables, python)
        for channel, kind in faults.items():
            standin.misbehave(channel, kind)
        _play(play, faults)
        for text in standin.world.errors:
            play.facts([Fact(right=False, text=f"the stand-in itself failed: {text}")])
        if play.wrong:
            _show_receivers(play)
        if keep:
            with suppress(KeyboardInterrupt):
                _show_variables(standin, say)
                keep()
    return not play.wrong


def _variables(root: Path, env: Mapping[str, str], standin: StandIn, *, quick: bool) -> dict[str, str]:
    home = root / "home"
    home.mkdir(parents=True, exist_ok=True)
    mine = {
        "PYTHONPATH": str(ROOT),
        "HOME": str(home),
        "USERPROFILE": str(home),
        "PYTHONUSERBASE": site.getuserbase(),
        "NO_COLOR": "1",
    }
    kept = {name: env[name] for name in KEPT if name in env}
    return {**kept, **mine, **standin.environment, **(QUICK if quick else {})}


def _play(play: Rehearsal, faults: Mapping[str, str]) -> None:
    play.say(f"A release {GOOD} is out; every channel serves 0.0.1.")
    deaf = any(kind == "no-receiver" for kind in faults.values())
    play.step("doctor", code=1 if deaf else 0)
    play.step("release.extract", "--version", GOOD)
    play.step("release.validate", "--version", GOOD)
    play.step("dist.all", "--version", GOOD, "--dry-run", states=["planned"])
    play.check(not play.standin.dispatches, "the dry run sent something")
    if faults:
        _release_with_faults(play, faults)
        return
    _release(play, GOOD)
    unseen = _without_unseen(play)
    if some := any(map(readable, play.standin.world.settings.channels.values())):
        play.step("status.all", "--version", GOOD, *unseen, states=["served"])
        play.step("dist.all", "--version", GOOD, *unseen, states=["skipped"])
    play.facts(told(play.standin, GOOD, all_channels(play.standin)))
    _roll_back(play)
    play.say(f"The next release {NEXT} is out.")
    play.standin.publish(NEXT)
    _release(play, NEXT)
    if some:
        play.step("status.all", *unseen, states=["served"])


def _without_unseen(play: Rehearsal) -> list[str]:
    """Flags that leave out the channels of which nobody can read what they serve."""
    channels = play.standin.world.settings.channels.values()
    return [word for c in channels if not readable(c) for word in ("--skip", c.name)]


def _release(play: Rehearsal, version: str) -> None:
    play.step("dist.all", "--version", version, "--wait", "2", states=["served"])
    everywhere = all_channels(play.standin)
    play.facts(told(play.standin, version, everywhere))
    play.facts(prove(play.standin, version, everywhere))


def _roll_back(play: Rehearsal) -> None:
    play.say(f"A bad release {BAD} is out.")
    play.standin.publish(BAD)
    _release(play, BAD)
    channels = play.standin.world.settings.channels.values()
    alone = not any(kind_of(channel.kind).edits_files for channel in channels)  # nothing says which version was good
    play.step(
        "rollback.all", "--version", BAD, "--yes", *(["--to", GOOD] if alone else []), code=None,
        states=["served", "manual"],
    )  # fmt: skip
    play.facts(prove(play.standin, GOOD, all_channels(play.standin)))


def _release_with_faults(play: Rehearsal, faults: Mapping[str, str]) -> None:
    channels = play.standin.world.settings.channels
    wanted = {channel: expected_of(channels[channel], kind) for channel, kind in faults.items()}
    codes = {expected.code for expected in wanted.values()}
    code = 1 if 1 in codes else max(codes)
    report = play.step("dist.all", "--version", GOOD, "--wait", "0.3", code=code)
    states = {row["channel"]: row["state"] for row in report.get("channels", [])}
    for channel in all_channels(play.standin):
        right = wanted[channel].states if channel in wanted else ("served",)
        if channel not in wanted and not readable(play.standin.world.channel(channel)):
            right = ("sent", "served")
        text = f"{channel} should be {' or '.join(right)} and is {states.get(channel, 'not reported')}"
        play.facts([Fact(states.get(channel) in right, text)])
    done = tuple(c for c in all_channels(play.standin) if c not in wanted or wanted[c].states == ("served",))
    play.facts(told(play.standin, GOOD, done))
    play.facts(prove(play.standin, GOOD, done))


def _show_receivers(play: Rehearsal) -> None:
    failed = [text for text in play.standin.receiver_log if not text.partition("\n")[0].endswith("-> 0")]
    for text in failed:
        play.say("A receiver failed:")
        for line in text.strip().splitlines()[:20]:
            play.say(f"    | {line[:WIDTH]}")


def _show_variables(standin: StandIn, say: Say) -> None:
    posix = [f"export {name}={shlex.quote(value)}" for name, value in standin.environment.items()]
    windows = [f"$env:{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in standin.environment.items()]
    files = [standin.root.parent / f"stand-in.{end}" for end in ("sh", "ps1")]
    for file, lines in zip(files, (posix, windows), strict=True):
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    say(f"The stand-in stays up until Ctrl-C. In another shell, in {standin.project} or in your own folder:")
    say(f". {shlex.quote(str(files[0]))}    (PowerShell: . '{files[1]}')")
    say("invoke status.all")
    say(f"invoke dist.all --version {GOOD} --dry-run")
    say(f"invoke rollback.all --version {NEXT} --dry-run")
    say("The first line stands for these:")
    for line in posix:
        say(line)
