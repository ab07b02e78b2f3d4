"""What a formula editor must not guess, and what must never reach a formula."""

import time
from dataclasses import replace

import pytest

from release.channels.base import Change
from release.channels.homebrew.kind import Homebrew
from release.channels.homebrew.settings import HomebrewChannel
from release.errors import EditRefused
from tests.support.releases import checksum_by

FILE = "Formula/kekkai.rb"
TAP = HomebrewChannel(
    "homebrew", "homebrew", "kademoslabs/homebrew-tap", "TAP_REPO_TOKEN", event_type="kekkai-release",
    artifact="source", file=FILE,
)  # fmt: skip
PAGES = "https://github.com/kademoslabs/kekkai"
URL = f"{PAGES}/archive/refs/tags/v0.0.1.tar.gz"
NEW_URL = f"{PAGES}/archive/refs/tags/v0.0.2.tar.gz"
ASSETS = f"{PAGES}/releases/download/v0.0.2"


def offering(**files: str) -> Change:
    """The move to a release of the source archive and of the ``files``: URL or asset's name -> a digit of its sum."""
    known = {NEW_URL: "8" * 64}
    known |= {name if "/" in name else f"{ASSETS}/{name}": digit * 64 for name, digit in files.items()}
    return Change("kekkai", "0.0.2", "v0.0.2", NEW_URL, "8" * 64, urls=tuple(known), checksum=checksum_by(known))


CHANGE = offering()
SUM = f'sha256 "{"0" * 64}"'
PAIR = f'url "{URL}"\n{SUM}'
LINUX = f"{PAGES}/releases/download/v0.0.1/kekkai-linux.tar.gz"


def formula(body: str) -> bytes:
    return f"class Kekkai < Formula\n{body}\nend\n".encode()


