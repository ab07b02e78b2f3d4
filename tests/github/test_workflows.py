"""The forms of ``on:`` and what is concluded from them."""

import pytest

from release.errors import ServiceError
from release.github.workflows import Listens, Workflow, nobody_hears, parse_listens, read_workflows
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
    found = read_workflows(session, session.settings.channels["homebrew"])
    assert any(one.active and one.hears("repository_dispatch", "kekkai-release") for one in found)
    (publish,) = [
        one for one in read_workflows(session, session.settings.channels["docker"]) if one.name == "docker-publish.yml"
    ]
    assert publish.listens is not None
    assert publish.listens.inputs == {"tag": True}
