"""Create what GitHub has no idempotency key for, such as an issue: look for it before it is asked for again."""

from collections.abc import Callable, Mapping
from typing import Any

from release.errors import ServiceError
from release.github.calls import HEADERS, Calls
from release.http.transport import Answer, Lost, NotSent

PAUSES = (0.5, 1.5, 3.0)  # seconds before each look for what may have been created
Made = Mapping[str, Any]
Look = Callable[[], Made | None]
"""Reads the list in which the new thing must stand, ``None`` where it does not."""


class Creation:
    """What one token creates.

    Args:
        github: makes the calls.
        token: may write.
        what: is asked for, for messages.
    """

    def __init__(self, github: Calls, token: str, what: str) -> None:
        self.github, self.token, self.what = github, token, what

    def create(self, url: str, value: Mapping[str, object], look: Look) -> Made:
        """POST until it is there; what may be there is looked for, and no repetition goes out before that.

        Raises:
            ServiceError: refused, or out of tries; it says where something may be there all the same.
        """
        answer: Answer | ServiceError = ServiceError("No try was made", "Raise retry.attempts.")
        for _ in self.github.transport.tries():
            answer = self._post(url, value)
            if (made := _made(answer)) is not None:
                return made
            if _may_be_there(answer) and (found := self._look(look, answer)) is not None:
                return found
            if isinstance(answer, Answer) and not self.github.transport.may_pass(answer):
                break
        raise self._failure(answer)

    def _post(self, url: str, value: Mapping[str, object]) -> Answer | ServiceError:
        try:
            return self.github.transport.once("POST", url, token=self.token, headers=HEADERS, json=dict(value))
        except (NotSent, Lost) as error:
            return error

    def _look(self, look: Look, answer: Answer | ServiceError) -> Made | None:
        for pause in PAUSES:
            self.github.transport.sleep(min(pause, self.github.transport.retry.lookup))
            try:
                found = look()
            except ServiceError as error:
                wrong = f"{self._failure(answer).wrong}, and that could not be looked up: {error.wrong}"
                raise ServiceError(wrong, error.fix) from None
            if found is not None:
                return found
        return None

    def _failure(self, answer: Answer | ServiceError) -> ServiceError:
        if not isinstance(answer, Answer):
            error = answer
        elif answer.status == 201:
            error = ServiceError("GitHub answered 201 with JSON of another shape than expected", "Look for it there.")
        else:
            error = self.github.refusal(answer, self.token, self.what)
        maybe = "; it may be there all the same" if _may_be_there(answer) else ""
        return ServiceError(error.wrong + maybe, error.fix, error.status)


def _made(answer: Answer | ServiceError) -> Made | None:
    """What was made, where the answer says so in a form that can be read."""
    try:
        return answer.record() if isinstance(answer, Answer) and answer.status == 201 else None
    except ServiceError:
        return None


def _may_be_there(answer: Answer | ServiceError) -> bool:
    if isinstance(answer, Answer):
        return answer.status >= 500 or answer.status in {200, 201, 408}
    return isinstance(answer, Lost)
