"""``distribute``: the same tasks over the ``invoke.yaml`` of the folder, as one installed command."""

import atexit
import gc
import re
import shlex
import sys
from difflib import get_close_matches
from pathlib import Path

from invoke.exceptions import Exit, ParseError
from invoke.program import Program

from release import __version__
from release.commands.names import OF_A_CHANNEL, configured, known_channels
from release.commands.table import ON_ONE, collect, rows
from release.report.streams import end_of_list
from release.settings.environment import read_environment

NAME = "distribute"
SLIP = 2  # exit code of what Invoke itself notices: nothing was run
CHOICES = frozenset({"--only", "--skip"})
OLDEST = (3, 11)


class Distribute(Program):
    """Invoke's program with our tasks; a slip ends with 2 and names the nearest task or flag."""

    def run(self, argv: list[str] | None = None, exit: bool = True) -> None:  # noqa: A002, FBT001, FBT002 - Invoke's own signature
        """Read the folder's configuration, then as Invoke does it.

        Raises:
            SystemExit: always, where ``exit`` is true and not all went well.
        """
        self.normalize_argv(argv)
        del exit
        words = self.argv[1:]
        self.namespace = self.tasks_here = collect(Path.cwd(), words, read_environment().variables)
        try:
            self._run()
        except ParseError as error:
            self._slip(str(error), words)
        except Exit as error:
            if error.message:  # Invoke's own: a report ends with its code alone
                self._slip(error.message, words)
            sys.exit(error.code)

    def print_version(self) -> None:
        """Ours, if nothing else was asked for.

        Raises:
            ParseError: something was, and would be left undone.
        """
        if len(self.argv) > 2:
            raise ParseError("--version stands alone here; a task takes it behind its name", self.initial_context)
        super().print_version()

    def _run(self) -> None:
        self.create_config()
        self.parse_core(self.argv)
        sys.dont_write_bytecode = bool(sys.flags.dont_write_bytecode)  # as in ``tasks.py``
        self.config.set_project_location(Path.cwd())
        self.config.load_project()
        self.parse_collection()
        self.parse_tasks()
        self.parse_cleanup()
        self.update_config()
        self.execute()

    def parse_cleanup(self) -> None:
        """Complete the names of channels too, which Invoke does not know of."""
        if self.args.complete.value:
            before = shlex.split(self.core.remainder)[-1:]
            if before and before[0] in CHOICES:
                sys.stdout.write("\n".join([*(configured(Path.cwd(), [], read_environment().variables) or {}), ""]))
                raise Exit
        super().parse_cleanup()

    def _slip(self, said: str, words: list[str]) -> None:
        """Two lines: what Invoke says, and what was meant as far as that can be told.

        Raises:
            InputError: the configuration is why there is no such task.
        """
        said = re.sub(r"<Argument: (\w+)[^>]*>", lambda one: f"--{one[1].replace('_', '-')}", said)
        found = re.search(r"'([^']*)'", said)
        word = found[1] if found else ""
        if OF_A_CHANNEL.match(word):  # because of the configuration, if that is not as it should be
            known_channels(Path.cwd(), words, read_environment().variables, word, rows)
        meant = self._meant(word, words) if word else ""
        sys.stderr.write(f"{said}\n{meant}See: {NAME} --list, and {NAME} --help TASK.\n")
        sys.exit(SLIP)

    def _meant(self, word: str, words: list[str]) -> str:
        """The nearest task or flag; a channel's own tasks where only its kind lacks this one."""
        (group, _, channel), tasks = word.partition("."), list(self.tasks_here.task_names)
        own = [task for task in tasks if channel and task.partition(".")[2] == channel]
        if own and group in ON_ONE:
            return f"There is {', '.join(own)}. "
        near = get_close_matches(word, self._flags(words) if word.startswith("-") else tasks, n=1, cutoff=0.5)
        return f"Did you mean {near[0]}? " if near else ""

    def _flags(self, words: list[str]) -> list[str]:
        """The flags of the tasks on the command line, and the core's."""
        contexts = [one for one in self.tasks_here.to_contexts() if one.name in words]
        return [flag for one in (*contexts, self.initial_context) for flag in one.flag_names()]


def main() -> None:
    """The entry point of the installed command."""
    gc.disable()  # as in ``tasks.py``
    if sys.version_info < OLDEST:
        sys.exit(
            "distribute needs Python 3.11 or newer.\nInstall it with one, such as: pipx install --python python3.11"
        )
    from release.commands.command import explain  # noqa: PLC0415 - after the line above

    sys.excepthook = explain
    atexit.register(end_of_list)
    Distribute(name=NAME, binary=NAME, binary_names=[NAME], version=__version__).run()


if __name__ == "__main__":
    main()
