"""The gate that makes requests wait: for what a server tells us, and for what GitHub allows at all."""

import contextlib
import threading
import time

import pytest

from release.errors import ServiceError
from release.http.account import KEPT_REQUESTS, ON_ITS_WAY
from release.http.pace import Gate
from release.rehearsal.github.allowance import Allowance
from tests.http.told import NOW, Told, told

ONE = "one"  # a token


class Play:
    """A gate in a time that passes only by sleeping."""

    def __init__(self, longest: float = 900) -> None:
        self.time, self.said = NOW, list[str]()
        self.gate = Gate(self.sleep, lambda: self.time, self.said.append, longest)

    def sleep(self, seconds: float) -> None:
        self.time += seconds

    def waited(self, token: str | None, *, writes: bool = False) -> float:
        start = self.time
        self.gate.wait(token, writes=writes)
        return self.time - start

    def times(self, count: int, token: str | None = ONE, *, writes: bool = False) -> list[float]:
        """When each of so many requests went out."""
        times = []
        for _ in range(count):
            self.gate.wait(token, writes=writes)
            times.append(self.time)
        return times


def test_a_limit_holds_all_requests_of_its_token_and_no_others() -> None:
    play = Play()
    play.gate.note("one", told(429, Retry_After="30"))
    assert play.waited("two") == 0
    assert play.waited(None) == 0
    assert play.waited("one") == pytest.approx(30, abs=0.01)
    assert play.waited("one") == 0
    assert play.said == ["Rate limit: the server tells us to wait 30 s."]


def test_a_shorter_wait_does_not_shorten_a_longer_one() -> None:
    play = Play()
    play.gate.note("one", told(429, Retry_After="30"))
    play.gate.note("one", told(429, Retry_After="1"))
    assert play.waited("one") == pytest.approx(30, abs=0.01)


def test_a_limit_without_a_time_grows_until_an_answer_is_good() -> None:
    play = Play()
    waits = []
    for _ in range(3):
        play.gate.note("one", told(429))
        waits.append(play.waited("one"))
    play.gate.note("one", told(204))
    play.gate.note("one", told(429))
    assert [*waits, play.waited("one")] == [60, 120, 240, 60]


@pytest.mark.parametrize("seconds", ["901", "1000000", "9" * 30])
def test_longer_than_allowed_is_refused_with_the_time_to_come_back(seconds: str) -> None:
    play = Play()
    play.gate.note("one", told(429, Retry_After=seconds))
    with pytest.raises(ServiceError, match="longer than") as caught:
        play.gate.wait("one", writes=True)
    assert play.time == NOW
    assert caught.value.fix.startswith("Try again after 2")
    assert caught.value.fix.endswith(" UTC.")


def test_the_time_to_come_back_is_right() -> None:
    play = Play()
    play.gate.note("one", told(429, Retry_After="3600"))
    with pytest.raises(ServiceError) as caught:
        play.gate.wait("one", writes=True)
    assert caught.value.fix == "Try again after 2027-01-15 09:00:00 UTC."


def most_within(times: list[float], seconds: float) -> int:
    """So many of them stand in the fullest stretch of time, had each arrived as late as it may."""
    return max(sum(start <= time < start + seconds + ON_ITS_WAY for time in times) for start in times)


PACES = {
    "writes a minute": (True, 200, 60, 80),
    "writes an hour": (True, 501, 3600, 500),
    "reads a minute": (False, 2000, 60, 900),
    "requests an hour": (False, 1500, 3600, 1000),  # as long as no answer says more
}


@pytest.mark.parametrize(("writes", "count", "seconds", "most"), PACES.values(), ids=PACES.keys())
def test_what_goes_out_keeps_below_what_github_allows(writes: bool, count: int, seconds: float, most: int) -> None:  # noqa: FBT001 - a column
    play = Play()
    times = play.times(count, writes=writes)
    assert times[min(most, 80 if writes else 900) - 1] == NOW
    assert most_within(times, seconds) == most


def test_a_write_weighs_as_much_as_five_reads() -> None:
    play = Play()
    assert play.times(79, writes=True)[-1] == NOW
    times = play.times(506)
    assert times[504] == NOW
    assert times[505] > NOW + 60


def test_each_token_has_a_pace_of_its_own() -> None:
    play = Play()
    assert play.times(80, "one", writes=True)[-1] == play.times(80, "two", writes=True)[-1] == NOW


def test_our_own_pace_may_be_slower_than_a_server_may_tell_us() -> None:
    play = Play(longest=1)
    assert play.times(501, writes=True)[-1] > NOW + 3600


def test_sixty_four_channels_are_not_held_up() -> None:
    """Two files, the runs and the dispatch of each."""
    play = Play()
    assert play.times(64 * 3)[-1] == play.times(64, writes=True)[-1] == NOW


PACED = {
    "none": ([], 0), "a minute's": (["one"] * 80, 0), "one more": (["one"] * 81, 62),
    "two more minutes": (["one"] * 161, 124),
    "two tokens": ([*["one"] * 80, *["two"] * 80], 0), "an hour's": (["one"] * 501, 3602),
    "no token": ([None] * 81, 62), "an hour's and more": (["one"] * 1000, 3974),
}  # fmt: skip


@pytest.mark.parametrize(("tokens", "seconds"), PACED.values(), ids=PACED.keys())
def test_how_long_so_many_writes_take_is_known_beforehand(tokens: list[str | None], seconds: float) -> None:
    assert Play().gate.foretell(tokens) == pytest.approx(seconds, abs=1)


@pytest.mark.parametrize("writes", [170, 501, 1000])
def test_the_pace_told_beforehand_is_the_one_that_is_kept(writes: int) -> None:
    play = Play()
    foretold = play.gate.foretell([ONE] * writes)
    assert play.times(writes, writes=True)[-1] - NOW == pytest.approx(foretold, abs=1)


