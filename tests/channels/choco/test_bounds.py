"""A megabyte of anything costs little, and ends in an answer or a refusal of two lines."""

import random
import tracemalloc
from collections.abc import Callable

import pytest

from release.channels.choco.kind import Choco
from release.channels.choco.nuspec import parse_nuspec
from release.channels.choco.powershell import LARGEST, lex
from release.channels.choco.settings import ChocoChannel
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


def costs(work: Callable[[], object]) -> int:
    """Peak memory in bytes; a refusal is an answer."""
    tracemalloc.start()
    try:
        work()
    except EditRefused:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak


@pytest.mark.parametrize("name", [*PIECES, "noise"])
@pytest.mark.parametrize("path", [SCRIPT, TEXT])
def test_a_long_script_or_text_costs_little(path: str, name: str) -> None:
    files = {NUSPEC: SPEC, SCRIPT: b"", path: long_text(name, LARGEST).encode()}
    assert costs(lambda: Choco().edit(PACKAGES, files, change_to("0.0.2"))) < MEGABYTE


@pytest.mark.parametrize("path", [NUSPEC, SCRIPT, TEXT])
def test_more_than_a_megabyte_is_refused_at_once(path: str) -> None:
    files = {NUSPEC: SPEC, SCRIPT: b"", path: b" " * ((1 << 20) + 1)}
    with pytest.raises(EditRefused, match="has more than"):
        Choco().edit(PACKAGES, files, change_to("0.0.2"))


NUSPECS = {
    "deep": b"<a>" * 300_000,
    "attributes": b"<package a='" + b"&lt;" * 250_000 + b"'/>",
    "lines": b"<package><metadata><version>" + b"\n" * 1_000_000 + b"</version></metadata></package>",
    "dependencies": SPEC[:-21] + b"<dependencies>" + b"<dependency id='a' version='0.0.1'/>" * 25_000
    + b"</dependencies></metadata></package>",
    "versions": SPEC[:-21] + b"<description>" + b"0.0.1 " * 170_000 + b"</description></metadata></package>",
    "namespaces": b"<package xmlns:a='b'>" + b"<a:x/>" * 160_000 + b"</package>",
}  # fmt: skip


@pytest.mark.parametrize("name", NUSPECS)
def test_a_long_nuspec_costs_little(name: str) -> None:
    assert costs(lambda: parse_nuspec(NUSPEC, NUSPECS[name])) < MEGABYTE
    files = {NUSPEC: NUSPECS[name], SCRIPT: b""}
    assert costs(lambda: Choco().edit(PACKAGES, files, change_to("0.0.2"))) < MEGABYTE


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
