"""``release.validate --check``: the wheel is installed into a clean environment and the product's check is run.

Foreign code runs here: never beside a token, never in a task that tells channels.
"""

import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from release.channels.proof import Command
from release.errors import InputError, ServiceError
from release.metadata.content import content_of
from release.metadata.inspection import Inspection, joined
from release.prove.machine import clean_environment, find_program
from release.prove.output import last_words, shows_version
from release.prove.process import Result, run
from release.records import Artifact, Release
from release.session import Session

INSTALL_SECONDS, CHECK_SECONDS = 600.0, 60.0
UNREACHABLE = re.compile(
    r"NewConnectionError|ConnectTimeoutError|ReadTimeoutError|NameResolutionError|ProxyError|Max retries exceeded|"
    r"Temporary failure in name resolution|SSLError|5\d\d Server Error|Connection refused|RemoteDisconnected",
    re.IGNORECASE,
)
OWN_PIP = find_spec("pip") is not None  # 22.3 or newer, which installs into other environments: Python 3.11 brings that
OTHER_SYSTEM = "is not a supported wheel on this platform"


@dataclass(frozen=True)
class Checked:
    """What came of it: ``problem`` or ``warning`` or neither, and what can be done."""

    problem: str | None = None
    warning: str | None = None
    fix: str = ""


def check_wheels(session: Session, release: Release, check: Command) -> Inspection:
    """Every wheel of the release, one after the other.

    Args:
        session: its secrets are kept from what is run.
        release: with its artifacts.
        check: the program and its arguments.
    """
    wheels = [one for one in release.artifacts.values() if one.file_name.endswith(".whl")]
    return joined(_check_one(session, one, release.version, check) for one in wheels)


def _check_one(session: Session, artifact: Artifact, version: str, check: Command) -> Inspection:
    names = [channel.token for channel in session.settings.channels.values()]
    variables = session.environment.variables
    environment = clean_environment(variables, session.environment.secrets(names).values())
    with tempfile.TemporaryDirectory(prefix="release-", ignore_cleanup_errors=True) as folder:
        try:
            parse_wheel_filename(artifact.file_name)
            wheel = Path(folder) / artifact.file_name
            with content_of(session.transport, artifact) as content, wheel.open("wb") as file:
                shutil.copyfileobj(content, file)
        except InputError as error:
            return Inspection((error,))
        except (ServiceError, InvalidWheelFilename) as error:
            return Inspection(warnings=(f"{artifact.file_name} was not installed: {error.args[0]}",))
        session.say(f"Installing {artifact.file_name} into a clean environment")
        found = check_wheel(wheel, version, check, environment, Path(folder))
    problems = (InputError(found.problem, found.fix),) if found.problem else ()
    return Inspection(problems, (found.warning,) if found.warning else ())


def check_wheel(wheel: Path, version: str, check: Command, environment: Mapping[str, str], folder: Path) -> Checked:
    """Install a wheel with all that it requires, from wheels only, and see whether the product says its version.

    Args:
        wheel: the file, under the name that it has in the release.
        version: SemVer.
        check: the program and its arguments.
        environment: from ``clean_environment``.
        folder: an empty one that is removed afterwards.
    """
    home = folder / "environment"
    variables = {name: value for name, value in environment.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    bare = ("--without-pip",) if OWN_PIP else ()  # to install pip takes longer than most wheels
    command = (sys.executable, "-m", "venv", *bare, str(home))
    made = run(command, environment=variables, folder=folder, seconds=INSTALL_SECONDS)
    if made.code != 0:
        return Checked(warning=f"no clean environment could be made: {last_words(made.output)}")
    return check_in(home, wheel, version, check, variables)


def check_in(home: Path, wheel: Path, version: str, check: Command, variables: Mapping[str, str]) -> Checked:
    """The same in the virtual environment ``home``."""
    programs = home / ("Scripts" if sys.platform == "win32" else "bin")
    installed = run(_pip(programs, wheel), environment=variables, folder=home, seconds=INSTALL_SECONDS)
    if installed.code != 0:
        return _not_installed(wheel, installed)
    return _check(wheel.name, version, check, {**variables, "VIRTUAL_ENV": str(home)}, programs)


def _pip(programs: Path, wheel: Path) -> Command:
    options = ("--only-binary", ":all:", "--no-input", "--disable-pip-version-check", "--no-cache-dir",
               "--retries", "1", "--timeout", "15", "--progress-bar", "off")  # fmt: skip
    python = str(programs / "python")
    pip = (sys.executable, "-I", "-m", "pip", "--python", python) if OWN_PIP else (python, "-I", "-m", "pip")
    return (*pip, "install", *options, str(wheel))


def _not_installed(wheel: Path, installed: Result) -> Checked:
    """Whether the wheel is to blame: an index that does not answer and another system are not."""
    said = last_words(installed.output)
    if OTHER_SYSTEM in installed.output:
        return Checked(warning=f"{wheel.name} is for another system or Python, and was not installed here")
    if UNREACHABLE.search(installed.output):
        return Checked(warning=f"{wheel.name} was not installed: the index of packages cannot be reached: {said}")
    fix = "Every requirement must be there as a wheel; see it: pip install --only-binary :all: " + shlex.quote(
        wheel.name
    )
    return Checked(f"{wheel.name} cannot be installed into a clean environment: {said}", fix=fix)


def _check(name: str, version: str, check: Command, variables: Mapping[str, str], programs: Path) -> Checked:
    said, fix = shlex.join(check), "Correct the product, or project.check in invoke.yaml."
    path = find_program(check[0], [str(programs)])
    if path is None:
        return Checked(f"{name} installs no program {check[0]}", fix=fix)
    ran = run((path, *check[1:]), environment=variables, folder=programs, seconds=CHECK_SECONDS)
    if ran.code != 0:
        how = "did not end well" if ran.code is None else f"ended with {ran.code}"
        return Checked(f"{name} is installed, and `{said}` {how}: {last_words(ran.output)}", fix=fix)
    if not shows_version(ran.output, version):
        return Checked(f"{name} is installed, and `{said}` does not print {version}: {last_words(ran.output)}", fix=fix)
    return Checked()
