"""Any field of GitHub's answers may be absent, of another type, huge or nested: an error of ours, or unknown."""

import base64
import contextlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from release.errors import ReleaseError, ServiceError
from release.github.client import LARGEST_FILE, GitHub
from release.github.pulls import pull_url
from release.github.refusals import decode_file, message_of, moved_to, refusal
from release.github.runs import (
    candidates,
    created_at,
    is_of_workflow,
    names_nothing,
    names_version,
    parse_run,
    run_url,
    under_way,
)
from release.http.transport import Answer, Transport
from release.rehearsal.servers.http import Answer as Reply
from release.rehearsal.servers.http import Request, json_answer
from release.rehearsal.servers.origin import Origin
from release.settings import Http, Retry

NOW = 1_800_000_000.0  # 2027-01-15 08:00:00 UTC
GOOD: dict[str, Any] = {
    "id": 7, "display_title": "Update kekkai to 0.0.3", "name": "Update", "path": ".github/workflows/update.yml",
    "event": "repository_dispatch", "status": "queued", "conclusion": None, "created_at": "2027-01-15T08:00:00Z",
    "html_url": "https://github.com/a/b/actions/runs/7", "head_branch": "main",
}  # fmt: skip
ABSENT = object()
ODD: dict[str, Any] = {
    "absent": ABSENT, "null": None, "true": True, "zero": 0, "minus": -1, "huge number": 10**30, "fraction": 1.5,
    "infinite": float("inf"), "no number": float("nan"), "empty": "", "long": "9" * 100_000, "nul": "\0",
    "word": "a" * 100_000, "dots": "1." * 50_000, "dashes": "v-" * 50_000, "list": [], "lists": [[[["x"]]]],
    "table": {}, "tables": {"a": {"b": [{}]}}, "surrogate": "\ud800", "far": "9999-12-31T23:59:59-23:59",
    "first": "0001-01-01T00:00:00+23:59", "day 99": "2027-01-99T00:00:00Z", "address": "http://[",
}  # fmt: skip


def bent(field: str, value: object) -> dict[str, Any]:
    return {key: kept for key, kept in {**GOOD, field: value}.items() if kept is not ABSENT}


@contextmanager
def github(answer: Callable[[Request], Reply]) -> Iterator[GitHub]:
    origin = Origin("api", answer)
    try:
        yield GitHub(Transport(Http(timeout=20), Retry(attempts=1, max_wait=0)), origin.url)
    finally:
        origin.close()


PULLS = {
    "said": ({"html_url": "https://g.test/a/b/pull/7", "number": 7}, "pull/7"),
    "number alone": ({"html_url": None, "number": 7}, "pull/7"),
    "neither": ({"html_url": 7, "number": True}, "pulls"),
}


@pytest.mark.parametrize(("pull", "page"), PULLS.values(), ids=PULLS)
def test_a_pull_request_has_a_page_that_can_be_opened(pull: dict[str, Any], page: str) -> None:
    assert pull_url(pull, "https://g.test/a/b") == f"https://g.test/a/b/{page}"


