"""What ``git fast-import`` reads. Source: its manual, "INPUT FORMAT". Pure."""

import json
from collections.abc import Mapping

PLAIN = "100644"
MARKED = b"get-mark :1\n"
"""Has git say the id of the last commit."""


def commit_stream(
    ref: str, who: str, message: str, files: Mapping[str, bytes | None],
    *, parent: str | None = None, modes: Mapping[str, str] | None = None,
) -> bytes:  # fmt: skip
    """One commit.

    Args:
        ref: what points to it then.
        who: its committer and author, with the time: ``A <a@b.test> now``.
        message: all of it.
        files: path -> content; ``None`` removes the file.
        parent: ``None`` for none, or for the commit before it in the same stream.
        modes: path -> mode of a file that is not plain.
    """
    stream = [f"commit {ref}\nmark :1\ncommitter {who}\n".encode(), _data(message.encode())]
    stream += [f"from {parent}\n".encode()] if parent else []
    for path, content in files.items():
        name = json.dumps(path, ensure_ascii=False)  # quoted as in C, whatever is in it
        mode = (modes or {}).get(path, PLAIN)
        stream += (
            [f"D {name}\n".encode()] if content is None else [f"M {mode} inline {name}\n".encode(), _data(content)]
        )
    return b"".join([*stream, b"\n"])


def _data(content: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(content), content)
