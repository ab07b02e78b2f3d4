"""Outputs of a workflow's step."""

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from release.commands.extract import extract
from release.commands.options import Options
from release.records import Artifact, Release
from release.rehearsal import StandIn
from release.report.outputs import release_outputs, render_outputs, write_outputs
from release.settings import Environment
from tests.support.sessions import session_at

SOURCE, WHEEL = "ab" * 32, "cd" * 32
RELEASE = Release(
    "1.0.0-rc.1",
    "v1.0.0-rc.1",
    prerelease=True,
    artifacts={
        "source": Artifact("source", "https://x.org/v1.0.0-rc.1.tar.gz", SOURCE, 7),
        "wheel": Artifact("wheel", "https://x.org/kekkai-1.0.0rc1-py3-none-any.whl", WHEEL, 8),
    },
)


def parse_outputs(text: str) -> dict[str, str]:
    """The file as a runner reads it."""
    found: dict[str, str] = {}
    lines = iter(text.split("\n"))
    for line in lines:
        if heredoc := re.fullmatch(r"(\w+)<<(\S+)", line):
            value = list(iter(lambda: next(lines), heredoc[2]))
            found[heredoc[1]] = "\n".join(value)
        elif line:
            name, _, found_value = line.partition("=")
            found[name] = found_value
    return found


def test_a_release_has_an_output_for_each_artifact() -> None:
    assert release_outputs(RELEASE) == {
        "ours": "true", "version": "1.0.0-rc.1", "tag": "v1.0.0-rc.1", "prerelease": "true", "sha256": SOURCE,
        "source_sha256": SOURCE, "source_url": "https://x.org/v1.0.0-rc.1.tar.gz",
        "wheel_sha256": WHEEL, "wheel_url": "https://x.org/kekkai-1.0.0rc1-py3-none-any.whl",
    }  # fmt: skip


def test_what_comes_from_outside_is_one_line() -> None:
    hostile = Release(
        "1.0.0", "v1\x1b[2J\u202e", prerelease=False, artifacts={"a": Artifact("a", "https://x\n::error::")}
    )
    outputs = release_outputs(hostile)
    assert (outputs["tag"], outputs["a_url"]) == ("v1 [2J", "https://x ::error::")


def test_what_is_unknown_is_empty() -> None:
    bare = Release("0.0.2", "v0.0.2", prerelease=False, artifacts={"wheel": Artifact("wheel", "https://x.org/a.whl")})
    outputs = release_outputs(bare)
    assert (outputs["sha256"], outputs["wheel_sha256"], outputs["prerelease"]) == ("", "", "false")


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text(st.characters(exclude_characters="\r"))))
def test_no_value_can_forge_another_output(outputs: dict[str, str]) -> None:
    assert parse_outputs(render_outputs(outputs)) == outputs


def test_a_value_of_several_lines_has_a_delimiter_that_nobody_can_guess() -> None:
    marks = {re.search(r"<<(\S+)", render_outputs({"a": "x\nb=y"}))[1] for _ in range(3)}  # type: ignore[index]  # it is there
    assert len(marks) == 3


def test_extract_appends_to_the_file_of_the_runner(standin: StandIn, tmp_path: Path) -> None:
    path = tmp_path / "outputs"
    path.write_text("before=1\n", encoding="utf-8")
    report = extract(session_at(standin), Options("release.extract", version="0.0.2"))
    assert report.release is not None
    write_outputs(Environment({"GITHUB_OUTPUT": str(path)}), release_outputs(report.release))
    outputs = parse_outputs(path.read_text("utf-8"))
    made = standin.release("0.0.2").made
    assert (outputs["before"], outputs["version"], outputs["sha256"]) == ("1", "0.0.2", made.source_sha256)
    assert outputs["wheel_url"] == made.wheel_url


def test_without_a_runner_nothing_is_written(tmp_path: Path) -> None:
    write_outputs(Environment({}), release_outputs(RELEASE))
    assert list(tmp_path.iterdir()) == []
