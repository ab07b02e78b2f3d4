"""What answers tell us to wait."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.http.limits import FAR, SECONDARY_SECONDS, server_time, told_to_wait
from tests.http.told import NOW, Told, told

DATE = "Fri, 15 Jan 2027 08:00:00 GMT"
LATER = "Fri, 15 Jan 2027 08:01:30 GMT"
AN_HOUR_AHEAD = "Fri, 15 Jan 2027 09:00:00 GMT"
SECONDARY = '{"message": "You have exceeded a SECONDARY RATE limit"}'


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
