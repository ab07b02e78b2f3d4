"""Package managers in small: programs on a PATH of their own that behave as the real ones do, and note each call."""

import json
import sys
from pathlib import Path
from typing import Any

HEAD = """#!{python} -IS
import json, os, re, subprocess, sys
from pathlib import Path

ROOT = Path({root!r})
ARGS = sys.argv[1:]
LINE = " ".join(ARGS)
with (ROOT / "calls").open("a", encoding="utf-8") as calls:
    calls.write(json.dumps({{"argv": [{name!r}, *ARGS], "env": dict(os.environ)}}) + "\\n")


def program(folder, name, version):
    path = folder / name
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\\necho {{name}} {{version}}\\n")
    path.chmod(0o755)
    return path


def end(code, said=""):
    print(said)
    sys.exit(code)


"""

BREW = """
PREFIX = ROOT / "prefix"
CLONE = PREFIX / "Taps/tap"
FORMULA = CLONE / "Formula/kekkai.rb"
PROGRAM = PREFIX / "bin/kekkai"
if LINE == "--version":
    end(0, (ROOT / "version").read_text())
if LINE == "--prefix":
    end(0, PREFIX)
if ARGS[0] == "--repository":
    end(0, CLONE)
if LINE == "tap":
    end(0, "kademoslabs/tap" if CLONE.exists() else "homebrew/core")
if LINE == "trust --json=v1":
    end(0, '{"taps": []}')
if ARGS[0] in ("trust", "untrust"):
    end(0)
if ARGS[0] == "tap":
    end(subprocess.run(["git", "clone", "--quiet", ARGS[2], CLONE]).returncode)
if ARGS[0] == "untap":
    subprocess.run(["rm", "-r", CLONE], check=True)
    end(0)
if ARGS[0] == "list":
    end(0 if PROGRAM.exists() else 1, PROGRAM.exists() and "kekkai 0.0.1" or "")
if ARGS[0] == "uninstall":
    gone = not PROGRAM.exists()
    PROGRAM.unlink(missing_ok=True)
    end(1 if gone else 0, "Error: No such keg" if gone else "")
text = FORMULA.read_text()
held = re.search(r"/v([0-9.]+)[.]tar[.]gz", text)[1]
if "0000000000" in text:
    end(1, "\\x1b[31m==> Downloading\\x1b[0m\\nError: kekkai: SHA256 mismatch\\n::error::Expected: 0000000000")
if ARGS[0] == "upgrade" and PROGRAM.exists() and held < PROGRAM.read_text().split()[-1]:
    end(0, "Warning: kekkai already installed")
program(PREFIX / "bin", "kekkai", (ROOT / "prints").read_text() if (ROOT / "prints").exists() else held)
"""

SCOOP = """
SHIMS = Path(sys.argv[0]).parent
BUCKET = SHIMS.parent / "buckets/kademoslabs"
if LINE == "bucket list":
    end(0, "Name        Source\\n----        ------\\nkademoslabs http://x" if BUCKET.exists() else "Name Source")
if ARGS[:2] == ["bucket", "add"]:
    end(subprocess.run(["git", "clone", "--quiet", ARGS[3], BUCKET]).returncode)
if ARGS[:2] == ["bucket", "rm"]:
    subprocess.run(["rm", "-r", BUCKET], check=True)
    end(0)
if ARGS[0] == "prefix":
    end(1, "Could not find app path for 'kekkai'.")
if ARGS[0] == "uninstall":
    (SHIMS / "kekkai.cmd").unlink()
    end(0)
held = json.loads((BUCKET / "bucket/kekkai.json").read_text())["version"]
program(SHIMS, "kekkai.cmd", held)
"""

CHOCO = """
HERE = Path(sys.argv[0]).parent
if ARGS[0] == "list":
    end(0, "")
if ARGS[0] == "uninstall":
    (HERE / "kekkai").unlink()
    end(0)
program(HERE, "kekkai", ARGS[ARGS.index("--version") + 1])
"""


BUILDAH = """
if "run" in ARGS:
    runs = (ROOT / "calls").read_text().count('"release-proof", "--", "kekkai"')
    end(0, (ROOT / f"run {runs}").read_text())
end(0, "1.28")
"""

UNSHARE = """
os.execvp(ARGS[1], ARGS[1:])
"""


class Tools:
    """A folder of programs; what was called is in ``calls``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.root.mkdir()

    def add(self, name: str, body: str, folder: str = "bin") -> Path:
        """A program of Python source; its folder."""
        place = self.root / folder
        place.mkdir(exist_ok=True)
        head = HEAD.format(python=sys.executable, root=str(self.root), name=name.partition(".")[0])
        (place / name).write_text(head + body, "utf-8")
        (place / name).chmod(0o755)
        return place

    @property
    def noted(self) -> list[dict[str, Any]]:
        calls = self.root / "calls"
        return [json.loads(line) for line in calls.read_text("utf-8").splitlines()] if calls.exists() else []

    @property
    def calls(self) -> list[str]:
        return [" ".join(call["argv"]) for call in self.noted]
