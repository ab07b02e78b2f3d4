"""Nothing in a rehearsal's configuration leads away from this machine."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from release.channels.docker.settings import DockerChannel
from release.channels.settings import read_settings
from release.errors import InputError
from release.rehearsal import StandIn
from release.rehearsal.places import check_loopback, merge, places

ROCKET = Path(__file__).parents[1] / "data/rehearsal/rocket.yaml"


def rocket() -> dict[str, Any]:
    raw: dict[str, Any] = yaml.safe_load(ROCKET.read_text("utf-8"))
    return raw


def test_every_address_is_led_to_the_stand_in(tmp_path: Path) -> None:
    raw = rocket()
    with pytest.raises(InputError, match="has no stand-in for"):
        check_loopback(raw)
    (tmp_path / "invoke.yaml").write_text(yaml.safe_dump(raw), "utf-8")
    with StandIn(tmp_path / "standin", project=tmp_path) as standin:
        merged = merge(raw, yaml.safe_load(standin.configuration.read_text("utf-8")))
        check_loopback(merged)
        read = read_settings(merged)
        image = read.channels["ghcr-io"]
        assert isinstance(image, DockerChannel)
        assert (image.registry, image.image) == (standin.registry_url, "hosts/ghcr.io/acme/rocket")
        assert read.artifacts["source"].url == "{server}/dl.example.org/{name}/{version}/src.tar.gz"
        assert urlsplit(merged["channels"]["aur"]["serves"]["url"]).hostname == "127.0.0.1"
        assert places(read, standin)["channels"].keys() == {"ghcr-io", "aur"}


def test_an_address_without_a_stand_in_is_refused() -> None:
    with pytest.raises(InputError) as refused:
        check_loopback({"channels": {"a": {"mirror": "https://example.org/x"}}})
    assert refused.value.wrong == "The rehearsal has no stand-in for channels.a.mirror: https://example.org/x"
