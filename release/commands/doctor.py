"""``doctor``: exit code 1 on a failed line."""

from release.commands.options import Options, choose
from release.doctor.doctor import doctor
from release.report.document import findings_json
from release.report.report import Report
from release.session import Session


def ask_doctor(session: Session, options: Options) -> Report:
    """``doctor``: exit code 1 on a failed line."""
    lines = doctor(session, [channel.name for channel in choose(session, options)])
    document = findings_json(lines)
    return Report(options.task, findings=lines, extra=document, code=0 if document["ok"] else 1)
