"""What every answer is like: lengths, kept connections, headers, conditional requests, and the faults."""

import http.client
from urllib.parse import urlsplit

import pytest
import requests

from release.rehearsal import StandIn

REPO = "/repos/kademoslabs/kekkai"
TAP = "/repos/kademoslabs/homebrew-tap"


def bearer(standin: StandIn, name: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {standin.token(name).value}"}


def connection(url: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)


def test_a_connection_is_kept_and_lengths_are_true(standin: StandIn) -> None:
    client = connection(standin.api_url)
    client.connect()
    socket = client.sock
    for path, status in ((REPO, 200), (f"{REPO}/nothing", 404), ("/rate_limit", 200)):
        client.request("GET", f"/api/v3{path}", headers={"User-Agent": "test"})
        answer = client.getresponse()
        assert (answer.status, len(answer.read())) == (status, int(answer.headers["Content-Length"]))
        assert client.sock is socket
    client.close()


def test_head_has_the_length_and_no_body(standin: StandIn) -> None:
    client = connection(standin.api_url)
    client.request("HEAD", f"/api/v3{REPO}", headers={"User-Agent": "test"})
    answer = client.getresponse()
    assert int(answer.headers["Content-Length"]) > 100
    assert answer.read() == b""
    client.close()


def test_every_answer_tells_date_and_limits(standin: StandIn) -> None:
    for path in (REPO, f"{REPO}/nothing"):
        headers = requests.get(standin.api_url + path, headers=bearer(standin, "GITHUB_TOKEN"), timeout=5).headers
        assert {"Date", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"} <= set(headers)


def test_a_known_etag_is_answered_304(standin: StandIn) -> None:
    first = requests.get(standin.api_url + REPO, timeout=5)
    again = requests.get(standin.api_url + REPO, headers={"If-None-Match": first.headers["ETag"]}, timeout=5)
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("token", "status"),
    [
        pytest.param("Bearer nonsense", 401, id="bad token"),
        pytest.param(None, 200, id="no token"),
    ],
)
def test_tokens_are_checked(standin: StandIn, token: str | None, status: int) -> None:
    headers = {"Authorization": token} if token else {}
    assert requests.get(f"{standin.api_url}/rate_limit", headers=headers, timeout=5).status_code == status


def test_a_classic_token_tells_scopes_and_expiry(standin: StandIn) -> None:
    token = standin.token("TAP_REPO_TOKEN")
    token.scopes, token.expires = "repo, workflow", "2027-01-31 00:00:00 UTC"
    told = requests.get(f"{standin.api_url}/rate_limit", headers=bearer(standin, "TAP_REPO_TOKEN"), timeout=5).headers
    assert told["x-oauth-scopes"] == "repo, workflow"
    assert told["github-authentication-token-expiration"] == "2027-01-31 00:00:00 UTC"


def test_a_dropped_connection_after_accepting_leaves_the_dispatch(standin: StandIn) -> None:
    fault = standin.fault("POST", "/dispatches$", accept=True, drop=True)
    body = {"event_type": "kekkai-release", "client_payload": {"version": "0.0.2", "sha256": "0" * 64}}
    with pytest.raises(requests.ConnectionError):
        requests.post(
            f"{standin.api_url}{TAP}/dispatches", json=body, headers=bearer(standin, "TAP_REPO_TOKEN"), timeout=5
        )
    assert [d.payload["version"] for d in standin.dispatches] == ["0.0.2"]
    assert fault.hits == 1
    assert standin.sent("POST", "/dispatches")[0].status == 0


def test_a_dropped_connection_before_accepting_leaves_nothing(standin: StandIn) -> None:
    standin.fault("POST", "/dispatches$", drop=True)
    with pytest.raises(requests.ConnectionError):
        requests.post(f"{standin.api_url}{TAP}/dispatches", json={}, timeout=5)
    assert standin.dispatches == []


def test_a_cut_body_is_shorter_than_promised(standin: StandIn) -> None:
    url = standin.release("0.0.2").made.source_url
    standin.fault("GET", "tar.gz$", origin="codeload", cut=7)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        requests.get(url, timeout=5)
    assert requests.get(url, timeout=5).status_code == 200


def test_a_corrupt_body_has_its_length(standin: StandIn) -> None:
    url = standin.release("0.0.2").made.wheel_url
    right = requests.get(url, timeout=5).content
    standin.fault("GET", "whl$", origin="codeload", corrupt=True)
    wrong = requests.get(url, timeout=5).content
    assert (len(wrong), wrong == right) == (len(right), False)


def test_faults_come_in_turn_and_end(standin: StandIn) -> None:
    standin.fault("GET", f"{REPO}$", skip=1, times=2, status=200, body="<html>proxy</html>")
    standin.fault("GET", f"{REPO}$", status=502)
    seen = [requests.get(standin.api_url + REPO, timeout=5) for _ in range(4)]
    assert [(answer.status_code, answer.text[:6]) for answer in seen[:3]] == [
        (502, ""),
        (200, "<html>"),
        (200, "<html>"),
    ]
    assert seen[3].json()["full_name"] == "kademoslabs/kekkai"


def test_a_fault_of_one_token_leaves_others_alone(standin: StandIn) -> None:
    standin.fault("GET", "/rate_limit", None, token=standin.token("TAP_REPO_TOKEN").value, status=429)
    got = {
        name: requests.get(f"{standin.api_url}/rate_limit", headers=bearer(standin, name), timeout=5).status_code
        for name in ("TAP_REPO_TOKEN", "SCOOP_REPO_TOKEN")
    }
    assert got == {"TAP_REPO_TOKEN": 429, "SCOOP_REPO_TOKEN": 200}


def test_a_slow_answer_ends_with_the_stand_in(standin: StandIn) -> None:
    standin.fault("GET", "/rate_limit", delay=60)
    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{standin.api_url}/rate_limit", timeout=0.1)
    standin.close()
    assert [request.path for request in standin.requests] == ["/api/v3/rate_limit"]


@pytest.mark.parametrize("host", ["evil.example.org", "evil.example.org:80", "127.0.0.1", "localhost:1"])
def test_a_request_for_another_host_is_refused(standin: StandIn, host: str) -> None:
    answer = requests.get(f"{standin.server_url}/", headers={"Host": host}, timeout=5)
    assert (answer.status_code, standin.requests) == (421, [])
