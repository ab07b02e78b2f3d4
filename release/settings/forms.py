"""What texts of the configuration look like: each form with its pattern, its fix, and its place in the schema."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

from release.settings.templates import IN_TEXT, words
from release.settings.wrong import TOKEN, bad

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

REPOSITORY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
LOOPBACK = re.compile(r"localhost|127(?:\.[0-9]{1,3}){3}|::1")
HTTP = r"[Hh][Tt]{2}[Pp][Ss]?://[^\s/?#@]+(?:[/?#]\S*)?"
LETTERS = "\\w\u0080-\uffff"  # between brackets, in a schema: JavaScript's "\\w" is ASCII
CHANNEL_NAME = r"(?!all$)[a-z][a-z0-9-]{0,39}"
ARTIFACT_NAME = r"(?!all$)[a-z][a-z0-9_-]*"


def url_problem(url: str) -> tuple[str, str] | None:
    """What is wrong with an address, and the fix; ``None`` for https, and for http on a loopback address."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "is not a URL", "Give https://HOST/..."  # it is not shown: a password may stand in it
    if parts.username or parts.password or not host or re.search(r"[\s\x00-\x1f]", url):
        return "is not a plain URL", "Give https://HOST/... without user, password or spaces."
    if parts.scheme == "https" or (parts.scheme == "http" and LOOPBACK.fullmatch(host)):
        return None
    return f"is {url!r}", "Use https://; plain http:// is accepted for loopback addresses only."


def check_url(where: str, url: str) -> str:
    """``url`` without trailing slash, if it is https, or http on a loopback address.

    Raises:
        InputError: it is neither, or it carries a user, a password or control characters.
    """
    if found := url_problem(url):
        raise bad(where, *found)
    return url.rstrip("/")


