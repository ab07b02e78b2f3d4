"""The forms of ``on:`` and what is concluded from them."""

import time

import pytest

from release.errors import ServiceError
from release.github.workflows import Listens, Workflow, nobody_hears, parse_listens
from release.rehearsal import StandIn
from tests.support.sessions import session_at

ANY = None
FORMS = [
    pytest.param("on: repository_dispatch", {"repository_dispatch": ANY}, id="one word"),
    pytest.param('"on": push', {"push": ANY}, id="quoted key"),
    pytest.param("on: [push, repository_dispatch]", {"push": ANY, "repository_dispatch": ANY}, id="list"),
    pytest.param("on:\n  - push\n  - release\n", {"push": ANY, "release": ANY}, id="block list"),
    pytest.param("on:\n  repository_dispatch:\n", {"repository_dispatch": ANY}, id="nothing after it"),
    pytest.param("on:\n  repository_dispatch: ~\n", {"repository_dispatch": ANY}, id="tilde"),
    pytest.param("on: {repository_dispatch: {types: a}}", {"repository_dispatch": {"a"}}, id="one type"),
    pytest.param("on: {repository_dispatch: {types: [a, b]}}", {"repository_dispatch": {"a", "b"}}, id="types"),
    pytest.param("on: {repository_dispatch: {types: []}}", {"repository_dispatch": set()}, id="no type at all"),
    pytest.param("on: {repository_dispatch: {types: [yes]}}", {"repository_dispatch": {"yes"}}, id="yes is a text"),
    pytest.param("on: {schedule: [{cron: 0 3}], push: {branches: [m]}}", {"schedule": ANY, "push": ANY}, id="filters"),
    pytest.param("x: &t [a]\non: {repository_dispatch: {types: *t}}", {"repository_dispatch": {"a"}}, id="anchor"),
    pytest.param("jobs: {}", {}, id="no on"),
    pytest.param("on:", {}, id="empty on"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "events"), FORMS)
def test_every_form_of_on(text: str, events: dict[str, set[str] | None]) -> None:
    assert parse_listens(text.encode()).events == events


def test_inputs_of_a_workflow_dispatch() -> None:
    text = b"""
on:
  workflow_dispatch:
    inputs:
      tag: {required: true}
      push: {required: true, default: "yes"}
      note:
"""
    assert parse_listens(text).inputs == {"tag": True, "push": False, "note": False}


NOT_WORKFLOWS = [
    pytest.param(b"on: [push", id="cut"),
    pytest.param(b"<html>", id="a text"),
    pytest.param(b"", id="empty"),
    pytest.param(b"\xff\xfe\xfa", id="bytes"),
    pytest.param(b"on: !!python/object/apply:os.system [id]\n- x", id="tag that makes objects"),
    pytest.param(b"[" * 5000, id="nested"),
]


@pytest.mark.parametrize("text", NOT_WORKFLOWS)
def test_what_is_no_workflow_is_said(text: bytes) -> None:
    with pytest.raises(ServiceError, match="workflow"):
        parse_listens(text)


TYPED = parse_listens(b"on: {repository_dispatch: {types: [kekkai-release]}}")
OTHER = parse_listens(b"on: {repository_dispatch: {types: [other]}, push: }")


def workflow(listens: Listens | None, name: str = "update.yml", state: str = "active") -> Workflow:
    return Workflow(f".github/workflows/{name}", state, listens)


NOBODY = [
    pytest.param([workflow(TYPED)], None, id="listens"),
    pytest.param([workflow(parse_listens(b"on: repository_dispatch"))], None, id="every type"),
    pytest.param(
        [workflow(OTHER)],
        "no receiver listens to kekkai-release (update.yml listens to repository_dispatch (other), push)",
        id="another type",
    ),
    pytest.param([], "no receiver listens to kekkai-release (there are no workflows)", id="no workflows"),
    pytest.param(
        [workflow(TYPED, state="disabled_manually")],
        "the workflow that listens to kekkai-release is disabled: update.yml (disabled_manually)",
        id="disabled",
    ),
    pytest.param([workflow(OTHER), workflow(None, "x.yml")], None, id="one cannot be read, it may listen"),
]


@pytest.mark.parametrize(("workflows", "said"), NOBODY)
def test_why_nobody_hears(workflows: list[Workflow], said: str | None) -> None:
    assert nobody_hears(workflows, "repository_dispatch", "kekkai-release") == said


def test_workflows_of_a_repository_are_read_from_its_default_branch(standin: StandIn) -> None:
    session = session_at(standin)
    found = session.workflows(session.settings.channels["homebrew"])
    assert any(one.active and one.hears("repository_dispatch", "kekkai-release") for one in found)
    (publish,) = [
        one for one in session.workflows(session.settings.channels["docker"]) if one.name == "docker-publish.yml"
    ]
    assert publish.listens is not None
    assert publish.listens.inputs == {"tag": True}


BOMB = b"a: &a [x, x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (letter, letter, b", ".join([b"*%c" % (letter - 1)] * 10)) for letter in range(98, 108)
)
WIDE = b"a: &a [" + b"x," * 20_000 + b"]\nb: &b [" + b"*a," * 20_000 + b"]\n"
COSTLY = {
    "aliases of aliases elsewhere": (BOMB + b"on: push", True),
    "aliases of aliases as events": (BOMB + b"on: *k", False),
    "as an event": (BOMB + b"on: {repository_dispatch: *k}", False),
    "as types": (BOMB + b"on: {repository_dispatch: {types: *k}}", True),
    "as inputs": (BOMB + b"on: {workflow_dispatch: {inputs: {a: *k}}}", True),
    "as an input's default": (BOMB + b"on: {workflow_dispatch: {inputs: {a: {default: *k}}}}", True),
    "as a key": (BOMB + b"on: {? *k : x, push: }", True),
    "wide": (WIDE + b"on: {repository_dispatch: {types: *b}}", False),
    "itself": (b"on: &a [*a, *a]", True),
    "deep flow": (b"on: " + b"[" * 100_000, False),
    "deep tables": (b"on: " + b"{a: " * 50_000, False),
    "deep block": (b"- " * 100_000 + b"x", False),
    "deep enough to be whole": (b"on: " + b"[" * 1000 + b"]" * 1000, False),
    "large": (b"on: push\n" + b"a: b\n" * 200_000, False),
    "long word": (b"on: " + b"a" * 250_000, True),
    "many events": (b"on: [" + b"x," * 50_000 + b"]", False),
}


@pytest.mark.parametrize(("text", "read"), COSTLY.values(), ids=COSTLY.keys())
def test_no_file_costs_more_than_it_weighs(text: bytes, read: bool) -> None:  # noqa: FBT001 - a column
    start = time.process_time()
    if read:
        parse_listens(text)
    else:
        with pytest.raises(ServiceError, match="is larger"):
            parse_listens(text)
    assert time.process_time() - start < 8  # well under a second where nothing else runs