SHAPES = {
    "no url": (formula('desc "x"'), "no stable `url`"),
    "head only": (formula('head "https://x.example.org/a.git"'), "no stable `url`"),
    "only resource": (formula(f'resource "a" do\n{PAIR}\nend'), "no stable `url`"),
    "url without sha256": (formula(f'url "{URL}"'), "line 2 .*without a `sha256`"),
    "sha256 without url": (formula(SUM), "line 2 .*without a `url`"),
    "two urls": (formula(f'url "{URL}"\n{PAIR}'), "line 3 has a second `url`"),
    "two checksums": (formula(f"{PAIR}\n{SUM}"), "line 4 has a second `sha256`"),
    "two versions": (formula(f'{PAIR}\nversion "0.0.1"\nversion "0.0.1"'), "line 5 has a second `version`"),
    "url also in stable": (formula(f"{PAIR}\nstable do\n{PAIR}\nend"), "line 5 has a second stable `url`"),
    "url by constant": (formula(f"url BASE\n{SUM}"), "line 2 is computed"),
    "url by sum": (formula(f'url "{PAGES}/" + "a"\n{SUM}'), "line 2 is computed"),
    "url by method": (formula(f'url "{URL}".freeze\n{SUM}'), "line 2 is computed"),
    "url by ternary": (formula(f'url OS.mac? ? "{URL}" : "{URL}"\n{SUM}'), "line 2 is computed"),
    "url in two strings": (formula(f'url "{PAGES}" "/a"\n{SUM}'), "line 2 is computed"),
    "url by heredoc": (formula(f"url <<~E\n{URL}\nE\n{SUM}"), "line 2 is computed"),
    "url with another method": (formula(f'url "{PAGES}/#{{version.major}}"\n{SUM}'), "line 2 is computed"),
    "url with escape": (formula(f'url "{URL}\\n"\n{SUM}'), "line 2 is computed"),
    "url without value": (formula(f"url\nurl()\n{SUM}"), "without exactly one value"),
    "version computed": (formula(f"{PAIR}\nversion VERSION"), "line 4 is computed"),
    "version of itself": (formula(f'{PAIR}\nversion "#{{version}}"'), "line 4 .*made of itself"),
    "checksum computed": (formula(f'url "{URL}"\nsha256 SUMS["a"]'), "line 3 is computed"),
    "interpolated, no version": (formula(f'url "{PAGES}/v#{{version}}.tar.gz"\n{SUM}'), "no `version`"),
    "no version in url": (formula(f'url "{PAGES}/archive/main.tar.gz"\n{SUM}'), "shows no version"),
    "url under a modifier": (formula(f'url "{URL}" if build.stable?\n{SUM}'), "line 2 has a `url` under a condition"),
    "url in other condition": (formula(f"if build.with? x\n{PAIR}\nend"), "line 3 has a `url` under a condition"),
    "system and other condition": (formula(f"if OS.mac? && fast?\n{PAIR}\nend"), "line 3 has a `url` under"),
    "url in a case": (formula(f"case Hardware::CPU.arch\nwhen :arm64\n{PAIR}\nend"), "line 4 has a `url` under"),
    "url in a loop": (formula(f'["a"].each do |x|\n{PAIR}\nend'), "line 3 has a `url` under a condition"),
    "hidden beside a good one": (formula(f"{PAIR}\nif build.bottle?\non_macos do\n{PAIR}\nend\nend"), "line 6 has a"),
    "other repository": (formula(PAIR.replace("kekkai/", "other/")), "not that of the artifact"),
    "other repository, path inside": (formula(PAIR.replace("/kademoslabs", "/x/kademoslabs")), "not that of the"),
    "other asset": (formula(f'url "{PAGES}/releases/download/v0.0.1/k-0.0.1.tgz"\n{SUM}'), "not that of the artifact"),
    "interpolated other form": (
        formula(f'version "0.0.1"\nurl "{PAGES}/archive/v#{{version}}.tar.gz"\n{SUM}'),
        "not that of the artifact: .*/archive/v0.0.2.tar.gz",
    ),
    "half interpolated": (
        formula(f'version "0.0.1"\nurl "{PAGES}/archive/refs/tags/v#{{version}}-0.0.1.tar.gz"\n{SUM}'),
        "not that of the artifact",
    ),
    "a checksum is missing": (
        formula(f'{PAIR}\non_linux do\nurl "{LINUX}"\n{SUM}\nend'),
        "line 5: .*v0.0.2/kekkai-linux.tar",
    ),
    "commit is not known": (formula(f'url "{PAGES}.git", tag: "v0.0.1", revision: "{"a" * 40}"'), "commit of v0.0.2"),
    "checkout of another": (formula(f'url "{PAGES}x.git", tag: "v0.0.1", revision: "{"a" * 40}"'), "not that of the"),
    "checkout with checksum": (formula(f'url "{PAGES}.git", tag: "v0.0.1"\n{SUM}'), "for a git checkout"),
    "revision shares a line": (formula(f'{PAIR}\nrevision 2; license "MIT"'), "line 4 holds more than one"),
    "no formula": (b"class Kekkai\nend\n", "holds no class"),
    "two formulae": (formula(PAIR) + b"class Other < Formula\nend\n", "holds 2 classes"),
    "empty": (b"", "holds no class"),
    "open string": (formula(f'url "{URL}\n{SUM}'), r"line \d+ is not valid Ruby"),
    "no end": (formula(PAIR).removesuffix(b"end\n"), r"line \d+ is not valid Ruby"),
    "conflict marks": (formula(f"<<<<<<< HEAD\n{PAIR}\n=======\n{PAIR}\n>>>>>>> x"), r"line \d+ is not valid Ruby"),
    "end of program inside": (formula(f"{PAIR}\n__END__"), "line 4 is not valid Ruby"),
    "one end too many": (formula(f"{PAIR}\nend"), "line 5 is not valid Ruby"),
    "end of a method too early": (formula(f"{PAIR}\ndef install\nend\nx\nend"), "line 8 is not valid Ruby"),
    "indented block comment": (formula(f"{PAIR}\n =begin\n=end"), "line 4 is not valid Ruby"),
    "a page of HTML": (b"<!DOCTYPE html>\n<html><body>Sorry</body></html>\n", "not valid Ruby"),
    "not text": (bytes(range(256)) * 8, "not valid Ruby"),
    "downloads without end": (formula(f"on_linux do\n{PAIR}\nend\n" * 201), "has 201 downloads"),
    "neither form is a file": (
        formula(f'version "v0.0.1"\nurl "{PAGES}/archive/#{{version}}.tgz"\n{SUM}'),
        r"/archive/v0\.0\.2\.tgz",
    ),
    "unknown order": (formula(f'{PAIR}\nversion "r15"'), "cannot be compared"),
}


