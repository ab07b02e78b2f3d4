"""A repository's issues: find those that carry a mark of ours, open, comment, keep up and close, each exactly once."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from release.errors import ServiceError
from release.github.client import GitHub
from release.github.creation import Creation

LABELS = {
    "distribution": ("1d76db", "A channel that users install from"),
    "automation": ("5319e7", "Opened by the release automation"),
    "ci-failure": ("d93f0b", "A workflow failed"),
}
INSIDERS = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
PAGES = 5
LABELLED, ALL = 100, 25  # issues of a page; anybody may write into the unlabelled ones, 65,536 characters into each
LONGEST = 65_000  # characters of a body; GitHub takes 65,536
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
        self.creation = Creation(github, token, self.what)

    def find(self, read: Callable[[Issue], M | None]) -> tuple[Issue, M] | None:
        """The oldest open issue of our own of which ``read`` makes something.

        It is looked for by label first, then among all: GitHub drops the labels of a token without push access.
        What strangers fill the list of all with cannot keep a failure from being reported.

        Raises:
            ServiceError: issues are disabled, or cannot be read.
        """
        found = list(self._marked(read, LABELLED, labels=next(iter(LABELS))))
        try:
            found = found or list(self._marked(read, ALL))
        except ServiceError as error:
            self.say(f"Issues without labels could not be looked through: {error.wrong}.")
        return min(found, key=lambda pair: number_of(pair[0]) or 0, default=None)

    def _marked(self, read: Callable[[Issue], M | None], count: int, **query: str) -> Iterator[tuple[Issue, M]]:
        """Issues and what ``read`` made of them; nothing of a stranger's is read."""
        url = self.github.url("repos", self.repository, "issues", state="open", **query)
        for issue in self._pages(url, count):
            if "pull_request" in issue or number_of(issue) is None or not _from_inside(issue):
                continue
            if (found := read(issue)) is not None:
                yield issue, found

    def _pages(self, url: str, count: int) -> Iterator[Issue]:
        return self.github.pages(url, self.token, self.what, size=count, most=PAGES)

    def open(self, title: str, body: str, look: Callable[[], Issue | None]) -> Issue:
        """A new issue with our labels; ``look`` finds it where the answer was lost.

        Raises:
            ServiceError: refused, or out of tries.
        """
        self._make_labels()
        url = self.github.url("repos", self.repository, "issues")
        issue = self.creation.create(url, {"title": title, "body": body[:LONGEST], "labels": list(LABELS)}, look)
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
            comments = self._pages(url, LABELLED)
            return next((one for one in comments if str(one.get("body")).startswith(mark)), None)

        self.creation.create(url, {"body": f"{mark}\n{body}"[:LONGEST]}, look)

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
            if self._status("GET", f"{labels}/{name}") != 404:
                continue
            if (status := self._status("POST", labels, value)) not in {201, 422}:  # 422: it exists
                return self.say(f"Labels of {self.repository} could not be created ({status}): the issue goes without.")
        return None

    def _add_labels(self, issue: Issue) -> None:
        """Labels that GitHub dropped without a word are asked for once more."""
        given, number = issue.get("labels"), number_of(issue)
        labels = given if isinstance(given, list) else []
        names = [one.get("name") if isinstance(one, Mapping) else one for one in labels]
        if number is None or all(label in names for label in LABELS):
            return
        url = self.github.url("repos", self.repository, "issues", str(number), "labels")
        if (status := self._status("POST", url, {"labels": list(LABELS)})) != 200:
            self.say(f"The issue goes without its labels: GitHub answered {status}.")

    def _status(self, method: str, url: str, value: object = None) -> int | str:
        """The answer's status, or what went wrong: a label is never worth losing the issue."""
        try:
            return self.github.ask(method, url, self.token, json=value).status
        except ServiceError as error:
            return error.wrong


def number_of(issue: Issue) -> int | None:
    """The issue's number, ``None`` where there is no usable one."""
    number = issue.get("number")
    return number if isinstance(number, int) and not isinstance(number, bool) and number > 0 else None


def _from_inside(issue: Issue) -> bool:
    """Whether an installed program or somebody of the project wrote it; a stranger's copy of a marker is nothing.

    GitHub states the association of every author: where it is missing, no stranger left it out.
    """
    author = issue.get("user")
    program = isinstance(author, Mapping) and author.get("type") == "Bot"
    association = issue.get("author_association", "OWNER")
    return program or (isinstance(association, str) and association in INSIDERS)
