"""Our own pace: a gate that makes requests wait, for what a server tells us and for what GitHub allows at all."""

import math
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace

from release.errors import ServiceError
from release.http.limits import ROUNDING, SECONDARY_SECONDS, Limited, Rest, rest_of, told_to_wait

MINUTE, HOUR = 60.0, 3600.0
POINTS = 900  # GitHub: a minute
OF_A_READ, OF_A_WRITE = 1, 5  # points
WRITES = ((80, MINUTE), (500, HOUR))  # GitHub: content-creating requests per so many seconds
LEAST = 1000  # requests an hour with any token, until an answer says how many: those of a workflow's own
AT_ONCE = 90  # GitHub: 100; one whose answer we have may still count there
ON_ITS_WAY = 2.0  # seconds: two requests that leave so far apart may arrive at the same time
KEPT_POINTS, KEPT_REQUESTS = 80 * OF_A_WRITE, 600  # that spare reads leave: a minute's writes, an hour's and some
SAID = 30.0  # seconds of waiting that are worth a line


class Window:
    """What was spent in the last ``seconds``, of which no more than ``most`` may be."""

    def __init__(self, most: float, seconds: float) -> None:
        self.most, self.seconds = most, seconds + ON_ITS_WAY
        self._spent: deque[tuple[float, int]] = deque()
        self.total = 0

    def left(self, now: float, cost: int) -> float:
        """Seconds until ``cost`` more may be spent, or until all was spent long ago where it is more than ``most``."""
        while self._spent and self._spent[0][0] + self.seconds <= now:
            self.total -= self._spent.popleft()[1]
        over, until = self.total + min(cost, self.most) - self.most, now
        for at, spent in self._spent:
            if over <= 0:
                break
            over, until = over - spent, at + self.seconds + ROUNDING
        return until - now

    def spend(self, now: float, cost: int) -> None:
        """Remember it."""
        self._spent.append((now, cost))
        self.total += cost


class Account:
    """What went out with one token, held against what GitHub allows. Source: its "Rate limits for the REST API".

    Args:
        most: requests an hour, until an answer says how many.

    Attributes:
        under_way: requests that have no answer yet.
        until: when the server lets us ask again, in seconds since the epoch.
        said: until when somebody was told that we wait.
        refused: answers in a row that told to wait and not how long.
    """

    def __init__(self, most: float) -> None:
        self.points, self.hourly = Window(POINTS, MINUTE), Window(most, HOUR)
        self.writes = tuple(Window(many, seconds) for many, seconds in WRITES)
        self.under_way = self.refused = 0
        self.until = self.said = 0.0
        self._rest = Rest(math.inf, math.inf, 0.0)

    def reserve(self, now: float, *, writes: bool, spare: bool = False) -> float:
        """Take a place for one request, or say how many seconds until there is one; ``spare``: others need theirs."""
        points, kept = OF_A_WRITE if writes else OF_A_READ, KEPT_REQUESTS if spare else 0
        costs = [(self.points, points, KEPT_POINTS if spare else 0), (self.hourly, 1, kept)]
        costs += [(window, 1, 0) for window in self.writes if writes]
        left = max(self.until_reset(now, 1 + kept), *(window.left(now, cost + keep) for window, cost, keep in costs))
        if left <= 0:
            self._rest = replace(self._rest, left=self._rest.left - 1)
            for window, cost, _ in costs:
                window.spend(now, cost)
        return left

    def until_reset(self, now: float, count: int = 1) -> float:
        """Seconds until the server counts anew, where it has said that fewer than ``count`` are left."""
        return 0.0 if self._rest.left >= count else max(0.0, self._rest.reset - now)

    def spent_by_others(self) -> bool:
        """Whether most of this hour's requests were not ours."""
        return self.hourly.total * 2 < self.hourly.most

    def hear(self, rest: Rest) -> None:
        """What a server says, which knows of nothing that is on its way; of one hour the smallest number is the last.

        Args:
            rest: of an answer, which is still ``under_way`` itself.
        """
        self.hourly.most = rest.most
        left = rest.left - max(0, self.under_way - 1)
        if rest.reset > self._rest.reset + MINUTE:
            self._rest = replace(rest, left=left)
        elif rest.reset > self._rest.reset - MINUTE:
            self._rest = replace(self._rest, left=min(self._rest.left, left))

    def give_back(self, now: float) -> None:
        """The last answer was one that GitHub does not count."""
        self.hourly.spend(now, -1)


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