def test_many_threads_take_no_more_places_than_there_are() -> None:
    """80 of 100 threads pass at once; the others ask to sleep."""
    asleep, gone = threading.Semaphore(0), threading.Event()

    def sleep(_seconds: float) -> None:
        asleep.release()
        gone.wait(60)
        raise InterruptedError

    gate = Gate(sleep, lambda: NOW, lambda _line: None, 900)
    passed: list[int] = []

    def write(number: int) -> None:
        try:
            gate.wait("one", writes=True)
        except InterruptedError:
            return
        passed.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(100)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        assert asleep.acquire(timeout=60)
    gone.set()
    for thread in threads:
        thread.join()
    assert len(passed) == 80


def test_ninety_requests_are_under_way_and_no_more() -> None:
    """GitHub allows 100 at once (its "Rate limits for the REST API")."""
    gate, entered, gone = Play().gate, threading.Semaphore(0), threading.Event()
    inside, most, lock = set[int](), list[int](), threading.Lock()

    def ask(number: int) -> None:
        with gate.turn(f"token {number}", writes=False):
            with lock:
                inside.add(number)
                most.append(len(inside))
            entered.release()
            gone.wait(60)
            with lock:
                inside.remove(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(180)]
    for thread in threads:
        thread.start()
    for _ in range(90):
        assert entered.acquire(timeout=60)
    gone.set()
    for thread in threads:
        thread.join()
    assert (len(most), max(most)) == (180, 90)


def left(requests: int, seconds: float = 600, status: int = 200, **more: str) -> Told:
    """An answer that says how many of 5,000 requests are left for so long."""
    reset = str(int(NOW + seconds))
    return told(status, x_ratelimit_limit="5000", x_ratelimit_remaining=str(requests), x_ratelimit_reset=reset, **more)


RESTS = {
    "three are left": ([left(3)], 600),
    "an answer that was late": ([left(3), left(9)], 600),
    "the next hour": ([left(0, -1), left(9, 3600)], 0),
    "another resource": ([left(0, x_ratelimit_resource="search")], 0),
    "no number": ([told(200, x_ratelimit_limit="5000", x_ratelimit_remaining="few", x_ratelimit_reset="9")], 0),
}  # fmt: skip


@pytest.mark.parametrize(("answers", "seconds"), RESTS.values(), ids=RESTS.keys())
def test_what_a_server_says_is_left_is_used_and_no_more(answers: list[Told], seconds: float) -> None:
    """Three requests go out, and the fourth waits."""
    play = Play()
    for answer in answers:
        play.gate.note(ONE, answer)
    times = play.times(4)
    assert times[2] == NOW
    assert times[3] == pytest.approx(NOW + seconds, abs=1)


def test_requests_on_their_way_count_before_the_server_knows_of_them() -> None:
    play = Play()
    with play.gate.turn(ONE, writes=False), play.gate.turn(ONE, writes=False), play.gate.turn(ONE, writes=False):
        play.gate.note(ONE, left(3))
    assert play.times(2) == [NOW, pytest.approx(NOW + 600, abs=1)]


def test_an_answer_that_github_does_not_count_is_given_back() -> None:
    play = Play()
    for _ in range(1001):
        play.gate.wait(ONE, writes=False)
        play.gate.note(ONE, told(304))
    assert play.time < NOW + 100  # 900 a minute


def test_what_others_used_up_is_waited_for_as_long_as_a_server_may_tell_us() -> None:
    play = Play()
    play.gate.note(ONE, left(0, 3000))
    with pytest.raises(ServiceError, match="longer than"):
        play.gate.wait(ONE, writes=False)
    assert play.time == NOW


def test_tokens_of_one_owner_share_a_pace() -> None:
    play = Play()
    for token in ("one", "two"):
        play.gate.share(token, "an App's")
    assert play.gate.foretell(["an App's"] * 81) == pytest.approx(62, abs=1)
    assert play.times(40, "one", writes=True)[-1] == play.times(40, "two", writes=True)[-1] == NOW
    assert play.waited("one", writes=True) > 60


HOURS = {"of the last hour": (1000, True), "from the first request": (1000, False), "of a person": (5000, False)}


@pytest.mark.parametrize(("hourly", "rolling"), HOURS.values(), ids=HOURS.keys())
def test_a_thousand_channels_are_told_without_one_refusal_in_the_time_foretold(hourly: int, rolling: bool) -> None:  # noqa: FBT001 - a column
    """Spare reads give way, and leave an hour's writes."""
    play, github, asked = Play(), Allowance(hourly, rolling), 0

    def ask(*, writes: bool, until: float | None = None) -> None:
        with play.gate.turn(ONE, writes=writes, until=until):
            assert github.allows(play.time, writes=writes)
            play.gate.note(ONE, told(204, **github.headers(play.time)))

    ask(writes=False)
    for _ in range(1000):
        with contextlib.suppress(ServiceError):
            ask(writes=False, until=time.monotonic() + 5)
            asked += 1
    foretold = play.gate.foretell([ONE] * 1000)
    assert (play.time, asked) == (NOW, min(900 - 400 - 1, hourly - KEPT_REQUESTS - 1))
    for _ in range(1000):
        ask(writes=True)
    assert play.time - NOW == pytest.approx(foretold, abs=2)
    assert play.said[0] == "Keeping within GitHub's limits: waiting 62 s."


def test_somebody_elses_requests_are_in_what_is_foretold() -> None:
    play = Play()
    play.gate.note(ONE, left(10, 700))
    assert play.gate.foretell([ONE] * 11) == pytest.approx(700, abs=1)
