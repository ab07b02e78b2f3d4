"""Where each download of a package goes: its new URL, and the checksum that was seen there."""

import re
from dataclasses import dataclass, field, replace
from functools import cached_property

from release.channels.change import Change
from release.channels.choco.address import DOWNLOAD
from release.channels.choco.downloads import Installed
from release.channels.choco.package import Package
from release.channels.choco.verification import Verified
from release.channels.text.derive import Derivation
from release.channels.text.leftovers import Old, Place, check_nothing_left
from release.channels.text.mentions import Mentions
from release.channels.text.versions import Move

FLAVOUR = re.compile(r"\.(?:install|portable|commandline|app|extension)$", re.IGNORECASE)


@dataclass(frozen=True)
class Plan:
    """What becomes of a package.

    Attributes:
        package: as it is.
        derivation: from the release that it holds to the new one.
        native: the version that the package gets.
        installed: the downloads of its scripts.
        verified: the files that it carries.
        urls: old URL -> new URL of both, and of the pages that VERIFICATION.txt names.
        digests: old URL -> SHA-256 of the new file.
        sums: old checksum in lower case -> new checksum.
    """

    package: Package
    derivation: Derivation
    native: str
    installed: list[Installed]
    verified: list[Verified]
    urls: dict[str, str] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    sums: dict[str, str] = field(default_factory=dict)

    @property
    def found(self) -> list[Installed | Verified]:
        """Every download of the release."""
        return [*self.installed, *self.verified]

    @property
    def move(self) -> Move:
        """From the version of the software in the package to the new one."""
        return self.derivation.move

    @property
    def change(self) -> Change:
        """What to move to."""
        return self.derivation.change

    @cached_property
    def package_move(self) -> Move:
        """From the version of the package to its new one."""
        return Move(self.package.nuspec.version, self.native)

    @property
    def is_same(self) -> bool:
        """Whether the package holds that version already."""
        return self.move.old == self.move.new

    @cached_property
    def mentions(self) -> Mentions:
        """What else may be mentioned, and what becomes of it."""
        named = replace(self.change, project=FLAVOUR.sub("", self.change.project))
        files = {DOWNLOAD.sub("", old): DOWNLOAD.sub("", new) for old, new in self.urls.items()}
        return Mentions(named, self.move.old, files | self.urls, self.sums)

    @cached_property
    def writes_version(self) -> bool:
        """Whether it is clear how scripts write the new version: as it is, unless its files leave a suffix out."""
        new = Move(self.move.new, self.move.new)
        return "-" not in self.move.new or not self.digests or any(new.carried(self.urls[old]) for old in self.digests)

    def check_left(self, path: str, text: str) -> None:
        """See to it that ``text`` holds nothing of the old release.

        Raises:
            EditRefused: with the line.
        """
        if self.is_same:
            return
        gone = frozenset(old for old, new in self.urls.items() if old != new)
        tags = frozenset(tag for tag in self.mentions.tags if tag not in self.change.tag)
        old = Old(self.move.old, tags, gone, frozenset(set(self.sums) - set(self.digests.values())))
        fine = [self.move.new, self.native, self.change.tag, *self.urls.values(), *self.mentions.names.values()]
        lines = (Place(f"{path} line {n}", line) for n, line in enumerate(text.split("\n"), 1) if line.strip())
        check_nothing_left(lines, old, fine)
