"""What an edit changes, as people read it."""

import pytest

from release.git.diff import unified

HEAD = "--- a/f\n+++ b/f\n@@ -1 +1 @@\n"


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        pytest.param(b"a\n", b"b\n", f"{HEAD}-a\n+b\n", id="a line"),
        pytest.param(b"a\n", b"a\n", "", id="nothing"),
        pytest.param(None, b"b\n", "--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+b\n", id="a new file"),
        pytest.param(b"a", b"b\n", f"{HEAD}-a\n\\ No newline at end of file\n+b\n", id="no newline at the end"),
        pytest.param(b"a\r\n", b"b\r\n", f"{HEAD}-a\n+b\n", id="CRLF on both sides"),
        pytest.param(b"a\r\n", b"a\n", f"{HEAD}-a\\r\n+a\n", id="another end of line"),
        pytest.param(b"a\n", b"\x1b[2Jb\n", f"{HEAD}-a\n+\\x1b[2Jb\n", id="control characters"),
        pytest.param(b"a\n", "schön \U0001f600\tx\n".encode(), f"{HEAD}-a\n+schön \U0001f600\tx\n", id="letters"),
        pytest.param(b"a\n", b"\xff\n", f"{HEAD}-a\n+\ufffd\n", id="no UTF-8"),
    ],
)
def test_diff_is_shown_for_people(before: bytes | None, after: bytes, shown: str) -> None:
    assert unified({} if before is None else {"f": before}, {"f": after}) == shown
