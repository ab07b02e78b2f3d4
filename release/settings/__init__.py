"""``invoke.yaml`` and the environment as frozen records; every problem at once, each with its path.

Never: a request, a file of a target, a kind of channel by its name, or a decision about a release.
"""

from release.settings.checks import check_repositories, require_channels
from release.settings.environment import WEBHOOK, AppCredentials, Environment, check_webhook, matches, read_environment
from release.settings.forms import LOOPBACK, REPOSITORY, check_url
from release.settings.parser import SECTIONS, Kinds, parse_settings
from release.settings.problems import InvalidSettings
from release.settings.records import ArtifactSpec, Channel, ChannelT, Http, Project, Record, Retry, Settings
from release.settings.schema import make_schema
from release.settings.variables import name_variables, parse_number, parse_variable, unused_variables

__all__ = [
    "LOOPBACK", "REPOSITORY", "SECTIONS", "WEBHOOK", "AppCredentials", "ArtifactSpec", "Channel", "ChannelT",
    "Environment", "Http", "InvalidSettings", "Kinds", "Project", "Record", "Retry", "Settings",
    "check_repositories", "check_url", "check_webhook", "make_schema", "matches", "name_variables",
    "parse_number", "parse_settings", "parse_variable", "read_environment", "require_channels", "unused_variables",
]  # fmt: skip
