"""A repository's issues: find those that carry a mark of ours, open, comment, keep up and close, each exactly once."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from release.errors import ServiceError
from release.github.client import HEADERS, GitHub
from release.http.transport import Answer, Lost, NotSent

LABELS = {
    "distribution": ("1d76db", "A channel that users install from"),
    "automation": ("5319e7", "Opened by the release automation"),
    "ci-failure": ("d93f0b", "A workflow failed"),
}
OUTSIDERS = frozenset({"NONE", "FIRST_TIMER", "FIRST_TIME_CONTRIBUTOR", "CONTRIBUTOR", "MANNEQUIN"})
PAGE, PAGES = 100, 5
LONGEST = 65_000  # characters of a body; GitHub takes 65,536
PAUSES = (0.5, 1.5, 3.0)  # seconds before each look for what may have been created
OK, CREATED, NOT_FOUND, EXISTS, FAULT = 200, 201, 404, 422, 500
Issue = Mapping[str, Any]
M = TypeVar("M")


class Issues:
    """The failure issues of one repository.

    Args:
        github: makes the calls.
        repository: ``owner/name`` of the product.
        token: needs Issues: write.
        say: takes a line on what was left out.
    """

    def __init__(self, github: GitHub, repository: str, token: str, say: Callable[[str], None]) -> None:
        self.github, self.repository, self.token, self.say = github, repository, token, say
        self.what = f"issues of {repository} (Issues: write)"

    def find(self, read: Callable[[Issue], M | None]) -> tuple[Issue, M] | None:
        """The oldest open issue of our own of which ``read`` makes something.

        It is looked for by label first, then among all: GitHub drops the labels of a token without push access.

        Raises:
            ServiceError: issues are disabled, or cannot be read.
        """
        for label in (next(iter(LABELS)), ""):
            if found := list(self._marked(label, read)):
                return min(found, key=lambda pair: int(pair[0].get("number") or 0))
        return None

    def _marked(self, label: str, read: Callable[[Issue], M | None]) -> Iterator[tuple[Issue, M]]:
        """Issues and what ``read`` made of them; nothing of a stranger's is read."""
        for issue in self._open_issues(label):
            if "pull_request" in issue or not _from_inside(issue):
                continue
            if (found := read(issue)) is not None:
                yield issue, found

    def _open_issues(self, label: str) -> Iterator[Issue]:
        for page in range(1, PAGES + 1):
            url = self.github.url(
                "repos", self.repository, "issues", state="open", labels=label, per_page=str(PAGE), page=str(page)
            )
            found = self.github.listing(url, self.token, self.what)
            yield from found
            if len(found) < PAGE:
                return

    def open(self, title: str, body: str, look: Callable[[], Issue | None]) -> Issue:
        """A new issue with our labels; ``look`` finds it where the answer was lost.

        Raises:
            ServiceError: refused, or out of tries.
        """
        self._make_labels()
        url = self.github.url("repos", self.repository, "issues")
        issue = self._create(url, {"title": title, "body": body[:LONGEST], "labels": list(LABELS)}, look)
        self._add_labels(issue)
        return issue

    def comment(self, number: int, body: str) -> None:
        """One comment; a hidden mark of its own finds it where the answer was lost.

        Raises:
            ServiceError: refused, or out of tries.
        """
        mark = f"<!-- {uuid.uuid4().hex} -->"
        url = self.github.url("repos", self.repository, "issues", str(number), "comments")

        def look() -> Issue | None:
            return next((one for one in self._comments(url) if mark in str(one.get("body"))), None)

        self._create(url, {"body": f"{mark}\n{body}"[:LONGEST]}, look)

    def _comments(self, url: str) -> Iterator[Issue]:
        for page in range(1, PAGES + 1):
            found = self.github.listing(f"{url}?per_page={PAGE}&page={page}", self.token, self.what)
            yield from found
            if len(found) < PAGE:
                return

    def change(self, number: int, **fields: str) -> None:
        """Other ``body`` or ``state``; the same twice does no harm.

        Raises:
            ServiceError: refused.
        """
        url = self.github.url("repos", self.repository, "issues", str(number))
        self.github.get(url, self.token, self.what, method="PATCH", json=fields)

    def _make_labels(self) -> None:
        """Create the labels that are missing; where that is refused the issue goes without."""
        labels = self.github.url("repos", self.repository, "labels")
        for name, (color, description) in LABELS.items():
            value = {"name": name, "color": color, "description": description}
            if self._status("GET", f"{labels}/{name}") != NOT_FOUND:
                continue
            if (status := self._status("POST", labels, value)) not in {CREATED, EXISTS}:
                return self.say(f"Labels of {self.repository} could not be created ({status}): the issue goes without.")
        return None

    def _add_labels(self, issue: Issue) -> None:
        """Labels that GitHub dropped without a word are asked for once more."""
        given = issue.get("labels")
        has = {str(one.get("name")) if isinstance(one, Mapping) else str(one) for one in given or ()}
        if not set(LABELS) - has:
            return
        url = self.github.url("repos", self.repository, "issues", str(issue.get("number")), "labels")
        if (status := self._status("POST", url, {"labels": list(LABELS)})) != OK:
            self.say(f"The issue goes without its labels: GitHub answered {status}.")

    def _status(self, method: str, url: str, value: object = None) -> int | str:
        """The answer's status, or what went wrong: a label is never worth losing the issue."""
        try:
            return self.github.ask(method, url, self.token, json=value).status
        except ServiceError as error:
            return error.wrong

    def _create(self, url: str, value: Mapping[str, object], look: Callable[[], Issue | None]) -> Issue:
        """POST until it is there; before any repetition that could double it, ``look`` whether it is."""
        answer: Answer | ServiceError | None = None
        for _ in self.github.transport.tries():
            answer = self._post(url, value)
            if isinstance(answer, Answer) and not self.github.transport.may_pass(answer):
                break
            if _may_be_there(answer) and (found := self._look(look)) is not None:
                return found
        if isinstance(answer, Answer) and answer.status == CREATED:
            return answer.record()
        if isinstance(answer, Answer):
            raise self.github.refusal(answer, self.token, self.what)
        raise answer or ServiceError("No try was made", "Raise retry.attempts.")

    def _look(self, look: Callable[[], Issue | None]) -> Issue | None:
        for pause in PAUSES:
            self.github.transport.sleep(min(pause, self.github.transport.retry.lookup))
            if (found := look()) is not None:
                return found
        return None

    def _post(self, url: str, value: Mapping[str, object]) -> Answer | ServiceError:
        try:
            return self.github.transport.once("POST", url, token=self.token, headers=HEADERS, json=dict(value))
        except (NotSent, Lost) as error:
            return error


def _may_be_there(answer: Answer | ServiceError) -> bool:
    return isinstance(answer, Lost) or (isinstance(answer, Answer) and answer.status >= FAULT)


def _from_inside(issue: Issue) -> bool:
    """Whether a program or somebody of the project wrote it; a stranger's copy of a marker counts for nothing."""
    author = issue.get("user")
    program = isinstance(author, Mapping) and author.get("type") == "Bot"
    return program or issue.get("author_association") not in OUTSIDERS
