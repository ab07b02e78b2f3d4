"""From the files of a release to artifacts: names, patterns, the tag's form."""

import json

import pytest

from release.errors import InputError
from release.init.assets import Files, parse_files, product_of, propose, tag_form, version_of
from release.metadata.assets import fill
from release.settings import Project, matches

GO = ["checksums.txt", "rocket_1.2.3_darwin_arm64.tar.gz", "rocket_1.2.3_linux_amd64.deb",
      "rocket_1.2.3_linux_amd64.tar.gz", "rocket_1.2.3_windows_386.zip", "rocket_1.2.3_windows_amd64.zip",
      "rocket_1.2.3_darwin_arm64.tar.gz.sbom.json", "rocket_1.2.3_linux_amd64.tar.gz.sig"]  # fmt: skip
WHEEL = ["kekkai_cli-2.3.0rc1-py3-none-any.whl", "kekkai_cli-2.3.0rc1.tar.gz", "SHA256SUMS"]

TAGS = {
    "plain": ("v1.2.3", "v{version}", ""),
    "bare": ("1.2.3", "{version}", ""),
    "monorepo": ("rocket/v1.2.3", "rocket/v{version}", "rocket"),
    "scoped package": ("@acme/rocket@1.2.3", "@acme/rocket@{version}", "rocket"),
    "dash": ("rocket-1.2.3-rc.1", "rocket-{version}", "rocket"),
    "no version": ("nightly", "v{version}", ""),
    "none": ("", "v{version}", ""),
}


@pytest.mark.parametrize(("tag", "form", "product"), TAGS.values(), ids=TAGS.keys())
def test_the_form_of_a_tag_and_the_product_in_it(tag: str, form: str, product: str) -> None:
    assert (tag_form(tag), product_of(tag)) == (form, product)


PROPOSALS = {
    "go": (GO, "v1.2.3", {
        "darwin_arm64": "rocket_{version}_darwin_arm64.tar.gz",
        "linux_amd64": "rocket_{version}_linux_amd64.tar.gz",
        "linux_amd64_deb": "rocket_{version}_linux_amd64.deb",
        "windows_386": "rocket_{version}_windows_386.zip",
        "windows_amd64": "rocket_{version}_windows_amd64.zip",
    }),
    "python": (WHEEL, "v2.3.0-rc.1", {
        "wheel": "kekkai_cli-{python_version}-py3-none-any.whl",
        "sdist": "kekkai_cli-{python_version}.tar.gz",
    }),
    "no version in the names": (["rocket-linux-x64", "rocket.exe"], "v1.0.0", {
        "linux_x64": "rocket-linux-x64", "exe": "rocket.exe",
    }),
    "another version beside": (["rocket-1.0.0-go1.21.0-linux.zip"], "v1.0.0", {
        "go1_21_0_linux": "rocket-{version}-go1.21.0-linux.zip",
    }),
    "a longer number": (["rocket-1.0.0.zip", "rocket-11.0.0.zip", "rocket-1.0.0.5.zip"], "v1.0.0", {
        "zip": "rocket-{version}.zip", "file_11_0_0": "rocket-11.0.0.zip", "file_1_0_0_5": "rocket-1.0.0.5.zip",
    }),
}  # fmt: skip


@pytest.mark.parametrize(("names", "tag", "expected"), PROPOSALS.values(), ids=PROPOSALS.keys())
def test_each_file_becomes_an_artifact_that_matches_it_alone(
    names: list[str], tag: str, expected: dict[str, str]
) -> None:
    files = Files(names, tag)
    artifacts, _ = propose(files, "rocket")
    assert {name: keys["asset"] for name, keys in artifacts.items() if "asset" in keys} == expected
    project = Project("rocket", "acme/rocket")
    for pattern in expected.values():
        filled = fill(pattern, version_of(files), project)
        assert len([name for name in names if matches(filled, name)]) == 1


def test_what_most_users_download_is_offered_first() -> None:
    _, offers = propose(Files(GO, "v1.2.3"), "rocket")
    assert next(one.file for one in offers if one.system == "windows") == "rocket_1.2.3_windows_amd64.zip"
    assert next(one.file for one in offers if one.system == "linux") == "rocket_1.2.3_linux_amd64.tar.gz"


RELEASE = {"tag_name": "rocket/v1.2.3", "assets": [{"name": "a.zip"}]}
LISTS = {
    "names": ("# of 1.2.3\n\na.zip\n a.zip \n", Files(("a.zip",))),
    "a release": (json.dumps(RELEASE), Files(("a.zip",), "rocket/v1.2.3")),
    "releases, a draft first": (json.dumps([{**RELEASE, "draft": True, "assets": []}, RELEASE]),
                                Files(("a.zip",), "rocket/v1.2.3")),
    "assets": (json.dumps(RELEASE["assets"]), Files(("a.zip",))),
    "nothing": ("", Files()),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), LISTS.values(), ids=LISTS.keys())
def test_a_list_of_files(text: str, expected: Files) -> None:
    assert parse_files(text) == expected


REFUSED = {
    "a path": ("../a.zip", "no name of an asset"),
    "a wildcard": ("rocket_*.zip", "no name of an asset"),
    "a brace": ("rocket_{x}.zip", "no name of an asset"),
    "broken JSON": ('{"assets": [', "begins as JSON"),
    "deep JSON": ("[" * 100_000, "begins as JSON"),
    "JSON of something else": ('{"message": "Not Found"}', "no list of assets"),
    "a name that is none": ('{"assets": [{"name": 1}]}', "no list of assets"),
}


@pytest.mark.parametrize(("text", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_list_is_refused(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse_files(text)
