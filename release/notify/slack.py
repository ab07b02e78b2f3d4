"""One message to Slack's incoming webhook. The address is the secret: it appears in no line and no error."""

import re
from collections.abc import Sequence

from release.errors import ServiceError, one_line
from release.http.transport import Answer, NotSent, Transport
from release.notify.issue import BREAK, Subject, again
from release.notify.result import Result, worst
from release.report.text import shorten
from release.settings import check_webhook

LONGEST, WHOLE = 300, 3500  # characters: of one text from outside, of a message that Slack shows unfolded
SECONDS = 10.0


def escape(text: str) -> str:
    """``text`` as plain words: no ``<!channel>``, link or markup. Source: Slack, "Formatting text for app surfaces"."""
    line = shorten(one_line(text), LONGEST).replace("`", "'").replace("*", "\N{ASTERISK OPERATOR}")
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return line.replace("@", f"@{BREAK}").replace("://", f":{BREAK}//")


def link(text: str, url: object, server_url: str) -> str:
    """A link to GitHub; nothing for any other address."""
    inside = isinstance(url, str) and re.fullmatch(rf"{re.escape(server_url)}/[\w:/.?=%#+-]+", url, re.ASCII)
    return f"<{url}|{text}>" if inside else ""


def render_failure(subject: Subject, results: Sequence[Result]) -> str:
    """The message on a failure: the facts of the issue in short."""
    lines = [f"*{escape(subject.title)}* ({escape(subject.project.name)})"]
    rows = [(escape(one.channel), escape(one.state), escape(one.reason or "")) for one in worst(results)]
    lines += [f"\N{BULLET} {channel}: {state} {reason}".rstrip() for channel, state, reason in rows]
    lines += [f"`{again(subject)}`"] if subject.version else []
    return _fit(lines, _run(subject))


def render_recovered(subject: Subject, issue_url: object) -> str:
    """The message when the issue was closed."""
    what = f"*Distribution of {escape(subject.project.name)} {escape(subject.label)} is complete.*"
    return _fit([f"{what} {link('Issue closed', issue_url, subject.server_url)}".rstrip()], _run(subject))


def _run(subject: Subject) -> list[str]:
    return list(filter(None, [link("Run", subject.run_url, subject.server_url)]))


def _fit(lines: Sequence[str], end: Sequence[str]) -> str:
    """As many whole lines as Slack shows, and always the end."""
    kept, used = [], sum(map(len, end))
    for line in lines:
        used += len(line) + 1
        if used > WHOLE:
            kept.append("\N{HORIZONTAL ELLIPSIS}")
            break
        kept.append(line)
    return "\n".join([*kept, *end])


def send(transport: Transport, url: str, text: str) -> str:
    """Post ``text`` and say in one line what became of it; raises nothing that Slack can cause."""
    if wrong := check_webhook(url):
        return f"Slack was not told: {wrong}."
    value = {"text": text, "unfurl_links": False, "unfurl_media": False}
    error: Answer | ServiceError | None = None
    for _ in transport.tries():
        try:
            error = transport.once("POST", url, json=value, timeout=SECONDS)
        except NotSent as refused:
            error = refused
        except ServiceError as lost:
            return f"Slack may not have been told: {lost.wrong}."
        if isinstance(error, Answer) and not (error.status == 429 and transport.may_pass(error)):
            break
    return _became(error)


def _became(answer: Answer | ServiceError | None) -> str:
    if isinstance(answer, Answer):
        page = answer.text.lstrip().startswith("<")  # a proxy's, whatever its status: Slack answers in a word
        if answer.status == 200 and not page:
            return "Slack was told."
        never = "may not have been" if answer.status >= 500 or answer.status in {200, 408} else "was not"
        return f"Slack {never} told: it answered {answer.status} ({shorten(one_line(answer.text), 80)})."
    return f"Slack was not told: {answer.wrong if answer else 'no try was made'}."
