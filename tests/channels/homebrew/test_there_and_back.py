"""An edit to another version and back leaves every byte as it was, whatever stands around the places."""

from dataclasses import dataclass

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from release.channels.base import Change
from release.channels.homebrew.kind import Homebrew
from release.channels.homebrew.settings import HomebrewChannel
from release.channels.homebrew.version import as_python, as_semver, read_by_brew, same, version_in
from tests.support.releases import checksum_by

FILE = "Formula/kekkai.rb"
TAP = HomebrewChannel(
    "homebrew", "homebrew", "kademoslabs/homebrew-tap", "TAP_REPO_TOKEN", event_type="kekkai-release",
    artifact="source", file=FILE,
)  # fmt: skip
PAGES = "https://github.com/kademoslabs/kekkai"

number = st.integers(0, 2100).map(str)
numbers = st.tuples(number, number, number).map(".".join)
phase = st.builds("{}.{}".format, st.sampled_from(["alpha", "beta", "rc", "nightly", "0"]), st.integers(0, 12))
candidate = st.builds("{}-{}".format, numbers, phase)
version = st.one_of(numbers, candidate, st.builds("{}+{}".format, numbers, st.sampled_from(["1", "b.2"])))
sha256 = st.text("0123456789abcdef", min_size=64, max_size=64)


@dataclass(frozen=True)
class Shape:
    """``body`` holds U (url), S (checksum) and V (version) as Ruby strings; ``url`` is what U stands for."""

    body: str
    url: str


SHAPES = [
    Shape("url {U}{C}\nsha256 {S}\nversion {V}", "{pages}/archive/refs/tags/v{version}.tar.gz"),
    Shape("version {V}\n\nurl({U}, using: :homebrew_curl){C}\nsha256({S})", "{pages}/archive/refs/tags/{version}.zip"),
    Shape("version {V}{C}\nurl {I}\nsha256 {S}", "{pages}/archive/refs/tags/v{version}.tar.gz"),
    Shape(
        "stable do{C}\nsha256 {S}\nversion {V}\nurl {U}\nend", "{pages}/releases/download/v{version}/k-{version}.tgz"
    ),
    Shape("on_linux do\nversion {V}\nurl {I}{C}\nsha256 {S}\nend", "{pages}/releases/download/v{version}/k.tgz"),
]
around = st.lists(
    st.sampled_from([
        'desc "Prüfung 0.0.1"', "", "# url 'https://x' 0.0.1", "  ", "\t# é", 'head "https://x.example.org/k.git"',
        'resource "a" do\n  url "https://x.example.org/a-0.0.1.tgz"\n  sha256 "' + "1" * 64 + '"\nend',
        "livecheck do\n  url :stable\nend", "depends_on 'python@3.12'",
    ]),
    max_size=6,
)  # fmt: skip
comment = st.sampled_from(["", " # ü", "  # sha256 'x' #{version}"])


def a_change(shape: Shape, number: str, checksum: str) -> Change:
    url = shape.url.format(pages=PAGES, version=number)
    known = checksum_by({url: checksum})
    return Change("kekkai", number, f"v{number}", url, checksum, allow_downgrade=True, urls=(url,), checksum=known)


def render(shape: Shape, change: Change, quote: str, remark: str) -> str:
    strings = {
        "U": f"{quote}{change.url}{quote}",
        "I": '"' + shape.url.format(pages=PAGES, version="#{version}") + '"',
        "S": f"{quote}{change.sha256}{quote}",
        "V": f"{quote}{change.version}{quote}",
        "C": remark,
    }
    return shape.body.format(**strings)


@dataclass(frozen=True)
class Look:
    """How a formula is written: its quotes, remark, line ends, first bytes and what stands around."""

    quote: str
    remark: str
    end: str
    encoding: str
    above: list[str]
    below: list[str]


looks = st.builds(
    Look, st.sampled_from("'\""), comment, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["utf-8", "utf-8-sig"]),
    around, around,
)  # fmt: skip


@settings(deadline=None)  # a busy machine is not a failure
@given(shape=st.sampled_from(SHAPES), old=version, new=version, sums=st.tuples(sha256, sha256), look=looks)
def test_there_and_back_is_the_original(shape: Shape, old: str, new: str, sums: tuple[str, str], look: Look) -> None:
    assume(not same(old, new))
    there, back = a_change(shape, new, sums[0]), a_change(shape, old, sums[1])
    body = [*look.above, render(shape, back, look.quote, look.remark), *look.below]
    text = "\n".join(["class Kekkai < Formula", *body, "end", ""]).replace("\n", look.end)
    original = text.encode(look.encoding)
    moved = Homebrew().edit(TAP, {FILE: original}, there)[FILE]
    served = Homebrew().served(TAP, {FILE: moved})
    assert (served.version, served.sha256, served.url) == (new, sums[0], there.url)
    assert Homebrew().edit(TAP, {FILE: moved}, there) == {}
    assert Homebrew().edit(TAP, {FILE: moved}, back) == {FILE: original}


@settings(deadline=None)  # a busy machine is not a failure
@given(old=numbers, new=numbers, sums=st.tuples(sha256, sha256))
def test_there_and_back_where_only_the_url_shows_the_version(old: str, new: str, sums: tuple[str, str]) -> None:
    assume(old != new)
    shape = Shape("url {U}\nsha256 {S}", "{pages}/archive/refs/tags/v{version}.tar.gz")
    there, back = a_change(shape, new, sums[0]), a_change(shape, old, sums[1])
    body = render(shape, back, "'", "")
    original = f"class Kekkai < Formula\n{body}\nend\n".encode()
    moved = Homebrew().edit(TAP, {FILE: original}, there)[FILE]
    assert b"version " not in moved
    assert Homebrew().edit(TAP, {FILE: moved}, back) == {FILE: original}


@settings(deadline=None)  # a busy machine is not a failure
@given(st.binary(max_size=200), st.integers(0, 400))
def test_no_file_makes_it_crash(noise: bytes, cut: int) -> None:
    shape = SHAPES[0]
    change = a_change(shape, "0.0.2", "a" * 64)
    body = render(shape, a_change(shape, "0.0.1", "b" * 64), "'", "")
    text = f"class Kekkai < Formula\n{body}\nend\n".encode()
    content = text[:cut] + noise + text[cut:]
    try:
        written = Homebrew().edit(TAP, {FILE: content}, change)
    except Exception as refused:  # noqa: BLE001 - the kind of error is what is looked at
        assert type(refused).__name__ == "EditRefused"  # noqa: PT017 - as above
    else:
        assert b"0.0.2" in written[FILE]


@settings(deadline=None)  # a busy machine is not a failure
@given(numbers, st.sampled_from(["alpha", "beta", "rc"]), st.integers(0, 99))
def test_pythons_form_and_back(plain: str, kind: str, count: int) -> None:
    semantic = f"{plain}-{kind}.{count}"
    python = as_python(semantic)
    assert python is not None
    assert as_semver(python) == semantic
    assert same(python, semantic)
    assert version_in(f"{PAGES}/archive/refs/tags/v{semantic}.tar.gz") == semantic
    assert version_in(f"https://x.example.org/kekkai-{python}-py3-none-any.whl") == python
    assert read_by_brew(f"https://x.example.org/kekkai-{python}-py3-none-any.whl", semantic)
