"""One message to Slack's incoming webhook. The address is the secret: it appears in no line and no error."""

from collections.abc import Sequence

from release.errors import InputError, ServiceError, one_line
from release.http.transport import Answer, NotSent, Transport
from release.notify.issue import Subject, again
from release.notify.results import Result
from release.settings import check_url

VARIABLE = "SLACK_WEBHOOK"
LONGEST, WHOLE = 300, 3500  # characters: of one text from outside, of a message that Slack shows unfolded
SECONDS = 10.0
OK, LIMITED = 200, 429


def escape(text: str) -> str:
    """``text`` as plain words: no ``<!channel>``, link or markup. Source: Slack, "Formatting text for app surfaces"."""
    line = one_line(text)[:LONGEST].replace("`", "'").replace("*", "\N{ASTERISK OPERATOR}")
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return line.replace("@", "@\N{ZERO WIDTH SPACE}")


def check_webhook(url: str) -> str | None:
    """What is wrong with the address, without the address; ``None`` where it is usable."""
    try:
        check_url(VARIABLE, url)
    except InputError:
        return f"{VARIABLE} is not https://HOST/... without user, password or spaces"
    return None


def render_failure(subject: Subject, results: Sequence[Result]) -> str:
    """The message on a failure: the facts of the issue in short."""
    lines = [f"*{escape(subject.title)}* ({escape(subject.project.name)})"]
    lines += [f"\N{BULLET} {escape(r.channel)}: {escape(r.state)} {escape(r.reason or '')}".rstrip() for r in results]
    lines += [f"`{again(subject)}`"] if subject.version else []
    return _fit(lines, _run(subject))


def render_recovered(subject: Subject, issue_url: str | None) -> str:
    """The message when the issue was closed."""
    where = f" <{escape(issue_url)}|Issue closed>." if issue_url else ""
    return _fit([f"*Distribution of {escape(subject.project.name)} {escape(subject.label)} is complete.*{where}"],
                _run(subject))  # fmt: skip


def _run(subject: Subject) -> list[str]:
    return [f"<{escape(subject.run_url)}|Run>"] if subject.run_url else []


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
        said = "" if answer.status == OK else f" ({one_line(answer.text)[:80]})"
        return "Slack was told." if answer.status == OK else f"Slack was not told: it answered {answer.status}{said}."
    return f"Slack was not told: {answer.wrong if answer else 'no try was made'}."
