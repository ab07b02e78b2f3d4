"""This machine as the tools may see it: which of them are here, and an environment without anybody's secrets."""

import re
import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from release.channels.proof import Command, folder_of

NAMES = frozenset({
    "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP",
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE", "GIT_EXEC_PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC",
    "PATHEXT", "USERPROFILE", "USERNAME", "HOMEDRIVE", "HOMEPATH", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA",
    "ALLUSERSPROFILE", "PROGRAMFILES", "PROGRAMFILES(X86)", "PROGRAMW6432", "COMMONPROGRAMFILES", "PSMODULEPATH",
    "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE", "OS",
})  # fmt: skip
BEGINNINGS = ("XDG_", "LC_", "PIP_")
SECRET_NAME = re.compile(r"(?i)token|secret|passw|api_?key|credential|auth|netrc|header")
LOGIN = re.compile(r"//[^/?#\s]*@")
SET = {"GIT_TERMINAL_PROMPT": "0", "NO_COLOR": "1"}
NOTHING: Mapping[str, str] = MappingProxyType({})


def clean_environment(
    variables: Mapping[str, str], secrets: Iterable[str], folders: Iterable[str] = (), *, sees: tuple[str, ...] = (),
    sets: Mapping[str, str] = NOTHING,
) -> dict[str, str]:  # fmt: skip
    """The whole environment of a tool, from a list of what it may see.

    Args:
        variables: ours.
        secrets: values that must not be in it, whatever their variable is called.
        folders: put behind those of ``PATH``.
        sees: beginnings of the names that this tool may see beside those that every tool may.
        sets: name -> value, for this tool.
    """
    known = [secret for secret in secrets if secret]
    kept = {
        name: value
        for name, value in variables.items()
        if _may_see(name.upper(), sees) and not LOGIN.search(value) and not any(secret in value for secret in known)
    }
    separator = ";" if sys.platform == "win32" else ":"
    path = [part for part in (search_path(variables), *folders) if part]
    return {**kept, **SET, **sets, "PATH": separator.join(dict.fromkeys(path))}


def _may_see(name: str, sees: tuple[str, ...]) -> bool:
    return (name in NAMES or name.startswith((*BEGINNINGS, *sees))) and not SECRET_NAME.search(name)


def search_path(variables: Mapping[str, str]) -> str:
    """``PATH``; on Windows also what an installation has just added to it, as a new window of a user has it."""
    path = next((value for name, value in variables.items() if name.upper() == "PATH"), "/usr/bin:/bin")
    if sys.platform != "win32":
        return path
    import winreg  # noqa: PLC0415 - there is none elsewhere

    places = (
        (winreg.HKEY_LOCAL_MACHINE, r"SYSTEM\CurrentControlSet\Control\Session Manager\Environment"),
        (winreg.HKEY_CURRENT_USER, "Environment"),
    )
    for root, place in places:
        try:
            with winreg.OpenKey(root, place) as key:
                path += ";" + winreg.ExpandEnvironmentStrings(str(winreg.QueryValueEx(key, "Path")[0]))
        except OSError:
            continue
    return path


def find_tools(names: Iterable[str], path: str, folders: Iterable[str] = ()) -> dict[str, str]:
    """The programs that are here, by name, with their paths: on ``path``, else in ``folders``."""
    places = [path, *folders]
    found = {name: find_program(name, places) for name in names}
    return {name: place for name, place in found.items() if place}


def find_program(name: str, places: Iterable[str]) -> str | None:
    """The path of a program in the first place that has it; on Windows programs come as scripts too."""
    for place in places:
        for one in (name, f"{name}.exe", f"{name}.cmd", f"{name}.bat", f"{name}.ps1"):
            if found := shutil.which(one, path=place):
                return str(Path(found).absolute())
    return None


def start_of(path: str, arguments: Iterable[str]) -> Command:
    """How the program at ``path`` is started: a script of PowerShell by PowerShell."""
    if not path.lower().endswith(".ps1"):
        return (path, *arguments)
    shell = shutil.which("pwsh") or shutil.which("powershell") or "powershell"
    return (shell, "-NoProfile", "-ExecutionPolicy", "Bypass", "-File", path, *arguments)


def folders_of(tools: Mapping[str, str]) -> list[str]:
    """The folders of the tools, so that they find each other."""
    return [folder for folder in map(folder_of, tools.values()) if folder]
