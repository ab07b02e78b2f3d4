"""Fifty shapes of real packages, written anew: each is a file of `tests/data/choco/shapes`, read as a diff.

A line begins with `-` where the edit takes it out, with `+` where it puts it in, else with a blank. `{sha256 NAME}`
stands for the checksum of the file of that name, in capitals for `{SHA256 NAME}`. The head says what differs from the
usual: the version (`to`), the channel's artifact (`main`), one more file of the release (`also`), what `files` names
(`named`).
"""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from release.channels.change import Change
from release.channels.choco.kind import Choco
from release.channels.choco.settings import ChocoChannel
from tests.support.releases import change_to, checksum_by, sha256

SHAPES = Path(__file__).parents[2] / "data" / "choco" / "shapes"
NAMES = sorted(path.stem for path in SHAPES.glob("*.diff"))
MANNERS = {"as on Linux": (b"", b"\n"), "as on Windows": (b"\xef\xbb\xbf", b"\r\n")}
NUSPEC = """\
 <package>
   <metadata>
     <id>kekkai</id>
-    <version>0.0.1</version>
+    <version>0.0.2</version>
   </metadata>
 </package>"""


@dataclass
class Shape:
    """A package before and after, each line without its end, and what the edit is told."""

    head: dict[str, str] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)

    def side(self, signs: str, manner: str) -> dict[str, bytes]:
        mark, end = MANNERS[manner]
        texts = {
            path: [filled(line[1:]).encode() for line in lines if line[0] in signs]
            for path, lines in self.lines.items()
        }
        return {f"kekkai/{path}": mark + end.join([*lines, b""]) for path, lines in texts.items()}

    @property
    def channel(self) -> ChocoChannel:
        named = self.head.get(
            "named", "tools/chocolateyinstall.ps1" if "tools/chocolateyinstall.ps1" in self.lines else ""
        )
        files = tuple(f"kekkai/{path}" for path in dict.fromkeys(["kekkai.nuspec", *named.split()]))
        return ChocoChannel(name="choco", kind="choco", target="kademoslabs/packages", token="TOKEN",
                            event_type="kekkai-release", artifact="wheel", files=files)  # fmt: skip

    @property
    def change(self) -> Change:
        main, also = self.head.get("main", "-py3-none-any.whl"), self.head.get("also", "").split()
        usual = change_to(self.head.get("to", "0.0.2"))
        urls = (*usual.urls, *also)
        sums = {url: sha256(name_of(url)) for url in urls}
        url = next(url for url in reversed(urls) if name_of(url).endswith(main))
        return replace(usual, url=url, sha256=sums[url], urls=urls, checksum=checksum_by(sums))


def name_of(url: str) -> str:
    return url.removesuffix("/download").rpartition("/")[2]


def filled(line: str) -> str:
    line = re.sub(r"\{sha256 ([^}]*)\}", lambda match: sha256(match[1]), line)
    return re.sub(r"\{SHA256 ([^}]*)\}", lambda match: sha256(match[1]).upper(), line)


def shape_of(name: str) -> Shape:
    shape, path = Shape(lines={"kekkai.nuspec": NUSPEC.split("\n")}), ""
    for line in (SHAPES / f"{name}.diff").read_text(encoding="utf-8").splitlines():
        if line.startswith("@@ "):
            path = line[3:]
            shape.lines[path] = []
        elif path:
            shape.lines[path].append(line or " ")
        elif not line.startswith("#"):
            key, _, value = line.partition(": ")
            shape.head[key] = value
    return shape


def test_there_are_fifty_shapes() -> None:
    assert len(NAMES) >= 50


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("name", NAMES)
def test_edit_gives_the_other_side_of_the_diff(name: str, manner: str) -> None:
    shape = shape_of(name)
    before, after = shape.side(" -", manner), shape.side(" +", manner)
    assert before | Choco().edit(shape.channel, before, shape.change) == after


@pytest.mark.parametrize("name", NAMES)
def test_second_edit_changes_nothing(name: str) -> None:
    shape = shape_of(name)
    assert Choco().edit(shape.channel, shape.side(" +", "as on Windows"), shape.change) == {}


@pytest.mark.parametrize("name", NAMES)
def test_every_checksum_that_is_served_is_the_one_of_its_url(name: str) -> None:
    shape = shape_of(name)
    served = Choco().served(shape.channel, shape.side(" +", "as on Linux"))
    assert served.version == Choco().native_version(shape.change.version)
    assert {one.url: one.sha256 for one in served.downloads if one.sha256} == {
        one.url: shape.change.checksum(one.url) for one in served.downloads if one.sha256 and "python" not in one.url
    }
