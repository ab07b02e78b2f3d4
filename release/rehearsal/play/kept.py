"""A stand-in that stays up: what to type in another shell."""

import shlex

from release.rehearsal.play.steps import Say
from release.rehearsal.play.versions import Versions
from release.rehearsal.standin import StandIn


def show_variables(standin: StandIn, say: Say, versions: Versions) -> None:
    """Say how another shell reaches the stand-in, and write it as files to be sourced."""
    posix = [f"export {name}={shlex.quote(value)}" for name, value in standin.environment.items()]
    windows = [f"$env:{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in standin.environment.items()]
    files = [standin.root.parent / f"stand-in.{end}" for end in ("sh", "ps1")]
    for file, lines in zip(files, (posix, windows), strict=True):
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    say(f"The stand-in stays up until Ctrl-C. In another shell, in {standin.project} or in your own folder:")
    say(f". {shlex.quote(str(files[0]))}    (PowerShell: . '{files[1]}')")
    say("invoke status.all")
    say(f"invoke dist.all --version {versions.good} --dry-run")
    say(f"invoke rollback.all --version {versions.next} --dry-run")
    say("The first line stands for these:")
    for line in posix:
        say(line)
