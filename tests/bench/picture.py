"""A picture of a rehearsal: the real output of the real command, drawn as a terminal shows it."""

import io
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parents[2]
WIDTH = 118
STATES = {"served": "green", "proved": "green", "skipped": "cyan", "planned": "cyan", "manual": "yellow"}
FONTS = re.compile(r"@font-face \{.*?\}", re.DOTALL)  # of another host: a picture loads nothing


def draw_rehearsal() -> str:
    """The SVG of a rehearsal that went as it should.

    Raises:
        CalledProcessError: it did not.
    """
    command = [sys.executable, "-m", "invoke", "rehearse"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True)
    return draw("$ invoke rehearse", done.stdout + done.stderr)


def draw(command: str, output: str) -> str:
    """The SVG of ``output`` below ``command``; ports and long checksums are cut off with their line."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    for line in (command, *output.splitlines()):
        console.print(_coloured(line), no_wrap=True, overflow="ellipsis", crop=True)
    return FONTS.sub("", console.export_svg(title="rehearsal", unique_id="rehearsal"))


def _coloured(line: str) -> Text:
    text = Text(line, style="bold" if line.startswith("$ ") else "")
    for word, colour in STATES.items():
        text.highlight_regex(rf"\b{word}\b", colour)
    return text
