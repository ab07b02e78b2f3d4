"""What a wheel requires, read from its bytes: whole, damaged, hostile."""

import io
import zipfile
from collections.abc import Mapping

import pytest

from release.errors import InputError
from release.metadata.wheel import MOST_METADATA, read_wheel

NAME = "kekkai_cli-2.3.0-py3-none-any.whl"
INFO = "kekkai_cli-2.3.0.dist-info/METADATA"
METADATA = """Metadata-Version: 2.4
Name: kekkai-cli
Version: 2.3.0
Requires-Python: >=3.12
Requires-Dist: rich>=13
Requires-Dist: tomli (>=2) ; python_version < "3.11"
Requires-Dist: pytest; extra == "dev"

Requires-Dist: not-a-header-any-more
"""


def wheel(files: Mapping[str, str | bytes], packing: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as packed:
        for path, content in files.items():
            packed.writestr(path, content)
    return made


def test_requirements_of_a_wheel() -> None:
    read = read_wheel(wheel({"kekkai/__init__.py": "", INFO: METADATA}), NAME)
    assert [str(one) for one in read.requires] == [
        "rich>=13", 'tomli>=2; python_version < "3.11"', 'pytest; extra == "dev"',
    ]  # fmt: skip
    assert str(read.python) == ">=3.12"


def test_a_wheel_that_requires_nothing() -> None:
    assert read_wheel(wheel({INFO: "Metadata-Version: 2.1\nName: x\nVersion: 1\n"}), NAME).requires == ()


WHOLE = wheel({INFO: METADATA}).getvalue()
TWICE = {INFO: METADATA, "other-1.dist-info/METADATA": METADATA}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(b"", "not a zip file", id="empty"),
        pytest.param(b"<html>not found</html>", "not a zip file", id="a page"),
        pytest.param(WHOLE[:-40], "not a zip file", id="cut"),
        pytest.param(WHOLE[:60] + bytes(20) + WHOLE[80:], "no wheel", id="damaged in the middle"),
        pytest.param(wheel({"a": "b"}).getvalue(), "0 files", id="no METADATA"),
        pytest.param(wheel(TWICE).getvalue(), "2 files", id="two of them"),
        pytest.param(wheel({f"x/{INFO}": METADATA}).getvalue(), "0 files", id="not at the top"),
        pytest.param(wheel({INFO: b"\0" * (MOST_METADATA + 1)}).getvalue(), "more than", id="a bomb"),
        pytest.param(wheel({INFO: METADATA}, zipfile.ZIP_LZMA).getvalue(), "packed in a way", id="another packing"),
        pytest.param(wheel({INFO: b"Metadata-Version: 2\xff"}).getvalue(), "utf-8", id="no text"),
        pytest.param(wheel({INFO: "hello"}).getvalue(), "METADATA is none", id="no headers"),
        pytest.param(wheel({INFO: f"{METADATA[:22]}Requires-Dist: >>>\n"}).getvalue(), "no wheel", id="no requirement"),
        pytest.param(wheel({INFO: f"{METADATA[:22]}?\nRequires-Dist: a\n"}).getvalue(), "is none", id="a line is none"),
        pytest.param(wheel({INFO: "Metadata-Version: 2.1\nRequires-Python: x\n"}).getvalue(), "Invalid specifier",
                     id="no version of Python"),
        pytest.param(wheel({INFO: "Metadata-Version: 2.1\n" + "Requires-Dist: a\n" * 3000}).getvalue(), "none",
                     id="thousands of requirements"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_problem(content: bytes, why: str) -> None:
    with pytest.raises(InputError) as error:
        read_wheel(io.BytesIO(content), NAME)
    assert NAME in error.value.wrong
    assert why in error.value.wrong
    assert error.value.fix
