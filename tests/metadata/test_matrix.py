"""More jobs than one workflow run may have are refused, with the line that works."""

import pytest

from release.commands.extract import extract
from release.commands.options import Options
from release.rehearsal import StandIn
from release.report.report import Report
from tests.support.sessions import session_at

LINE = "Tell them in one job: invoke dist.all --version 0.0.2 --wait 30"
MATRIX = {"DISTRIBUTED_BY": "trigger-distributions.yml"}
NO_PROOFS = {**MATRIX, "PROVE": "false"}
WITHOUT = f"Leave the proofs out (prove: false). {LINE}"


def extracted(standin: StandIn, scoops: int, **variables: str) -> Report:
    """With so many more channels of Scoop, each of which has one proof; the four have five."""
    more = {f"scoop-{number}": {"kind": "scoop", "target": f"acme/bucket-{number}", "event_type": "kekkai-release",
                                "artifact": "wheel", "token": "SCOOP_REPO_TOKEN", "file": "bucket/kekkai.json"}
            for number in range(scoops)}  # fmt: skip
    return extract(session_at(standin, more, more=variables), Options("release.extract", "0.0.2"))


ROWS = {
    "as many as there may be": (123, MATRIX, None),
    "one more": (124, MATRIX, ("257 jobs are needed (128 channels, 129 proofs)", WITHOUT)),
    "one more and no proofs": (124, NO_PROOFS, None),
    "too many channels": (253, NO_PROOFS, ("257 jobs are needed (257", LINE)),
    "no jobs": (300, {}, None),
}  # fmt: skip


@pytest.mark.parametrize(("scoops", "variables", "said"), ROWS.values(), ids=ROWS.keys())
def test_a_run_has_so_many_jobs(
    scoops: int, variables: dict[str, str], said: tuple[str, str] | None, standin: StandIn
) -> None:
    report = extracted(standin, scoops, **variables)
    assert report.exit_code == (2 if said else 0)
    if said:
        (problem,) = report.errors
        assert problem.wrong.startswith(said[0])
        assert problem.fix == said[1]
