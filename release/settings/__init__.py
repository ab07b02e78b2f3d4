"""``invoke.yaml`` and the environment as frozen records; every problem at once, each with its path.

Never: a request, a file of a target, or a decision about a release.
"""

from release.settings.checks import KINDS, LOOPBACK, REPOSITORY, check_repositories, check_url
from release.settings.environment import Environment, matches, read_environment
from release.settings.parser import SECTIONS, parse_settings
from release.settings.records import ArtifactSpec, Channel, Http, Project, Retry, Settings

__all__ = [
    "KINDS", "LOOPBACK", "REPOSITORY", "SECTIONS", "ArtifactSpec", "Channel", "Environment", "Http", "Project",
    "Retry", "Settings", "check_repositories", "check_url", "matches", "parse_settings", "read_environment",
]  # fmt: skip
