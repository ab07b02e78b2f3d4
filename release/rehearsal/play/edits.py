"""What became of the real files of a channel, for people to read."""

from collections.abc import Mapping

from release.git.diff import unified
from release.rehearsal.play.shown import WIDTH
from release.rehearsal.play.steps import Rehearsal

MOST_LINES = 60  # of the diff of one channel


def read_real_files(play: Rehearsal, name: str) -> dict[str, bytes]:
    """The real files of a channel as they are now."""
    repository, held = play.standin.repository(name), play.standin.real.channels[name]
    return {path: repository.read(path) or b"" for path in held.paths}


def show_edit(play: Rehearsal, name: str, before: Mapping[str, bytes]) -> None:
    """Say what was changed since ``before``, as a diff."""
    now = read_real_files(play, name)
    lines = unified(before, {path: now[path] for path in now if now[path] != before[path]}).splitlines()
    play.say(
        f"    {name}: its real files were edited so:" if lines else f"    {name}: its real files stayed as they are."
    )
    for line in lines[:MOST_LINES]:
        play.say(f"      {line[:WIDTH]}")
    if len(lines) > MOST_LINES:
        play.say(f"      and {len(lines) - MOST_LINES} lines more")
