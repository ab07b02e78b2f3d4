"""What is still to be done by a person: commit, receivers, secrets with exact permissions, and the next commands."""

from collections.abc import Iterator, Mapping, Sequence

from release.channels import kind_of
from release.channels.adopted import Product
from release.channels.receiver import ACTION, COMMIT
from release.settings import Channel, Settings

OWN = "GITHUB_TOKEN"
AFTER = """
Where another product has a file of that name in the target already, rename this one; a receiver that is started by
`workflow_dispatch` keeps the name that `workflow:` in invoke.yaml says. Where a default branch is protected, allow
GitHub Actions to create pull requests in the repository's settings.
"""


def render_checklist(product: Product, settings: Settings, files: Mapping[str, str], folder: str) -> str:
    """Markdown.

    Args:
        product: whose list it is.
        settings: of its channels.
        files: everything that is written, by path.
        folder: of the receivers.
    """
    channels = list(settings.channels.values())
    parts = [
        f"# {product.name}: what is left to do\n", *_commit(product),
        "\n## Receivers\n\n", *_receivers(product, channels, files, folder),
        "\n## Secrets\n\n", *_secrets(product, channels),
        APP, NEXT % {"repository": product.repository},
    ]  # fmt: skip
    return "".join(parts)


def _commit(product: Product) -> Iterator[str]:
    yield (f"\n- [ ] Replace the placeholder `{COMMIT}` in all these files by the commit of a release of\n"
           f"  {ACTION}: `gh api repos/{ACTION}/commits/main --jq .sha` prints the newest.\n")  # fmt: skip
    if product.server:
        yield (f"- [ ] Make {ACTION} and the actions that the files name available on {product.server}: by GitHub\n"
               "  Connect, or as mirrors of the same owner and name.\n")  # fmt: skip


def _receivers(product: Product, channels: Sequence[Channel], files: Mapping[str, str], folder: str) -> Iterator[str]:
    for target in dict.fromkeys(channel.target for channel in channels):
        listed = ", ".join(f"`{path}`" for path in files if path.startswith(f"{folder}/{target}/"))
        yield f"- [ ] {target}: commit {listed} as `.github/workflows/...` on its default branch.\n"
        mine = [one for one in channels if one.target == target]
        remarks = [line for one in mine for line in kind_of(one.kind).adopted.remarks(product, one)]
        yield from (f"  - {line}\n" for line in dict.fromkeys(remarks))
    yield AFTER


def _secrets(product: Product, channels: Sequence[Channel]) -> Iterator[str]:
    yield "| secret | in | what it is | fine-grained token | classic token |\n|---|---|---|---|---|\n"
    tokens: dict[str, list[Channel]] = {}
    for channel in channels:
        tokens.setdefault(channel.token, []).append(channel)
    for token, mine in tokens.items():
        if token != OWN:
            targets = ", ".join(dict.fromkeys(one.target for one in mine))
            needs = f"{_permission(mine)}, on {targets} only"
            yield f"| `{token}` | {product.repository} | tells {targets} | {needs} | `repo` |\n"
    needed = [(name, one.target, what) for one in channels
              for name, what in kind_of(one.kind).adopted.secrets(one).items()]  # fmt: skip
    yield from (f"| `{name}` | {target} | {what} | | |\n" for name, target, what in dict.fromkeys(needed))
    yield f"| `SLACK_WEBHOOK` | {product.repository} | optional: where one message about the outcome goes | | |\n"
    yield "\n`GITHUB_TOKEN` is there by itself; the workflow asks for what each job needs.\n"


def _permission(channels: Sequence[Channel]) -> str:
    """An event needs Contents, a workflow that is started Actions; the run is found with Actions."""
    events = any(one.event_type for one in channels)
    started = any(one.workflow for one in channels)
    return f"Contents: {'write' if events else 'read'}, Actions: {'write' if started else 'read'}"


APP = """
### A GitHub App in place of these tokens

1. Make an App of your organisation with the repository permissions that the table names and no webhook, and install it
   on the targets only.
2. Put its number as the secret `APP_ID` and a private key of it as `APP_PRIVATE_KEY` into the product's repository.
3. In `.github/workflows/trigger-distributions.yml` give the channel's job `APP_ID: ${{ secrets.APP_ID }}` and
   `APP_PRIVATE_KEY: ${{ secrets.APP_PRIVATE_KEY }}` in place of its token. A token that is set wins.

An App cannot push packages to ghcr.io; the job's own token does that.
"""
NEXT = """
## Then

```sh
distribute doctor                           # configuration, tokens, targets and receivers, each with its fix
distribute rehearse                         # the whole release on this machine, without an account
distribute dist.all --version latest --dry-run
gh workflow run trigger-distributions.yml --repo %(repository)s --field version=latest --field dry_run=true
```

A release that a workflow makes with its `GITHUB_TOKEN` starts no other workflow: publish with a token of your own, or
start this one by hand.
"""
