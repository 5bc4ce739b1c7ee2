"""The server's settings: written anew at each start, sized by the machine's memory."""

import os
from enum import StrEnum
from pathlib import Path

FILE_NAME = "preo.conf"
MEGABYTE = 1024 * 1024


class Flavour(StrEnum):
    """Whether a power cut may lose data: `fast` is for tests only."""

    DURABLE = "durable"
    FAST = "fast"


def write_settings(data: Path, flavour: Flavour, owner: tuple[int, int]) -> None:
    """Write the file that postgresql.conf includes; ALTER SYSTEM still overrides it."""
    path = data / FILE_NAME
    lines = [f"{name} = {value}" for name, value in settings_for(memory_bytes(), flavour).items()]
    path.write_text("# Written by Preo at each start; use ALTER SYSTEM to change a setting.\n")
    with path.open("a") as stream:
        stream.write("\n".join(lines) + "\n")
    if os.getuid() == 0:
        os.chown(path, *owner)


def settings_for(memory: int, flavour: Flavour) -> dict[str, str]:
    """The settings for a machine with this much memory (bytes) that also runs Preo itself."""
    size = memory // MEGABYTE
    chosen = {
        "shared_buffers": f"{_between(64, size // 8, 2048)}MB",
        "effective_cache_size": f"{_between(128, size // 2, 65536)}MB",
        "work_mem": f"{_between(4, size // 512, 64)}MB",
        "maintenance_work_mem": f"{_between(32, size // 32, 512)}MB",
        "random_page_cost": "1.1",
        "max_wal_size": "2GB",
        "wal_compression": "pglz",
        "log_checkpoints": "off",
        "log_line_prefix": "'%m [%p] '",
        # A refused row stands in DETAIL and STATEMENT with all its values: nobody who is erased is
        # to be left in a log. The application has been told both.
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
    }
    if flavour is Flavour.FAST:
        chosen |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        # Its snapshots would now and then keep a test's own VACUUM from finishing its work.
        chosen |= {"autovacuum": "off"}
    return chosen


def memory_bytes() -> int:
    """The machine's memory, or the container's share of it where that is less."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        limit = int(Path("/sys/fs/cgroup/memory.max").read_text())
    except (OSError, ValueError):
        return machine
    return min(machine, limit)


def _between(least: int, wanted: int, most: int) -> int:
    return max(least, min(wanted, most))
