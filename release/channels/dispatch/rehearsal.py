"""What stands where ``serves:`` of a channel looks, in the rehearsal."""

import re

from release.channels.dispatch.settings import DispatchChannel, Serves
from release.channels.published import Published
from release.channels.rehearsed import WRONG_CHECKSUM, Rehearsed, Services


class RehearsedText(Rehearsed[DispatchChannel]):
    """A file or a page that holds the texts of ``contains``."""

    def files(self, channel: DispatchChannel, made: Published) -> dict[str, bytes]:
        """The file that ``serves:`` names."""
        serves = channel.serves
        if not (serves and serves.file):
            return {}
        return {_filled(serves.file, made): _content(serves, made).encode()}

    def home(self, channel: DispatchChannel, made: Published) -> str:
        """``serves.repository``, else the target."""
        serves = channel.serves
        return _filled(serves.repository, made) if serves and serves.repository else channel.target

    def publish(
        self, services: Services, channel: DispatchChannel, made: Published, *, latest: bool, seed: bool
    ) -> None:
        """The page that ``serves:`` names."""
        del latest, seed
        serves = channel.serves
        if serves and serves.url:
            services.pages.texts[services.pages.local(_filled(serves.url, made))] = _content(serves, made)

    def places(self, channel: DispatchChannel, services: Services) -> dict[str, object]:
        """The page, where there is one."""
        serves = channel.serves
        return {"serves": {"url": services.pages.local(serves.url)}} if serves and serves.url else {}

    def notices(self, channel: DispatchChannel, fault: str) -> bool:
        """A checksum, where ``serves:`` names one."""
        templates = channel.serves.templates if channel.serves else ()
        return fault != WRONG_CHECKSUM or any("{sha256}" in text for text in templates)


def _content(serves: Serves, made: Published) -> str:
    return "".join(f"{_filled(text, made)}\n" for text in serves.contains)


def _filled(template: str, made: Published) -> str:
    words = {"version": made.version, "sha256": made.source_sha256}
    return re.sub(r"\{(version|sha256)\}", lambda found: words[found[1]], template)
