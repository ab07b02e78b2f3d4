"""What went out with one token, held against what GitHub allows and what its answers say is left. Pure."""

import math
from collections import deque
from dataclasses import replace

from release.http.limits import ROUNDING, Rest

MINUTE, HOUR = 60.0, 3600.0
POINTS = 900  # GitHub: a minute
OF_A_READ, OF_A_WRITE = 1, 5  # points
WRITES = ((80, MINUTE), (500, HOUR))  # GitHub: content-creating requests per so many seconds
ON_ITS_WAY = 2.0  # seconds: two requests that leave so far apart may arrive at the same time
KEPT_POINTS, KEPT_REQUESTS = 80 * OF_A_WRITE, 600  # that spare reads leave: a minute's writes, an hour's and some


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