@dataclass(frozen=True)
class Form:
    """A form of texts, for ``Annotated``: pydantic asks it for its check and for its part of the JSON Schema.

    Attributes:
        pattern: the whole text must match it; goes into the schema, so it is plain for every engine.
        fix: a sentence, what to write instead.
        refuse: what is wrong beyond the pattern, such as ``is not a plain URL``, or that and a fix of its own.
        secret: the value may be a secret that stands in the wrong place, and is not shown.
        shape: goes into the schema in place of ``pattern``: what can be said there of what ``refuse`` refuses.
    """

    pattern: str
    fix: str
    refuse: Callable[[str], str | tuple[str, str] | None] = lambda _text: None
    secret: bool = False
    shape: str = ""

    def problem(self, text: str) -> tuple[str, str] | None:
        """What is wrong with ``text``, and the fix."""
        if not re.fullmatch(self.pattern, text):
            return "is no name" if self.secret else f"is {text!r}"[:100], self.fix
        found = self.refuse(text)
        return (found, self.fix) if isinstance(found, str) else found

    def __get_pydantic_core_schema__(self, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":  # noqa: ANN401 - pydantic's protocol
        from pydantic_core import PydanticCustomError, core_schema  # noqa: PLC0415 - only who parses pays for it

        def check(text: str) -> str:
            if found := self.problem(text):
                raise PydanticCustomError("form", "{what}", {"what": found[0], "fix": found[1]})
            return text

        return core_schema.no_info_after_validator_function(check, handler(source))

    def __get_pydantic_json_schema__(self, schema: "CoreSchema", handler: "GetJsonSchemaHandler") -> dict[str, Any]:
        pattern = (self.shape or self.pattern).replace(r"\w", LETTERS)
        return {**handler(schema), **({"pattern": f"^(?:{pattern})$"} if pattern != ANY else {})}


class Limits:
    """Bounds in pydantic's words (``ge``, ``le``, ``min_length``, ``max_length``), for ``Annotated``, first of all."""

    def __init__(self, **limits: float) -> None:
        self._limits = limits

    def __get_pydantic_core_schema__(self, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":  # noqa: ANN401 - as above
        schema: Any = {**handler(source), **self._limits}
        return schema  # type: ignore[no-any-return]  # the type's own schema has these keys, their union hides them


class Alone:
    """A list of which a single item may stand without brackets, for ``Annotated``."""

    def __get_pydantic_core_schema__(self, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":  # noqa: ANN401 - as above
        from pydantic_core import core_schema  # noqa: PLC0415 - as above

        def listed(value: object) -> object:
            return (value,) if isinstance(value, str) else value

        return core_schema.no_info_before_validator_function(listed, handler(source))

    def __get_pydantic_json_schema__(self, schema: "CoreSchema", handler: "GetJsonSchemaHandler") -> dict[str, Any]:
        listed = handler(schema)
        return {"anyOf": [listed["items"], listed]}


LAX = {"strict": False}


def with_lists(schema: Any) -> Any:  # noqa: ANN401 - pydantic's schema is nested tables and lists of anything
    """Pydantic's schema, in which each tuple takes a list as well: YAML has no tuples."""
    if isinstance(schema, list):
        return [with_lists(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: with_lists(part) for key, part in schema.items()} | (LAX if schema.get("type") == "tuple" else {})


ANY = r"[\s\S]*"


def _not_printable(text: str) -> str | None:
    return None if text.isprintable() else "holds a control character"


def _a_token(text: str) -> tuple[str, str] | None:
    if TOKEN.match(text):
        return "holds a token", "Put it in an environment variable and name that one here."
    return None


def _leaves_repository(text: str) -> str | None:
    parts = text.split("/")
    return f"names the file {text!r}" if {"", ".", "..", ".git"} & {part.lower() for part in parts} else None


def _template_url(text: str) -> tuple[str, str] | None:
    known = ("server", "repository", "tag", "version", "name")
    filled = re.sub(r"\{\w+\}", "word", text.replace("{server}", "https://github.com"))
    return words(known)(text) or url_problem(filled)


def _serves_url(text: str) -> tuple[str, str] | None:
    return words(SERVES_WORDS)(text) or url_problem(re.sub(r"\{\w+\}", "word", text))


def _serves_path(text: str) -> str | tuple[str, str] | None:
    filled = re.sub(r"\{\w+\}", "word", text)
    return words(SERVES_WORDS)(text) or PATH.problem(filled)


SERVES_WORDS = ("version", "sha256")
PATH = Form(r"[\w@./+-]+", "Give a path inside the target repository, such as Formula/kekkai.rb.", _leaves_repository)

PRINTABLE = Form(ANY, "Use printable characters.", _not_printable)

Text = Annotated[str, Limits(min_length=1), PRINTABLE]
Word = Annotated[str, Form(r"[A-Za-z0-9._-]+", "Use letters, digits, '.', '_' and '-'.")]
Variable = Annotated[
    str, Form(r"[A-Za-z_][A-Za-z0-9_]*", "Name the environment variable that holds it.", _a_token, secret=True)
]
RepositoryPath = Annotated[str, PATH]
Url = Annotated[str, Form(ANY, "", url_problem, shape=HTTP)]
Ref = Annotated[str, Form(r"(?!-)[^\s~^:?*\[\\{}\x00-\x20\x7f]+", "Give a branch, such as main.")]
Tag = Annotated[
    str,
    Form(
        r"[^\s{}~^:?*\[\\\x00-\x20\x7f]*\{version\}[^\s{}~^:?*\[\\\x00-\x20\x7f]*",
        'It must hold {version} exactly once: "v{version}".',
    ),
]
EventType = Annotated[str, Limits(min_length=1, max_length=100), PRINTABLE]
Workflow = Annotated[str, Form(r"[\w.-]+", "Give the workflow's file name, such as docker-publish.yml.")]
ArtifactUrl = Annotated[str, Form(ANY, "", _template_url, shape=rf"\{{server\}}\S*|{HTTP}")]
AssetPattern = Annotated[Text, Form(ANY, "", words(("version", "python_version", "name", "tag")))]
Input = Annotated[Text, Form(ANY, "", words(("version", "tag", "name", "sha256"), IN_TEXT))]
Inputs = Annotated[Mapping[Text, Input], Limits(max_length=25)]
ServesText = Annotated[Text, Form(ANY, "", words(SERVES_WORDS))]
ServesPath = Annotated[str, Form(ANY, "", _serves_path)]
ServesUrl = Annotated[str, Form(ANY, "", _serves_url, shape=HTTP)]
