"""Ctrl-C in the middle of a notification: what was told, and what may have been."""

import json
from pathlib import Path

from release.commands.notify import ask_notify
from release.commands.options import Options
from release.rehearsal import StandIn
from release.rehearsal.servers.http import Answer
from release.session import Session
from tests.notify.harness import FAILED, Hook, Open, issues


def interrupt(_seconds: float) -> None:
    raise KeyboardInterrupt


def told(session: Session, folder: Path) -> tuple[int, list[str]]:
    """Exit code and lines of a task whose first wait is interrupted."""
    session.transport.sleep = interrupt
    (folder / "dist.json").write_text(json.dumps(FAILED))
    report = ask_notify(session, Options("notify.result", version="0.0.2"), [str(folder)])
    return report.exit_code, list(report.notes)


def test_while_the_issue_is_opened(standin: StandIn, open_at: Open, hook: Hook, tmp_path: Path) -> None:
    standin.fault("POST", "/issues$", None, accept=True, status=502)
    code, lines = told(open_at(), tmp_path)
    assert code == 130
    assert lines[-1] == ("Interrupted. The issue may have been opened, Slack was not told. Run the same command again.")
    assert hook.texts == []


def test_while_slack_is_told(standin: StandIn, open_at: Open, hook: Hook, tmp_path: Path) -> None:
    hook.answers = [Answer(429, b"", {"Retry-After": "1"})]
    code, lines = told(open_at(), tmp_path)
    assert code == 130
    assert lines[-2].startswith("Opened issue ")
    assert lines[-1] == "Interrupted. Slack may have been told. Run the same command again."
    assert len(issues(standin)) == 1
