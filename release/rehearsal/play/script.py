"""The rehearsal: a whole release, a bad one, the way back and the next good one, by the real tasks."""

import site
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import yaml

from release.channels import kind_of
from release.channels.rehearsed import Fact
from release.rehearsal.places import check_loopback, merge, places
from release.rehearsal.play.edits import read_real_files, show_edit
from release.rehearsal.play.expected import arrival, exit_code, faults_of
from release.rehearsal.play.kept import show_variables
from release.rehearsal.play.proof import all_channels, prove, told
from release.rehearsal.play.shown import WIDTH
from release.rehearsal.play.steps import Rehearsal, Say
from release.rehearsal.play.versions import versions_after
from release.rehearsal.processes import ROOT
from release.rehearsal.real import Real
from release.rehearsal.receivers import KEPT, OFFLINE
from release.rehearsal.records import Json
from release.rehearsal.standin import StandIn

QUICK: Json = {"retry": {"lookup": 4, "max_wait": 1}}  # seconds that the tasks wait where they meet faults


def rehearse(
    raw: Json, root: Path, env: Mapping[str, str], say: Say, *, faults: Mapping[str, str],
    keep: Callable[[], None] | None = None, real: Real | None = None,
) -> bool:  # fmt: skip
    """Run the whole play.

    Args:
        raw: the configuration, merged.
        root: an empty or missing directory; stays as it is at the end.
        env: the environment of this process, of which only the harmless part is handed on.
        say: takes each line of the account.
        faults: channel -> a word of ``KINDS``; with one the play ends after the first release.
        keep: waits for the user's Ctrl-C before the stand-in goes, after its variables were shown.
        real: the files that the targets really hold; made up where there are none.

    Returns:
        Whether everything went as it should, the faults included.
    """
    project = root / "project"
    project.mkdir(parents=True)
    raw = merge(raw, QUICK if faults else {})
    (project / "invoke.yaml").write_text(yaml.safe_dump(raw, sort_keys=False), encoding="utf-8")
    versions = versions_after(real.versions if real else [])
    with StandIn(
        root / "repositories",
        receiver="update",
        project=project,
        real=real,
        version=versions.good,
        run_delay=0.1,
        run_time=0.2,
    ) as standin:
        check_loopback(merge(raw, places(standin.world.settings, standin)))
        play = Rehearsal(standin, say, variables_of(root, env, standin), versions)
        for channel, kind in faults.items():
            standin.misbehave(channel, kind)
        _play(play, faults)
        for text in standin.world.errors:
            play.facts([Fact(right=False, text=f"the stand-in itself failed: {text}")])
        if play.wrong:
            _show_receivers(play)
        if keep:
            with suppress(KeyboardInterrupt):
                show_variables(standin, say, versions)
                keep()
    return not play.wrong


def variables_of(root: Path, env: Mapping[str, str], standin: StandIn) -> dict[str, str]:
    """The environment of the tasks: the stand-in's, with a home in ``root``."""
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
    return {**kept, **mine, **OFFLINE, **standin.environment}


def _play(play: Rehearsal, faults: Mapping[str, str]) -> None:
    good = play.versions.good
    _say_what_is_served(play)
    deaf = any(kind == "no-receiver" for kind in faults.values())
    play.step("doctor", code=1 if deaf else 0)
    play.step("release.extract", "--version", good)
    play.step("release.validate", "--version", good)
    play.step("dist.all", "--version", good, "--dry-run", states=["planned"])
    play.check(not play.standin.dispatches, "the dry run sent something")
    if faults:
        _release_with_faults(play, faults)
    elif release(play, good):
        _go_on(play)


def _say_what_is_served(play: Rehearsal) -> None:
    held = play.standin.real.channels.items()
    for name, one in held:
        play.say(f"{name}: {one.target} holds {one.version}, by its real files. Downloads: {len(one.downloads)}.")
    serves = "" if held else f"; every channel serves {play.versions.old}"
    play.say(f"A release {play.versions.good} is out{serves}.")


def _go_on(play: Rehearsal) -> None:
    """After a release that arrived: the same again later, a bad one, the way back, the next."""
    play.say("An hour passes.")
    play.standin.age(3600)
    play.step("status.all", "--version", play.versions.good, states=["served"])
    play.step("dist.all", "--version", play.versions.good, "--wait", "2", states=["skipped"])
    play.facts(told(play.standin, play.versions.good, all_channels(play.standin)))
    play.say(f"A bad release {play.versions.bad} is out.")
    play.standin.publish(play.versions.bad)
    if not release(play, play.versions.bad):
        return
    _roll_back(play)
    play.say(f"The next release {play.versions.next} is out.")
    play.standin.publish(play.versions.next)
    release(play, play.versions.next)
    play.step("status.all", states=["served"])


def release(play: Rehearsal, version: str) -> bool:
    """Tell all channels of a version; whether it went well, because what follows would only repeat what did not."""
    before = {name: read_real_files(play, name) for name in play.standin.real.channels}
    play.step("dist.all", "--version", version, "--wait", "2", states=["served"])
    for name, files in before.items() if version == play.versions.good else ():
        show_edit(play, name, files)
    everywhere = all_channels(play.standin)
    play.facts(told(play.standin, version, everywhere))
    play.facts(prove(play.standin, version, everywhere))
    return not play.wrong


def _roll_back(play: Rehearsal) -> None:
    good, bad = play.versions.good, play.versions.bad
    channels = play.standin.world.settings.channels.values()
    alone = not any(kind_of(channel.kind).edits_files for channel in channels)  # nothing says which version was good
    play.step(
        "rollback.all", "--version", bad, "--yes", *(["--to", good] if alone else []), code=None,
        states=["served", "manual"],
    )  # fmt: skip
    play.facts(prove(play.standin, good, all_channels(play.standin)))


def _release_with_faults(play: Rehearsal, faults: Mapping[str, str]) -> None:
    channels, good = play.standin.world.settings.channels, play.versions.good
    wanted = {name: faults_of(one)[faults[name]] if name in faults else arrival(one) for name, one in channels.items()}
    report = play.step("dist.all", "--version", good, "--wait", "0.3", code=exit_code(wanted))
    states = {row["channel"]: row["state"] for row in report.get("channels", [])}
    for channel, expected in wanted.items():
        text = f"{channel} should be {' or '.join(expected.states)} and is {states.get(channel, 'not reported')}"
        play.facts([Fact(states.get(channel) in expected.states, text)])
    done = tuple(name for name, expected in wanted.items() if expected.arrives)
    play.facts(told(play.standin, good, done))
    play.facts(prove(play.standin, good, done))


def _show_receivers(play: Rehearsal) -> None:
    failed = [text for text in play.standin.receiver_log if not text.partition("\n")[0].endswith("-> 0")]
    for text in failed:
        play.say("A receiver failed:")
        for line in text.strip().splitlines()[:20]:
            play.say(f"    | {line[:WIDTH]}")