@pytest.mark.parametrize(("content", "message"), SHAPES.values(), ids=list(SHAPES))
def test_a_shape_that_would_need_a_guess_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(EditRefused, match=message) as refused:
        Homebrew().edit(TAP, {FILE: content}, CHANGE)
    assert str(refused.value).count("\n") == 1
    assert FILE in refused.value.wrong


def test_a_missing_file_is_named() -> None:
    for action in (lambda: Homebrew().served(TAP, {}), lambda: Homebrew().edit(TAP, {}, CHANGE)):
        with pytest.raises(EditRefused, match="kademoslabs/homebrew-tap has no file Formula/kekkai"):
            action()


def test_one_missing_checksum_of_three_writes_nothing() -> None:
    pairs = "".join(
        f'on_{name} do\nurl "{PAGES}/releases/download/v0.0.1/{name}.tgz"\n{SUM}\nend\n' for name in ("arm", "intel")
    )
    with pytest.raises(EditRefused, match=r"v0\.0\.2/intel\.tgz is no file of the release") as refused:
        Homebrew().edit(TAP, {FILE: formula(pairs)}, offering(**{"arm.tgz": "a"}))
    assert refused.value.fix.startswith("Attach it to the release")
    assert (
        b"b" * 64 in Homebrew().edit(TAP, {FILE: formula(pairs)}, offering(**{"arm.tgz": "a", "intel.tgz": "b"}))[FILE]
    )


def test_an_asset_of_another_tag_gets_no_checksum_of_this_one() -> None:
    stale = f'version "0.0.1"\non_arm do\nurl "{PAGES}/releases/download/v0.0.0/arm.tgz"\n{SUM}\nend'
    with pytest.raises(EditRefused, match=r"arm\.tgz"):
        Homebrew().edit(TAP, {FILE: formula(stale)}, offering(**{"arm.tgz": "a"}))


def test_latest_download_gets_no_checksum_of_a_pre_release() -> None:
    """What is behind such a URL is the newest stable release's file."""
    latest = f"{PAGES}/releases/latest/download/arm.tgz"
    moving = formula(f'{PAIR}\nversion "0.0.1"\non_arm do\nurl "{latest}"\n{SUM}\nend')
    stable = offering(**{"arm.tgz": "a", latest: "a"})
    stable = replace(stable, urls=(NEW_URL, f"{ASSETS}/arm.tgz"))
    assert b"a" * 64 in Homebrew().edit(TAP, {FILE: moving}, stable)[FILE]
    with pytest.raises(EditRefused, match=r"arm\.tgz"):
        Homebrew().edit(TAP, {FILE: moving}, replace(stable, version="0.0.3-rc.1", tag="v0.0.3-rc.1"))


def test_latest_download_that_is_not_yet_of_this_release_is_refused() -> None:
    latest = f"{PAGES}/releases/latest/download/arm.tgz"
    moving = formula(f'{PAIR}\nversion "0.0.1"\non_arm do\nurl "{latest}"\n{SUM}\nend')
    stale = replace(offering(**{"arm.tgz": "a", latest: "b"}), urls=(NEW_URL, f"{ASSETS}/arm.tgz"))
    with pytest.raises(EditRefused, match=r"arm\.tgz is not yet the file of v0\.0\.2"):
        Homebrew().edit(TAP, {FILE: moving}, stale)


