"""The workflow files of a repository's default branch, read as far as GitHub's events need it."""

import re
from dataclasses import dataclass
from typing import Any

import yaml

from release.rehearsal.github.bare import Repository
from release.rehearsal.records import Json
from release.safe_yaml import load_yaml

FOLDER = ".github/workflows"


@dataclass(frozen=True)
class Workflow:
    """A workflow file: ``on`` maps each event to its settings."""

    id: int
    file: str
    name: str
    state: str
    on: Json
    run_name: str | None

    @property
    def path(self) -> str:
        """Inside the repository."""
        return f"{FOLDER}/{self.file}"

    def hears(self, event_type: str) -> bool:
        """Whether a ``repository_dispatch`` of this type starts it."""
        if "repository_dispatch" not in self.on or self.state != "active":
            return False
        settings = self.on["repository_dispatch"]
        types = settings.get("types") if isinstance(settings, dict) else None
        return types is None or event_type in ([types] if isinstance(types, str) else types)

    def inputs(self) -> Json | None:
        """The inputs of its ``workflow_dispatch``, ``None`` where it has no such trigger."""
        if "workflow_dispatch" not in self.on:
            return None
        return dict((self.on["workflow_dispatch"] or {}).get("inputs") or {})

    def title(self, event: str, name: str, payload: Json) -> str:
        """The run's title: its ``run-name`` with the payload or the inputs filled in, else GitHub's own."""
        if self.run_name is None:
            return name if event == "repository_dispatch" else self.name
        place = r"\$\{\{\s*(?:github\.event\.client_payload|github\.event\.inputs|inputs)\.([\w-]+)\s*\}\}"
        return re.sub(place, lambda match: str(payload.get(match[1], "")), self.run_name)


def read_workflows(repository: Repository) -> list[Workflow]:
    """Every workflow on the default branch; files that are no YAML are left out."""
    found, held = [], repository.at()
    for number, (_kind, _, path) in enumerate(held.inside(FOLDER)):
        content = held.contents.get(path) if path.endswith((".yml", ".yaml")) else None
        file = path.rsplit("/", 1)[-1]
        state = repository.disabled_workflows.get(file, "active")
        if content is not None and (workflow := parse_workflow(number, file, content, state)):
            found.append(workflow)
    return found


def find_workflow(repository: Repository, wanted: str) -> Workflow | None:
    """By file name or number."""
    return next((w for w in read_workflows(repository) if wanted in {w.file, str(w.id)}), None)


def hears(path: str, content: bytes, event_type: str) -> bool:
    """Whether a file of a repository is a workflow that a ``repository_dispatch`` of this type starts."""
    folder, _, file = path.rpartition("/")
    found = parse_workflow(0, file, content) if folder == FOLDER and file.endswith((".yml", ".yaml")) else None
    return found is not None and found.hears(event_type)


def parse_workflow(number: int, file: str, content: bytes, state: str = "active") -> Workflow | None:
    """A workflow file; ``None`` where it is none."""
    try:
        value: Any = load_yaml(content)
    except yaml.YAMLError:
        return None
    if not isinstance(value, dict):
        return None
    on = value.get("on", value.get(True)) or {}
    on = {on: None} if isinstance(on, str) else dict.fromkeys(on) if isinstance(on, list) else on
    return Workflow(501 + number, file, str(value.get("name") or f"{FOLDER}/{file}"), state, on, value.get("run-name"))
