"""A task's session: from Invoke's merged configuration and the environment."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from release.channels.settings import read_settings
from release.errors import InputError
from release.github.client import GitHub
from release.http.redaction import make_redactor
from release.http.transport import Transport
from release.session import Session
from release.settings import Environment, InvalidSettings, Settings, check_repositories, name_variables

NOTHING: Mapping[str, Any] = {"project": {"name": "none", "repository": "none/none"}, "artifacts": {}, "channels": {}}
"""The configuration of a task that works on none."""


def open_session(
    raw: Mapping[str, Any],
    environment: Environment,
    say: Callable[[str], None],
    *,
    sleep: Callable[[float], None] | None = None,
    clock: Callable[[], float] | None = None,
) -> Session:
    """A session from Invoke's merged configuration and the environment; ``sleep`` and ``clock`` are the transport's.

    Raises:
        InputError: the configuration is wrong.
    """
    try:
        settings = read_settings(raw)
    except InvalidSettings as invalid:
        raise InvalidSettings(name_variables(invalid.problems, environment.variables, raw)) from None
    names = [name for channel in settings.channels.values() for name in channel.secrets]
    secrets = environment.secrets(names)
    redact, stop = make_redactor(secrets.values()), threading.Event()

    def tell(line: str) -> None:
        say(redact(line))

    transport = Transport(settings.http, settings.retry, say=tell, stop=stop, sleep=sleep, clock=clock)
    github = GitHub(transport, environment.api_url, {value: name for name, value in secrets.items()})
    app = None
    if credentials := environment.app:
        from release.github.app import App  # noqa: PLC0415 - only who has one pays for it

        app = App(github, credentials, redact.learn)
    environment.server_url  # noqa: B018 - a bad address is refused before anything starts
    return Session(settings, environment, transport, github, tell, redact, stop, app)


def require_repositories(settings: Settings) -> None:
    """Refuse repository names that GitHub cannot have, for tasks that do not list problems themselves.

    Raises:
        InputError: naming the first.
    """
    if problems := check_repositories(settings):
        raise InputError(f"Configuration: {problems[0]}", "Correct it in invoke.yaml.")
