"""Numbers as people read them."""

SIZES = (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10))


def size(count: int | None) -> str:
    """Bytes in the unit that fits: ``9 bytes``, ``1.5 MiB``; ``None`` is of unknown size."""
    if count is None:
        return "size unknown"
    name, unit = next(((name, unit) for name, unit in SIZES if count >= unit), ("bytes", 1))
    return f"{count / unit:.1f} {name}" if unit > 1 else f"{count} {name}"


def duration(seconds: float) -> str:
    """Seconds as a clock shows them: ``0:07``, ``12:30``, ``1:00:00``; less than none is none."""
    minutes, second = divmod(int(max(seconds, 0)), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}" if hour else f"{minute}:{second:02}"
