"""The index folder: generations, the pointer to the current one, locks between processes, and readers.

``INDEX_DIR/CURRENT`` names the folder that answers. A rebuild fills a new folder and then replaces CURRENT in
one rename. Readers look at two file marks before each answer and reload only when one has changed.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import tantivy
from django.conf import settings

from search.engine import IndexUnavailableError
from search.layout import SCHEMA_VERSION, schema

POINTER = "CURRENT"
_PREFIX = f"v{SCHEMA_VERSION}-"
#: Seconds for which a failed opening is believed, so that an outage does not cost every request an attempt.
_RETRY_AFTER = 1.0
_POLL = 0.02
T = TypeVar("T")


def index_root() -> Path:
    """The folder of the index."""
    return Path(settings.INDEX_DIR)


@contextlib.contextmanager
def engine_errors() -> Iterator[None]:
    """Turn what the engine raises into :class:`IndexUnavailableError`, its panics (no ``Exception``) included."""
    try:
        yield
    except (OSError, ValueError, RuntimeError, KeyError, TypeError) as error:
        raise IndexUnavailableError(str(error)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise IndexUnavailableError(str(error)) from error


def current_folder(root: Path) -> Path:
    """The folder that answers now. Raises :class:`IndexUnavailableError`."""
    try:
        name = (root / POINTER).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise IndexUnavailableError("no index has been built") from error
    if not name.startswith(_PREFIX) or "/" in name:
        raise IndexUnavailableError(f"the index {name!r} was made by another version of the program")
    return root / name


def new_folder(root: Path) -> Path:
    """Make an empty folder for a rebuild."""
    folder = root / f"{_PREFIX}{time.time_ns()}"
    folder.mkdir(parents=True)
    return folder


def switch_to(folder: Path) -> None:
    """Let this folder answer from now on: one rename, so every reader sees the old or the new one."""
    aside = folder.parent / f"{POINTER}.new"
    aside.write_text(folder.name, encoding="utf-8")
    aside.replace(folder.parent / POINTER)


def remove_others(folder: Path) -> None:
    """Remove all other generations. Readers that still have one open keep its files until they reload."""
    for other in folder.parent.glob("v*-*"):
        if other != folder and other.is_dir():
            shutil.rmtree(other, ignore_errors=True)


class FileLock:
    """A lock between processes, on a file; the system lifts it when its holder dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def acquire(self, timeout: float = 0.0) -> bool:
        """Take the lock, waiting up to ``timeout`` seconds; return whether it is ours."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o640)
        deadline = time.monotonic() + timeout
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                if time.monotonic() >= deadline:
                    os.close(handle)
                    return False
                time.sleep(_POLL)
            else:
                self._handle = handle
                return True

    def release(self) -> None:
        """Give the lock back."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    @contextlib.contextmanager
    def held(self, timeout: float) -> Iterator[None]:
        """Hold the lock for a block. Raises :class:`IndexUnavailableError` when it cannot be had in time."""
        if not self.acquire(timeout):
            raise IndexUnavailableError(f"{self.path.name} is held by another process")
        try:
            yield
        finally:
            self.release()


def batch_lock(root: Path) -> FileLock:
    """Held while one batch is read, written, committed and taken off the outbox."""
    return FileLock(root / "batch.lock")


def rebuild_lock(root: Path) -> FileLock:
    """Held while a rebuild is running."""
    return FileLock(root / "rebuild.lock")


def worker_lock(root: Path) -> FileLock:
    """Held by the one worker."""
    return FileLock(root / "worker.lock")


def is_rebuilding(root: Path) -> bool:
    """Whether a rebuild is running in some process."""
    lock = rebuild_lock(root)
    if not lock.acquire():
        return True
    lock.release()
    return False


@dataclass(frozen=True, slots=True)
class View:
    """The index as it stood at one moment. ``stamp`` differs between any two states."""

    searcher: tantivy.Searcher
    stamp: tuple[str, int, int]


def _mark(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_ino


@dataclass(slots=True)
class _Opened:
    folder: Path
    pointer: tuple[int, int]
    index: tantivy.Index
    view: View | None = None


def _open(folder: Path, pointer: tuple[int, int]) -> _Opened:
    if not (folder / "meta.json").exists():
        raise IndexUnavailableError(f"the index folder {folder.name} is incomplete")
    with engine_errors():
        index = tantivy.Index(schema(), str(folder), reuse=True)
        index.config_reader(reload_policy="manual")
    return _Opened(folder, pointer, index)


class Store:
    """Opens the current index for reading and keeps it up to date; one for each process and folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.Lock()
        self._opened: _Opened | None = None
        self._failed_until = 0.0
        self._failure = ""

    def view(self) -> View:
        """The newest state. Raises :class:`IndexUnavailableError`."""
        with self._lock:
            if time.monotonic() < self._failed_until:
                raise IndexUnavailableError(self._failure)
            try:
                return self._newest()
            except IndexUnavailableError:
                # Perhaps a rebuild has just taken the folder away and another one answers.
                self._opened = None
            try:
                return self._newest()
            except IndexUnavailableError as error:
                self._forget(str(error))
                raise

    def note_failure(self, error: Exception) -> None:
        """An answer failed: open everything anew, after a moment."""
        with self._lock:
            self._forget(str(error))

    def read(self, answer: Callable[[View], T]) -> T:
        """Answer from the newest state; what the engine raises becomes :class:`IndexUnavailableError`."""
        view = self.view()
        try:
            with engine_errors():
                return answer(view)
        except IndexUnavailableError as error:
            self.note_failure(error)
            raise

    def _forget(self, failure: str) -> None:
        self._opened = None
        self._failure = failure
        self._failed_until = time.monotonic() + _RETRY_AFTER

    def _newest(self) -> View:
        try:
            pointer = _mark(self.root / POINTER)
        except OSError as error:
            raise IndexUnavailableError("no index has been built") from error
        opened = self._opened
        if opened is None or opened.pointer != pointer:
            opened = self._opened = _open(current_folder(self.root), pointer)
        with engine_errors():
            # Taken before the reload: a commit in between is then seen by the next call.
            mark = _mark(opened.folder / "meta.json")
            if opened.view is None or opened.view.stamp[1:] != mark:
                opened.index.reload()
                opened.view = View(opened.index.searcher(), (opened.folder.name, *mark))
        return opened.view


_stores: dict[Path, Store] = {}


def store() -> Store:
    """The store of the configured folder."""
    root = index_root()
    return _stores.setdefault(root, Store(root))
