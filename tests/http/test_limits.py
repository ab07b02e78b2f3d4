"""What answers tell us to wait, and the gate that makes requests wait for it."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from release.errors import ServiceError
from release.http.limits import FAR, ON_ITS_WAY, SECONDARY_SECONDS, Gate, pace, server_time, told_to_wait

ONE = "one"  # a token
NOW = 1_800_000_000.0  # 2027-01-15 08:00:00 UTC
DATE = "Fri, 15 Jan 2027 08:00:00 GMT"
LATER = "Fri, 15 Jan 2027 08:01:30 GMT"
AN_HOUR_AHEAD = "Fri, 15 Jan 2027 09:00:00 GMT"
SECONDARY = '{"message": "You have exceeded a SECONDARY RATE limit"}'


@dataclass
class Told:
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


def told(status: int, text: str = "", **headers: str) -> Told:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Told(status, CaseInsensitiveDict(named), text)


WAITS = {
    "200": (told(200), None),
    "200-with-retry-after": (told(200, Retry_After="9"), None),
    "404-nothing-left": (told(404, x_ratelimit_remaining="0"), None),
    "403-permission": (told(403, '{"message": "Resource not accessible"}', x_ratelimit_remaining="4999"), None),
    "403-retry-after": (told(403, Retry_After="30"), 30),
    "403-secondary": (told(403, SECONDARY), SECONDARY_SECONDS),
    "403-nothing-left": (told(403, x_ratelimit_remaining="0", x_ratelimit_reset=str(int(NOW) + 90)), 90),
    "403-reset-is-past": (told(403, x_ratelimit_remaining="0", x_ratelimit_reset=str(int(NOW) - 90)), 0),
    "403-no-reset": (told(403, x_ratelimit_remaining="0"), SECONDARY_SECONDS),
    "403-odd-reset": (told(403, x_ratelimit_remaining="0", x_ratelimit_reset="soon"), SECONDARY_SECONDS),
    "429-bare": (told(429), SECONDARY_SECONDS),
    "429-zero": (told(429, Retry_After="0"), 0),
    "429-fraction": (told(429, Retry_After="1.5"), 1.5),
    "429-space": (told(429, Retry_After=" 7 "), 7),
    "429-date": (told(429, Retry_After=LATER, Date=DATE), 90),
    "429-date-without-a-clock": (told(429, Retry_After=LATER), 90),
    "429-date-in-the-past": (told(429, Retry_After=DATE, Date=LATER), 0),
    "429-no-time": (told(429, Retry_After="soon", Date=AN_HOUR_AHEAD), SECONDARY_SECONDS),
    "429-negative": (told(429, Retry_After="-5"), SECONDARY_SECONDS),
    "429-infinite": (told(429, Retry_After="inf"), SECONDARY_SECONDS),
    "429-no-number": (told(429, Retry_After="nan"), SECONDARY_SECONDS),
    "429-huge": (told(429, Retry_After="9" * 400), FAR),
    "reset-by-the-servers-clock": (
        told(403, x_ratelimit_remaining="0", x_ratelimit_reset=str(int(NOW) + 3690), Date=AN_HOUR_AHEAD), 90
    ),
    "date-by-the-servers-clock": (
        told(429, Retry_After="Fri, 15 Jan 2027 09:00:10 GMT", Date=AN_HOUR_AHEAD), 10
    ),
    "retry-after-comes-first": (told(429, Retry_After="3", x_ratelimit_remaining="0"), 3),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "seconds"), WAITS.values(), ids=WAITS.keys())
def test_what_an_answer_tells_us_to_wait(answer: Told, seconds: float | None) -> None:
    wait = told_to_wait(answer, NOW)
    assert wait == (None if seconds is None else pytest.approx(seconds, abs=0.01))


@given(st.sampled_from([403, 429]), st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_any_header_leads_to_a_wait_that_can_be_counted(status: int, after: str, reset: str, date: str) -> None:
    answer = told(status, Retry_After=after, x_ratelimit_remaining="0", x_ratelimit_reset=reset, Date=date)
    wait = told_to_wait(answer, NOW)
    assert wait is not None
    assert 0 <= wait <= FAR + 1


def test_the_servers_time_is_its_date_or_else_ours() -> None:
    assert server_time({"Date": AN_HOUR_AHEAD}, NOW) == NOW + 3600
    assert server_time({"Date": "yesterday"}, NOW) == NOW
    assert server_time({}, NOW) == NOW


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
    "requests an hour": (False, 1500, 3600, 1000),
}


@pytest.mark.parametrize(("writes", "count", "seconds", "most"), PACES.values(), ids=PACES.keys())
def test_what_goes_out_keeps_below_what_github_allows(writes: bool, count: int, seconds: float, most: int) -> None:  # noqa: FBT001 - a column
    play = Play()
    if seconds == 3600:
        play.gate.note("one", told(200, x_ratelimit_limit="1000"))
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


@pytest.mark.parametrize("limit", [None, "60", "many", "0"])
def test_a_limit_that_says_nothing_about_our_own_requests_holds_up_none(limit: str | None) -> None:
    play = Play()
    play.gate.note(None if limit == "60" else "one", told(200, **{"x_ratelimit_limit": limit} if limit else {}))
    assert play.times(800, None if limit == "60" else "one")[-1] == NOW


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
    assert pace(tokens) == pytest.approx(seconds, abs=1)


@pytest.mark.parametrize("writes", [170, 501, 1000])
def test_the_pace_told_beforehand_is_the_one_that_is_kept(writes: int) -> None:
    play = Play()
    assert play.times(writes, writes=True)[-1] - NOW == pytest.approx(pace(["one"] * writes), abs=1)


def test_many_threads_take_no_more_places_than_there_are() -> None:
    """80 of 100 threads pass at once; the others ask to sleep."""
    asleep, gone = threading.Semaphore(0), threading.Event()

    def sleep(_seconds: float) -> None:
        asleep.release()
        gone.wait(5)
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
        assert asleep.acquire(timeout=5)
    gone.set()
    for thread in threads:
        thread.join()
    assert len(passed) == 80