HOSTILE = {
    "version ends the string": {"version": '0.0.2"; system "id'},
    "version interpolates": {"version": "0.0.2#{system('id')}"},
    "version with newline": {"version": "0.0.2\n"},
    "version with hidden newline": {"version": "0.0.2-rc.1\nrevision 1"},
    "version with a path": {"version": "../../0.0.2"},
    "version of other digits": {"version": "٠.0.2"},  # noqa: RUF001 - the very confusion that is refused
    "version empty": {"version": ""},
    "version no SemVer": {"version": "0.0"},
    "version of endless length": {"version": "0.0." + "1" * 5000},
    "tag ends the string": {"tag": 'v0.0.2", system("id"), "'},
    "tag interpolates": {"tag": "v#{`id`}"},
    "tag with newline": {"tag": "v0.0.2\n"},
    "checksum too short": {"sha256": "8" * 63},
    "checksum with newline": {"sha256": "8" * 64 + "\n"},
    "checksum ends the string": {"sha256": '"' + "8" * 63},
    "checksum no hex": {"sha256": "g" * 64},
    "commit too short": {"commit": "abc"},
    "commit ends the string": {"commit": '"' + "8" * 39},
    "url ends the string": {"url": f'{NEW_URL}", using: "x'},
    "url interpolates": {"url": f"{PAGES}/#{{system('id')}}.tar.gz"},
    "url interpolates a variable": {"url": f"{PAGES}/#$0.tar.gz"},
    "url with space": {"url": f"{PAGES}/a b.tar.gz"},
    "url with newline": {"url": f"{NEW_URL}\n"},
    "url with backslash": {"url": f"{PAGES}/\\u0022.tar.gz"},
    "url of a file": {"url": "file:///etc/passwd"},
}


@pytest.mark.parametrize("fields", HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_input_is_refused_before_anything_is_read(fields: dict[str, object]) -> None:
    hostile = replace(CHANGE, **fields)  # type: ignore[arg-type]  # rows name fields of Change
    with pytest.raises(EditRefused) as refused:
        Homebrew().edit(TAP, {}, hostile)
    assert "has no file" not in refused.value.wrong
    assert str(refused.value).count("\n") == 1


def test_a_url_of_the_file_cannot_break_out_either() -> None:
    host = "url 'http://evil.example.org#\"/kademoslabs/kekkai/archive/refs/tags/v0.0.1.tar.gz'"
    with pytest.raises(EditRefused, match="not that of the artifact"):
        Homebrew().edit(TAP, {FILE: formula(f'version "0.0.1"\n{host}\n{SUM}')}, CHANGE)


def test_reserved_words_as_names_are_ruby() -> None:
    named = "def end(in: 1)\nself.end\n[1].first.then { |x| (1..2).end }\nfoo end: 1, do: :end\nend"
    assert FILE in Homebrew().edit(TAP, {FILE: formula(f"{PAIR}\n{named}")}, CHANGE)


def test_deep_nesting_is_no_crash() -> None:
    deep = formula(f"{PAIR}\n{'[' * 3000}{']' * 3000}")
    assert FILE in Homebrew().edit(TAP, {FILE: deep}, CHANGE)


LARGE = 140_000
CROWDED = {
    "one string": f'def install\nx = "{"0.0.1 " * (LARGE // 6)}"\nend',
    "one address": f'def install\nx = "https://{"abcdef0/" * (LARGE // 8)}0.0.1"\nend',
    "many strings": "test do\nsystem bin/'kekkai', '--version'\n" + 'x "0.0.1"\n' * (LARGE // 10) + "end",
    "one long url": f'on_arm do\nurl "{PAGES}/blob/{"/archive/0.0.1" * (LARGE // 14)}"\nversion "0.0.1"\n{SUM}\nend',
    "many downloads": f'on_arm do\nurl "{LINUX}"\nversion "0.0.1"\n{SUM}\nend\n' * (LARGE // 180),
    "many resources": f'resource "a" do\nurl "{LINUX}"\nversion "0.0.1"\n{SUM}\nend\n' * (LARGE // 200),
    "too large": "# 0.0.1\n" * LARGE,
}


@pytest.mark.parametrize("body", CROWDED.values(), ids=list(CROWDED))
def test_a_crowded_formula_costs_little_and_is_refused(body: str) -> None:
    content, asked = formula(f"{PAIR}\n{body}"), list[str]()

    def checksum(url: str) -> str:
        asked.append(url)
        return "8" * 64

    before = time.process_time()
    with pytest.raises(EditRefused, match=r"has \d+ bytes|of the old release|: line \d+"):
        Homebrew().edit(TAP, {FILE: content}, replace(CHANGE, checksum=checksum))
    assert time.process_time() - before < 10  # seconds of the processor; most take a tenth of one
    assert len(asked) < 10
