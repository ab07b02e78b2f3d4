"""Who may do what at the stand-in: made-up tokens of GitHub, and made-up logins of the registry."""

import secrets
from collections.abc import Mapping

from release.channels import kind_of
from release.rehearsal.github.allowance import OF_A_WORKFLOW
from release.rehearsal.records import Token
from release.rehearsal.world import World


def made_up(name: str) -> str:
    """A token of this process alone: nobody else on this machine can use the stand-in with it."""
    return f"made-up-{name}-{secrets.token_hex(10)}"


DEFAULT_TOKENS = {
    "TAP_REPO_TOKEN": made_up("tap"),
    "SCOOP_REPO_TOKEN": made_up("scoop"),
    "CHOCO_REPO_TOKEN": made_up("choco"),
    "GITHUB_TOKEN": made_up("github"),
}
USER = "made-up-user"
DOCKERHUB = {"DOCKERHUB_USERNAME": USER, "DOCKERHUB_TOKEN": made_up("hub")}


def know_tokens(world: World, given: Mapping[str, str] = DEFAULT_TOKENS) -> dict[str, str]:
    """Let GitHub know a token for each channel, which may write to its target; variable -> value.

    Args:
        world: where they are known from now on.
        given: variable -> value; channels of other variables get a token only where these are the usual ones.
    """
    known = dict(given)
    targets = {"GITHUB_TOKEN": {world.product}}
    for channel in world.settings.channels.values():
        targets.setdefault(channel.token, set()).add(channel.target)
        if given is DEFAULT_TOKENS:
            known.setdefault(channel.token, made_up(channel.name))
    for name, value in known.items():
        world.tokens[value] = Token(name, value, targets.get(name, set()))
        if name == "GITHUB_TOKEN":
            world.tokens[value].limits.hourly = OF_A_WORKFLOW
    return known


def know_logins(world: World, tokens: Mapping[str, str], users: dict[str, str]) -> dict[str, str]:
    """Let the registry know every channel's login, each password of a user of its own; variable -> value.

    Args:
        world: with the channels.
        tokens: of ``know_tokens``; one of them may be a password too.
        users: name -> password, of the registry.
    """
    found = dict(DOCKERHUB)
    users[USER] = DOCKERHUB["DOCKERHUB_TOKEN"]
    for channel in world.settings.channels.values():
        if login := kind_of(channel.kind).rehearsed.login(channel):
            user, password = login
            found.setdefault(user, f"{USER}-{channel.name}")
            known = tokens.get(password) or found.get(password)
            found[password] = users[found[user]] = known or made_up(password.lower())
    return found
