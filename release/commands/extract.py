"""``release.extract`` and ``release.validate``: what is being released, and everything that can be checked before."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from release.commands.opening import require_repositories
from release.commands.options import Options, choose, given_checksums, look_up, needed
from release.errors import ReleaseError
from release.metadata.artifacts import Found
from release.metadata.assets import NotYet
from release.metadata.jobs import channels_without_job, check_tokens_handed
from release.metadata.validation import Question, validate, warnings
from release.records import Release
from release.report.report import Report
from release.report.table import render_release
from release.session import Session
from release.settings import Channel

if TYPE_CHECKING:
    from release.metadata.inspection import Inspection

DISTRIBUTED_BY = "DISTRIBUTED_BY"  # the reusable workflow says so in its environment
WORKFLOW = Path(__file__).parents[2] / ".github" / "workflows" / "trigger-distributions.yml"


def extract(session: Session, options: Options) -> Report:
    """``release.extract``: the record of a release, or why there is none."""
    channels = choose(session, options)
    given = given_checksums(options, channels)
    require_repositories(session.settings)
    names = needed(session, channels, given)
    found = look_up(session, options, names)
    problems, notes = excused(options, found, validate_release(session, found, given))
    problems += _matrix(session, channels, found.release.version)
    if problems:
        return refused(options, found, problems, notes)
    notes.append(render_release(found.release, names))
    return Report(options.task, found.release, notes=notes, heading=found.heading)


def _matrix(session: Session, channels: Sequence[Channel], version: str) -> list[ReleaseError]:
    """Where our workflow runs us, channels become jobs, and proofs too unless its input ``PROVE`` says no."""
    environment = session.environment
    if not environment.get("DISTRIBUTED_BY"):
        return []
    from release.metadata.matrix_limit import check_matrix  # noqa: PLC0415 - only there

    return [*check_matrix(channels, version, prove=environment.get("PROVE") != "false")]


def refused(options: Options, found: Found, problems: Sequence[ReleaseError], notes: Sequence[str]) -> Report:
    """Nothing was sent: exit code 2, whatever the kind of the problems; 130 where the user interrupted."""
    code = max(2, *(problem.exit_code for problem in problems))
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    notes = [*notes, f"Refused: {count}. Nothing was sent."]
    return Report(options.task, found.release, errors=problems, notes=notes, heading=found.heading, code=code)


def validate_release(session: Session, found: Found, given: Mapping[str, str]) -> list[ReleaseError]:
    """The problems of the release alone, without tokens and channels."""
    return validate(session, found, Question((), given, tokens=False))


def check(session: Session, options: Options, *, installs: bool = False) -> Report:
    """``release.validate``: all problems at once, exit code 2 where there is one.

    ``installs``: the wheel is installed into a clean environment, and the product's check is run.
    """
    channels = choose(session, options)
    given = given_checksums(options, channels)
    found = look_up(session, options, needed(session, channels, given))
    problems = [*validate(session, found, Question(channels, given, options.tokens)), *_unhanded(session)]
    problems, notes = excused(options, found, problems)
    notes = [*notes, *warnings(channels, found.release), *_jobless(session)]
    inside = _inspect(session, found.release, channels, installs=installs)
    problems, notes = [*problems, *inside.problems], [*notes, *(f"Warning: {line}" for line in inside.warnings)]
    if problems:
        return refused(options, found, problems, notes)
    names = ", ".join(channel.name for channel in channels)
    verdict = "is valid" if found.release.published else "is not published yet; all that can be checked now is good"
    notes.append(f"Release {found.release.version} {verdict}, for {names}.")
    return Report(options.task, found.release, notes=notes, heading=found.heading)


def _unhanded(session: Session) -> list[ReleaseError]:
    """Channels whose token the reusable workflow does not hand out, where it is what runs us."""
    if session.environment.get(DISTRIBUTED_BY) != WORKFLOW.name:
        return []
    return check_tokens_handed(session.settings, WORKFLOW.read_bytes())


def _inspect(session: Session, release: Release, channels: Sequence[Channel], *, installs: bool) -> "Inspection":
    """What is inside of the artifacts, where there are any."""
    from release.channels.proof import check_of  # noqa: PLC0415 - telling channels needs none of it
    from release.metadata.inspection import Inspection, inspect_release, joined  # noqa: PLC0415 - as above

    inside = Inspection()
    if release.published:
        inside = inspect_release(session, release, channels, anonymous=not installs)
    if not (installs and release.published):
        return inside
    from release.prove.wheel import check_wheels  # noqa: PLC0415 - only where it was asked for

    return joined([inside, check_wheels(session, release, check_of(session.settings.project))])


def _jobless(session: Session) -> list[str]:
    """Configured channels that the release workflow of the product's checkout has no job for."""
    workflow = Path(".github", "workflows", WORKFLOW.name)
    if not workflow.is_file() or session.environment.get(DISTRIBUTED_BY):
        return []
    missing = channels_without_job(session.settings, workflow.read_bytes())
    return [f"Warning: {WORKFLOW.name} has no job for {', '.join(missing)}; add it there."] if missing else []


def excused(options: Options, found: Found, problems: Sequence[ReleaseError]) -> tuple[list[ReleaseError], list[str]]:
    """In a dry run of a version that is not published yet: what is not there is a warning, not a problem."""
    if not options.dry_run or found.release.published:
        return list(problems), []
    excused = [problem for problem in problems if isinstance(problem, NotYet)]
    rest = [problem for problem in problems if problem not in excused]
    wrong = [problem.wrong for problem in excused]
    if not problems:
        wrong = ["The release is not published yet; its checksums are unknown"]
    return rest, [f"Warning: {text}. A real run would refuse." for text in wrong]
