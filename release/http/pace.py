"""Our own pace: a gate that makes requests wait, for what a server tells us and for what GitHub allows at all."""

import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy

from release.errors import ServiceError
from release.http.account import Account
from release.http.limits import SECONDARY_SECONDS, Limited, rest_of, told_to_wait

LEAST = 1000  # requests an hour with any token, until an answer says how many: those of a workflow's own
AT_ONCE = 90  # GitHub: 100; one whose answer we have may still count there
SAID = 30.0  # seconds of waiting that are worth a line


class Gate:
    """Closed per token while a server wants us to wait, and while we have asked as much as GitHub allows.

    Args:
        sleep: waits for so many seconds.
        clock: seconds since the epoch.
        say: takes one line of progress.
        longest: the longest wait, in seconds, that a server may tell us; our own pace may be slower.
    """

    def __init__(
        self, sleep: Callable[[float], None], clock: Callable[[], float], say: Callable[[str], None], longest: float
    ) -> None:
        self._sleep, self._clock, self._say, self._longest = sleep, clock, say, longest
        self._lock, self._at_once = threading.Lock(), threading.BoundedSemaphore(AT_ONCE)
        self._accounts: dict[str | None, Account] = {}

    def share(self, token: str, owner: str) -> None:
        """From now on ``token`` counts for ``owner``, as those that one App has for the repositories of one owner."""
        with self._lock:
            self._accounts[token] = self._account(owner)

    @contextmanager
    def turn(self, token: str | None, *, writes: bool, until: float | None = None) -> Iterator[None]:
        """Inside, a request with this token may go out; its answer is noted inside too.

        Args:
            token: or ``None``.
            writes: whether it creates something.
            until: monotonic seconds at which nobody needs the answer any more: it gives way to all other requests.

        Raises:
            ServiceError: that is longer away than ``until``, or than the longest wait that a server may tell us.
        """
        while True:
            with self._at_once:
                if (seconds := self._left(token, writes=writes, spare=until is not None)) <= 0:
                    account = self._account(token)
                    try:
                        yield
                    finally:
                        self._end(account)
                    return
            if until is not None and time.monotonic() + seconds >= until:
                raise ServiceError("Not read, to keep within GitHub's limits", "Ask for fewer channels at once.")
            self._sleep(seconds)

    def wait(self, token: str | None, *, writes: bool) -> None:
        """As ``turn``, for a request whose end nobody tells."""
        with self.turn(token, writes=writes):
            pass

    def note(self, token: str | None, answer: Limited) -> None:
        """Remember what ``answer`` says about this token's limits."""
        now = self._clock()
        wait, rest = told_to_wait(answer, now), rest_of(answer, now)
        with self._lock:
            account = self._account(token)
            if token and rest:  # without a token it is everybody's at this address, and says nothing about ours
                account.hear(rest)
            if answer.status == 304:
                account.give_back(now)
            if wait is None:
                account.refused = 0
                return
            if wait == SECONDARY_SECONDS:
                wait *= 2**account.refused
                account.refused += 1
            account.until = max(account.until, now + wait)
        if wait >= 1:
            self._say(f"Rate limit: the server tells us to wait {wait:.0f} s.")

    def foretell(self, tokens: Iterable[str | None]) -> float:
        """Seconds that so many writes, each with its token, will take from now on at least."""
        return max((self._foretell(*of_one) for of_one in Counter(tokens).items()), default=0.0)

    def _foretell(self, token: str | None, count: int) -> float:
        with self._lock:
            account, now = deepcopy(self._account(token)), self._clock()
        start = now
        for _ in range(count):
            while (left := account.reserve(now, writes=True)) > 0:
                now += left
        return now - start

    def _left(self, token: str | None, *, writes: bool, spare: bool) -> float:
        """Seconds until there is a place; 0 takes it."""
        with self._lock:
            now, account = self._clock(), self._account(token)
            told = max(0.0, account.until - now)
            if account.spent_by_others():
                told = max(told, account.until_reset(now))
            if told > self._longest:
                raise self._too_long(told)
            seconds = told or account.reserve(now, writes=writes, spare=spare)
            if seconds <= 0:
                account.under_way += 1
            worth = seconds >= SAID and not (told or spare) and now + seconds > account.said + 1
            if worth:
                account.said = now + seconds
        if worth:
            self._say(f"Keeping within GitHub's limits: waiting {seconds:.0f} s.")
        return seconds

    def _end(self, account: Account) -> None:
        with self._lock:
            account.under_way -= 1

    def _account(self, token: str | None) -> Account:
        return self._accounts.setdefault(token, Account(LEAST if token else math.inf))

    def _too_long(self, seconds: float) -> ServiceError:
        again = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(self._clock() + seconds))
        return ServiceError(
            f"Rate limit: told to wait {seconds:.0f} s, longer than retry.max_told ({self._longest:.0f} s)",
            f"Try again after {again}.",
        )
