"""What answers tell us to wait, and the gate that makes requests wait for it."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from release.errors import ServiceError
from release.http.limits import FAR, SECONDARY_SECONDS, Gate, server_time, told_to_wait

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


def test_writes_pace_themselves_below_what_github_allows() -> None:
    play = Play()
    times = []
    for _ in range(200):
        play.gate.wait("one", writes=True)
        times.append(play.time)
    assert times[79] == NOW
    assert times[80] >= NOW + 60
    for start in times:
        assert sum(start <= time < start + 60 for time in times) <= 80


def test_no_more_than_500_writes_in_an_hour() -> None:
    play = Play()
    times = []
    for _ in range(501):
        play.gate.wait(None, writes=True)
        times.append(play.time)
    assert times[500] - times[0] >= 3600


def test_reads_are_not_paced() -> None:
    play = Play()
    assert [play.waited("one") for _ in range(200)] == [0] * 200


@pytest.mark.parametrize(("writes", "seconds"), [(0, 0), (1, 0), (80, 0), (81, 60), (161, 120), (501, 3600)])
def test_how_long_so_many_writes_take_is_known_beforehand(writes: int, seconds: float) -> None:
    assert Play().gate.pace(writes) == seconds


def test_the_pace_told_beforehand_is_the_one_that_is_kept() -> None:
    play = Play()
    for _ in range(170):
        play.gate.wait(None, writes=True)
    assert play.time - NOW == pytest.approx(Play().gate.pace(170), abs=0.1)


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