@pytest.mark.parametrize("value", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("field", GOOD)
def test_a_run_with_a_damaged_field_is_judged_and_harms_no_other(field: str, value: object) -> None:
    start = time.process_time()
    runs = [parse_run(bent(field, value)), parse_run({**GOOD, "id": 8})]
    found = candidates(runs, "kekkai", "0.0.3", NOW)
    assert [run["id"] for run in found if run.get("id") == 8] == [8]
    assert under_way(runs, "kekkai", "0.0.3")[0] in runs
    for run in runs:
        for said in (run_url(run), created_at(run), run.get("id")):
            hash(said)
        assert isinstance(names_version(run, "kekkai", "0.0.3"), bool)
        assert isinstance(names_nothing(run, "kekkai"), bool)
        assert isinstance(is_of_workflow(run, "update.yml"), bool)
    assert time.process_time() - start < 5  # a millisecond


@pytest.mark.parametrize("field", ["created_at", "display_title"])
def test_a_run_without_a_time_or_a_title_may_be_ours(field: str) -> None:
    run = parse_run(bent(field, ABSENT))
    assert candidates([run], "kekkai", "0.0.3", NOW) == [run]


DATED = {"a second before": ("2027-01-15T07:59:59Z", True), "two": ("2027-01-15T07:59:58Z", True),
         "a minute": ("2027-01-15T07:59:00Z", False)}  # fmt: skip


@pytest.mark.parametrize(("created", "ours"), DATED.values(), ids=DATED.keys())
def test_a_run_that_is_dated_a_moment_before_may_be_ours(created: str, ours: bool) -> None:  # noqa: FBT001 - a column
    run = parse_run({**GOOD, "created_at": created})
    assert bool(candidates([run], "kekkai", "0.0.3", NOW)) is ours


TITLES = {
    "Update kekkai to 0.0.3": True, "kekkai v0.0.3": True, "kekkai: 0.0.3.": True, "kademoslabs/kekkai 0.0.3": True,
    "(kekkai) [v0.0.3]": True, "Kekkai 0.0.3": True, "kekkai@0.0.3": True, "kekkai-pro 0.0.3": False,
    "my-kekkai 0.0.3": False, "kekkais 0.0.3": False, "kekkai.js 0.0.3": False, "kekkai_x 0.0.3": False,
    "kekkai 0.0.30": False, "kekkai 0.0.3-rc.1": False, "kekkai 10.0.3": False, "kekkai 0.0.3+b": False, "0.0.3": False,
    "kekkai": False, "": False,
}  # fmt: skip


@pytest.mark.parametrize(("title", "ours"), TITLES.items(), ids=[title or "nothing" for title in TITLES])
def test_product_and_version_stand_alone_in_a_title(title: str, ours: bool) -> None:  # noqa: FBT001 - a column
    assert names_version({"display_title": title}, "kekkai", "0.0.3") is ours


UNDER_WAY = {"queued": True, "in_progress": True, "waiting": True, "completed": False}


@pytest.mark.parametrize(("status", "there"), UNDER_WAY.items(), ids=UNDER_WAY.keys())
def test_a_run_that_has_ended_is_not_under_way(status: str, there: bool) -> None:  # noqa: FBT001 - a column
    run = parse_run({**GOOD, "status": status})
    assert under_way([run], "kekkai", "0.0.3") == ([run] if there else [])
    assert under_way([run], "kekkai", "0.0.4") == []


@pytest.mark.parametrize("value", ODD.values(), ids=ODD.keys())
def test_what_is_no_list_of_runs_is_an_error_and_not_none(value: Any) -> None:  # noqa: ANN401 - of any type
    if isinstance(value, list):
        pytest.skip("a list is one")
    body = {} if value is ABSENT else {"workflow_runs": value}
    text = json.dumps(body).encode()
    with (
        github(lambda _request: Reply(200, text)) as api,
        pytest.raises(ServiceError, match="of another shape than expected"),
    ):
        api.runs("a/b", None)


CALLS: dict[str, Callable[[GitHub], object]] = {
    "runs": lambda api: api.runs("a/b", None), "workflows": lambda api: api.workflows("a/b", None),
    "release": lambda api: api.release("a/b", "v1", None),
    "latest": lambda api: api.latest_release("a/b", None), "repository": lambda api: api.repository("a/b", None),
    "pulls": lambda api: api.pulls("a/b", None), "name": lambda api: api.new_name("a/b", None),
}  # fmt: skip
BODIES = {
    "html": b"<html>", "empty": b"", "null": b"null", "number": b"1", "text": b'"x"', "list": b"[1, null, [], {}]",
    "nested": b"[" * 100_000, "cut": b'{"a": ', "bytes": b"\xff\xfe",
    "runs of all kinds": b'{"workflow_runs": [1, null, {}]}',
    "no number": b'{"full_name": NaN, "workflow_runs": []}', "surrogate": b'{"full_name": "\\ud800"}',
}  # fmt: skip


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_an_answer_of_any_shape_is_a_result_or_an_error_of_ours(call: Callable[[GitHub], object], body: bytes) -> None:
    with github(lambda _request: Reply(200, body)) as api, contextlib.suppress(ReleaseError):
        assert json.dumps(call(api), ensure_ascii=False).encode()


def paged(count: int) -> Callable[[Request], Reply]:
    runs = [{**GOOD, "id": number} for number in range(count)]

    def answer(request: Request) -> Reply:
        page = int(request.query.get("page", "1"))
        return json_answer({"total_count": count, "workflow_runs": runs[(page - 1) * 100 : page * 100]})

    return answer


PAGES = {"none": (0, 3, 0), "half a page": (50, 3, 50), "full": (100, 3, 100), "two": (150, 3, 150),
         "as many as allowed": (900, 3, 300), "one alone": (900, 1, 100)}  # fmt: skip


@pytest.mark.parametrize(("there", "pages", "found"), PAGES.values(), ids=PAGES.keys())
def test_runs_of_further_pages_are_found(there: int, pages: int, found: int) -> None:
    with github(paged(there)) as api:
        assert [run["id"] for run in api.runs("a/b", None, pages=pages)] == list(range(found))


@pytest.mark.parametrize("odd", [None, "x", []], ids=["null", "text", "list"])
def test_an_odd_entry_makes_no_page_the_last_one(odd: object) -> None:
    def answer(request: Request) -> Reply:
        first = (int(request.query.get("page", "1")) - 1) * 25
        return json_answer([odd, *({"number": number} for number in range(1, 40))][first : first + 25])

    with github(answer) as api:
        assert [pull["number"] for pull in api.pulls("a/b", None)] == list(range(1, 40))


def test_strangers_pull_requests_push_ours_off_no_page() -> None:
    def answer(request: Request) -> Reply:
        first = (int(request.query.get("page", "1")) - 1) * 25
        return json_answer([{"number": number} for number in range(120)][first : first + 25])

    with github(answer) as api:
        assert [pull["number"] for pull in api.pulls("a/b", None)] == list(range(120))


@pytest.mark.parametrize("call", ["pulls", "workflows"])
def test_what_is_no_list_is_an_error_and_not_nothing(call: str) -> None:
    with github(lambda _request: Reply(200, b'{"x": 1}')) as api, pytest.raises(ServiceError, match="another shape"):
        getattr(api, call)("a/b", None)


def test_what_nothing_changed_is_not_sent_again() -> None:
    seen: list[str | None] = []

    def answer(request: Request) -> Reply:
        seen.append(request.headers.get("if-none-match"))
        return Reply(304) if seen[-1] == '"x"' else json_answer({"workflow_runs": [GOOD]}, headers={"ETag": '"x"'})

    with github(answer) as api:
        assert api.runs("a/b", None) == api.runs("a/b", None)
        assert api.runs("a/b", "made-up-token") == api.runs("a/b", "made-up-token")
    assert seen == [None, '"x"', None, '"x"']


RAW, API = "application/vnd.github.raw+json; charset=utf-8", "application/json; charset=utf-8"
FILES: dict[str, tuple[str, bytes, bytes | None]] = {
    "raw": (RAW, b"x\r\n", b"x\r\n"),
    "raw JSON": (RAW, b'{"encoding": "x", "content": 1}', b'{"encoding": "x", "content": 1}'),
    "base64": (API, json.dumps({"encoding": "base64", "content": "eA0K\n"}).encode(), b"x\r\n"),
    "no base64": (API, json.dumps({"encoding": "base64", "content": "e\u00e4!"}).encode(), None),
    "cut base64": (API, json.dumps({"encoding": "base64", "content": "eA0"}).encode(), None),
    "a number": (API, json.dumps({"encoding": "base64", "content": 1}).encode(), None),
    "null": (API, json.dumps({"encoding": "base64", "content": None}).encode(), None),
    "too large for it": (API, json.dumps({"encoding": "none", "content": ""}).encode(), None),
    "another encoding": (API, json.dumps({"encoding": ["base64"], "content": "eA0K"}).encode(), None),
    "folder": (API, b'[{"name": "x"}]', None),
    "manifest from a plain server": (API, b'{"version": "1"}', b'{"version": "1"}'),
    "text from a plain server": ("text/plain", b"[1]", b"[1]"),
}


@pytest.mark.parametrize(("kind", "body", "content"), FILES.values(), ids=FILES.keys())
def test_a_file_in_either_form_or_none(kind: str, body: bytes, content: bytes | None) -> None:
    assert decode_file(Answer(200, {"Content-Type": kind}, body, "x")) == content


LARGE = {
    "raw": Reply(200, bytes(LARGEST_FILE + 1), {"Content-Type": RAW}),
    "far too large": Reply(200, bytes(3 * LARGEST_FILE), {"Content-Type": RAW}),
    "base64": json_answer({"encoding": "base64", "content": base64.b64encode(bytes(LARGEST_FILE + 1)).decode()}),
}


@pytest.mark.parametrize("reply", LARGE.values(), ids=LARGE.keys())
def test_a_file_larger_than_any_of_a_channel_is_refused(reply: Reply) -> None:
    with (
        github(lambda _request: reply) as api,
        pytest.raises(ServiceError, match=r"is larger than|answered with more than"),
    ):
        api.file("a/b", "f", None)


@pytest.mark.parametrize("value", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("field", ["message", "errors", "entry", "words"])
def test_githubs_words_of_any_type_are_a_short_text(field: str, value: Any) -> None:  # noqa: ANN401 - of any type
    shapes = {"message": {"message": value}, "errors": {"errors": value}, "entry": {"errors": [value]},
              "words": {"errors": [{"message": value}]}}  # fmt: skip
    body = json.dumps({} if value is ABSENT else shapes[field]).encode()
    said = message_of(Answer(422, {}, body, "x"))
    assert 0 < len(said) <= 300
    assert said.encode()


MOVED = {
    "by its name": ({"url": "https://api.github.com/repos/a/new"}, {}, "a/new"),
    "by its number": ({"url": "https://api.github.com/repositories/7"}, {}, None),
    "in the header": ({}, {"Location": "https://api.github.com/repos/a/new/dispatches"}, "a/new"),
    "of another type": ({"url": ["x"]}, {"Location": "http://["}, None),
}


@pytest.mark.parametrize(("body", "headers", "name"), MOVED.values(), ids=MOVED.keys())
@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_renamed_repository_is_called_by_its_new_name(
    status: int, body: dict[str, Any], headers: dict[str, str], name: str | None
) -> None:
    answer = Answer(status, headers, json.dumps(body).encode(), "x")
    assert moved_to(answer) == name
    fix = refusal(answer, "TAP_REPO_TOKEN", "the dispatch").fix
    assert "renamed or moved" in fix
    assert (name or "renamed") in fix
    assert "token" not in fix.lower()


def test_the_new_name_is_asked_for_where_the_answer_has_none() -> None:
    def answer(request: Request) -> Reply:
        if request.path == "/repos/a/old":
            return Reply(301, b"", {"Location": "/repositories/7"})
        return json_answer({"full_name": "a/new"})

    with github(answer) as api:
        assert api.new_name("a/old", None) == "a/new"
        assert api.new_name("a/NEW", None) is None


def test_an_archived_repository_is_no_fault_of_the_token() -> None:
    words = b'{"message": "Repository was archived so is read-only."}'
    error = refusal(Answer(403, {}, words, "x"), "TAP_REPO_TOKEN", "the dispatch")
    assert "Unarchive" in error.fix
    assert "TAP_REPO_TOKEN" not in error.fix


def test_single_sign_on_is_named_with_its_page() -> None:
    headers = {"x-github-sso": "required; url=https://github.com/orgs/a/sso?x=1"}
    assert "https://github.com/orgs/a/sso?x=1" in refusal(Answer(403, headers, b"{}", "x"), "T", "x").fix
