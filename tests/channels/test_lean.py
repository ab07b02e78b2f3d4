"""Settings are read without the kinds: no parser and no editor stands before a task's first request."""

import subprocess
import sys
from pathlib import Path

import pytest

from release.channels import KINDS, kind_of, settings_of

READ = """
import sys, yaml
from release.channels.settings import read_settings
read_settings(yaml.safe_load(open("invoke.yaml")))
print(*(name for name in sys.modules if name.startswith("tree_sitter") or name.endswith((".kind", ".edit"))))
"""


@pytest.mark.parametrize("name", KINDS)
def test_the_record_of_a_kind_is_the_one_that_its_class_names(name: str) -> None:
    assert settings_of(name) is kind_of(name).settings


def test_reading_settings_loads_no_kind(project_root: Path) -> None:
    done = subprocess.run([sys.executable, "-c", READ], cwd=project_root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
