# ruff: noqa: INP001 - a script of the action, not a module
"""A virtual environment with the locked wheels and this project's package, below a folder; made once.

Run as ``set_up.py FOLDER``, with any Python that may do it. Prints a line for ``GITHUB_OUTPUT``. What installs sees no
variable that the caller may have put a secret into.
"""

import hashlib
import os
import re
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements.txt"
INSTALL = ("install", "--quiet", "--disable-pip-version-check", "--no-cache-dir", "--only-binary", ":all:",
           "--require-hashes", "--no-compile", "--requirement")  # fmt: skip  # most of it is never imported
NEEDED = re.compile(  # to find programs, temporary folders and the index, also behind a company's proxy
    r"(?i)path|home|lang|lc_all|tmpdir|temp|tmp|system(root|drive)|windir|comspec|pathext|userprofile|(local)?appdata|"
    r"(https?|no|all)_proxy|ssl_cert_(file|dir)|requests_ca_bundle|pip_(index_url|extra_index_url|cert|config_file)"
)


def set_up(folder: Path) -> Path:
    """The Python of the environment; a second call for the same lock finds what the first one made."""
    key = hashlib.sha256(f"{ROOT}\n".encode() + LOCK.read_bytes()).hexdigest()[:16]
    place, done = folder / f"distributions-{key}", folder / f"distributions-{key}" / "complete"
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not done.exists():
        venv.create(place, clear=True, symlinks=os.name != "nt")
        clean = {name: value for name, value in os.environ.items() if NEEDED.fullmatch(name)}
        pip = [sys.executable, "-I", "-m", "pip", "--python", str(python)]  # a pip of its own would take seconds more
        subprocess.run([*pip, *INSTALL, str(LOCK)], check=True, env=clean, stdout=sys.stderr)
        where = [str(python), "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'), end='')"]
        packages = subprocess.run(where, check=True, env=clean, capture_output=True, text=True).stdout
        Path(packages, "distributions.pth").write_text(f"{ROOT}\n", "utf-8")
        done.touch()
    return python


if __name__ == "__main__":
    sys.stdout.buffer.write(f"python={set_up(Path(sys.argv[1]))}\n".encode())  # the same line end on every system
