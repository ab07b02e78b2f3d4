"""What no file of settings has: the limits, and which of them a value is beyond."""

from collections.abc import Iterable

MAX_BYTES = 256 * 1024  # nobody has settings of that length, and PyYAML without libyaml takes a second for as much
MAX_VALUES = 30_000  # with what aliases stand for; a thousand channels are 20,000
MAX_DEPTH = 16  # our sections are 4 deep; libyaml ends the process on some ten thousand
MAX_KEYS = 1000  # of one table, such as the channels: Invoke takes a second to make their tasks
MAX_KEY = 100  # characters: the name of a variable holds all the keys on its way
TOO_DEEP = f"is nested more than {MAX_DEPTH} deep"


def beyond(value: object) -> str:
    """What is too much in a value that was read: the end of a sentence, empty where nothing is."""
    level, values = [value], 0
    for _ in range(MAX_DEPTH):
        values += len(level)
        if values > MAX_VALUES:
            return f"holds more than {MAX_VALUES} values"
        if wrong := next(filter(None, map(_keys_beyond, level)), ""):
            return wrong
        level = [part for one in level for part in _parts(one)]
    return TOO_DEEP if any(isinstance(one, dict | list | tuple) for one in level) else ""


def _keys_beyond(value: object) -> str:
    if not isinstance(value, dict):
        return ""
    if len(value) > MAX_KEYS:
        return f"has a table of {len(value)} keys, more than {MAX_KEYS}"
    return next(filter(None, (key_beyond(str(key)) for key in value)), "")


def key_beyond(key: str) -> str:
    """As ``beyond``, for one key, which every message about what is below it would hold."""
    return f"has a key of {len(key)} characters, more than {MAX_KEY}" if len(key) > MAX_KEY else ""


def _parts(value: object) -> Iterable[object]:
    """The keys and values of a table, or what a list holds."""
    if isinstance(value, dict):
        return (*value, *value.values())
    return value if isinstance(value, list | tuple | set) else ()
