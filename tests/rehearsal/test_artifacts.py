"""The names of the files that a rehearsal makes up fit the configured patterns, and a wheel's is a wheel's name."""

import pytest
from packaging.utils import parse_wheel_filename
from packaging.version import Version

from release.rehearsal.artifacts import file_name
from release.settings import matches

WHEELS = {
    "all but the version": ("rocket*-[0-9]*-py3-none-any.whl", "rocket_x-0.0.2-py3-none-any.whl"),
    "the version given": ("rocket-0.0.2-py3-none-any.whl", "rocket-0.0.2-py3-none-any.whl"),
    "a letter each": ("rocket-?.?.?-py3-none-any.whl", "rocket-0.0.2-py3-none-any.whl"),
    "a build's number": ("rocket-*-1-py3-none-any.whl", "rocket-0.0.2-1-py3-none-any.whl"),
    "a system": ("r-[0-9]*-cp312-cp312-manylinux*_x86_64.whl", "r-0.0.2-cp312-cp312-manylinux_x86_64.whl"),
    "a name": ("rocket-*.whl", "rocket-0.0.2-py3-none-any.whl"),
    "how a name begins": ("rocket*.whl", "rocket_x-0.0.2-py3-none-any.whl"),
    "how a version begins": ("rocket-[0-9]*.whl", "rocket-0.0.2-py3-none-any.whl"),
    "name and version": ("rocket-0.0.2*.whl", "rocket-0.0.2-py3-none-any.whl"),
    "the end": ("*-win_amd64.whl", "rocket_x-0.0.2-py3-none-win_amd64.whl"),
    "something between": ("rocket-*-py3-*.whl", "rocket-0.0.2-py3-none-any.whl"),
    "nothing": ("*.whl", "rocket_x-0.0.2-py3-none-any.whl"),
}


@pytest.mark.parametrize(("pattern", "name"), WHEELS.values(), ids=WHEELS)
def test_a_wheel_has_a_wheels_name(pattern: str, name: str) -> None:
    assert file_name(pattern, "0.0.2", "rocket-x") == name
    assert parse_wheel_filename(name)[1] == Version("0.0.2")
    assert matches(pattern, name)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        pytest.param("rocket_*_linux.tar.gz", "rocket_1.0.0-rc.1_linux.tar.gz", id="no wheel"),
        pytest.param("rocket-[0-9]*-*.zip", "rocket-1.0.0-rc.1-.zip", id="several wildcards"),
        pytest.param("rocket-*.whl", "rocket-1.0.0rc1-py3-none-any.whl", id="a wheel"),
        pytest.param("rocket-v*.whl", "rocket-v1.0.0rc1.whl", id="no name that a wheel can have"),
    ],
)
def test_a_candidates_file_has_its_version(pattern: str, name: str) -> None:
    assert file_name(pattern, "1.0.0-rc.1", "rocket") == name
