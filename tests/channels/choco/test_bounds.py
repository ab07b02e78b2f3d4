"""A megabyte of anything costs little, and ends in an answer or a refusal of two lines."""

import contextlib
import random
import tracemalloc
from collections.abc import Callable

import pytest

from release.channels.choco import nuspec
from release.channels.choco.kind import Choco
from release.channels.choco.nuspec import parse_nuspec
from release.channels.choco.settings import ChocoChannel
from release.channels.text.powershell import LARGEST, lex
from release.errors import EditRefused
from tests.support.releases import change_to

NUSPEC, SCRIPT, TEXT = "kekkai/kekkai.nuspec", "kekkai/tools/chocolateyinstall.ps1", "kekkai/tools/VERIFICATION.txt"
PACKAGES = ChocoChannel(name="choco", kind="choco", target="a/b", token="T", event_type="e", artifact="wheel",
                        files=(NUSPEC, SCRIPT))  # fmt: skip
SPEC = b"<package><metadata><id>kekkai</id><version>0.0.1</version></metadata></package>"
MEGABYTE = 200_000_000  # bytes that a megabyte may cost
PIECES = {
    "braces": "{", "parentheses": "(", "dollars": "$", "braced variables": "${", "texts": "''", "wide texts": '""',
    "expressions": '"$(', "here-strings": "@'\n", "comments": "<#", "words": "a", "hashes": "#", "blanks": " ",
    "equals": "a=", "settings": "$url = 'https://e.org/0.0.1/x'\n", "parameters": " -Url 0.0.1", "versions": " 0.0.1",
    "version texts": "'0.0.1';", "references": "$a = $a\n", "growing": '$a = "$a$a"\n', "brackets": "['url']",
    "addresses": " https://e.org/0.0.1/a.zip", "digits": "0.0.1.", "checksums": "a" * 64 + "\n",
}  # fmt: skip


def noise(size: int) -> str:
    letters = random.Random(1)  # noqa: S311 - the same noise every time
    return "".join(letters.choice("'\"$(){}@#`=,;abc \n01.") for _ in range(size))


def long_text(name: str, size: int) -> str:
    return PIECES[name] * (size // len(PIECES[name])) if name in PIECES else noise(size)


def answered(work: Callable[[], object]) -> None:
    """A refusal is an answer."""
    with contextlib.suppress(EditRefused):
        work()


def peak(work: Callable[[], object]) -> int:
    """Bytes at most."""
    tracemalloc.start()
    try:
        answered(work)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def costs_little(work: Callable[[int], object], largest: int) -> None:
    """The whole is answered; of its beginnings, as tracing takes long, twice as much takes twice the memory at most."""
    answered(lambda: work(largest))
    shorter, longer = (peak(lambda: work(largest // part)) for part in (32, 16))  # noqa: B023 - called at once
    assert longer < 3 * shorter + 500_000
    assert 16 * max(shorter, longer) < MEGABYTE  # the longer one may be refused at once


@pytest.mark.parametrize("name", [*PIECES, "noise"])
@pytest.mark.parametrize("path", [SCRIPT, TEXT])
def test_a_long_script_or_text_costs_little(path: str, name: str) -> None:
    def edit(size: int) -> None:
        files = {NUSPEC: SPEC, SCRIPT: b"", path: long_text(name, size).encode()}
        Choco().edit(PACKAGES, files, change_to("0.0.2"))

    costs_little(edit, LARGEST)


@pytest.mark.parametrize("path", [NUSPEC, SCRIPT, TEXT])
def test_more_than_a_megabyte_is_refused_at_once(path: str) -> None:
    files = {NUSPEC: SPEC, SCRIPT: b"", path: b" " * ((1 << 20) + 1)}
    with pytest.raises(EditRefused, match="has more than"):
        Choco().edit(PACKAGES, files, change_to("0.0.2"))


METADATA, END = SPEC[:-21], b"</metadata></package>"
NUSPECS: dict[str, Callable[[int], bytes]] = {
    "deep": lambda size: b"<a>" * (size // 4),
    "attributes": lambda size: b"<package a='" + b"&lt;" * (size // 5) + b"'/>",
    "lines": lambda size: b"<package><metadata><version>" + b"\n" * (size - 100) + b"</version></metadata></package>",
    "dependencies": lambda size: METADATA + b"<dependencies>" + b"<dependency id='a' version='0.0.1'/>" * (size // 40)
    + b"</dependencies>" + END,
    "versions": lambda size: METADATA + b"<description>" + b"0.0.1 " * (size // 7) + b"</description>" + END,
    "namespaces": lambda size: b"<package xmlns:a='b'>" + b"<a:x/>" * (size // 7) + b"</package>",
}  # fmt: skip


@pytest.mark.parametrize("name", NUSPECS)
def test_a_long_nuspec_costs_little(name: str) -> None:
    def edit(size: int) -> None:
        Choco().edit(PACKAGES, {NUSPEC: NUSPECS[name](size), SCRIPT: b""}, change_to("0.0.2"))

    costs_little(lambda size: parse_nuspec(NUSPEC, NUSPECS[name](size)), nuspec.LARGEST)
    costs_little(edit, nuspec.LARGEST)


@pytest.mark.parametrize(
    ("script", "values"),
    [
        pytest.param("a 'it''s' \"x`\"y\"", ["it's", 'x"y'], id="doubled quotes and escapes"),
        pytest.param("# 'no'\n<# 'no' #>'yes'#'no'", ["yes"], id="comments"),
        pytest.param("a#'yes'", ["yes"], id="a hash inside a word"),
        pytest.param("\"a $(\"b\" + ')') c\" 'd'", ["a $(\"b\" + ')') c", "d"], id="an expression with texts inside"),
        pytest.param("@'\n'no'\n'@ 'yes'", ["@'\n'no'\n'@", "yes"], id="a here-string"),
        pytest.param("`\"a 'yes'", ["yes"], id="an escaped quote outside"),
        pytest.param("\u201cwide\u201d \u2018thin\u2019", ["wide", "thin"], id="typographic quotes"),
        pytest.param("${a 'b} 'yes'", ["yes"], id="a quote in a variable's name"),
    ],
)
def test_texts_of_a_script(script: str, values: list[str]) -> None:
    lexed = lex("x.ps1", script)
    assert [text.value for text in lexed.texts.values()] == values
    assert len(lexed.code) == len(script)
