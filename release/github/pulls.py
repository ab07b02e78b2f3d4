"""Pull requests as GitHub's API gives them. Pure."""

from collections.abc import Mapping
from typing import Any


def pull_url(pull: Mapping[str, Any], repository_url: str) -> str:
    """The page of a pull request; where the answer does not say it, that of its number or of all of them."""
    url, number = pull.get("html_url"), pull.get("number")
    if isinstance(url, str) and url:
        return url
    return f"{repository_url}/pull/{number}" if type(number) is int else f"{repository_url}/pulls"
