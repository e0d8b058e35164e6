"""Where uploaded tables lie: a folder each below the data folder, never served as media; lists beside them."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import filetype  # type: ignore[import-untyped]
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from portal.register.models import ImportRun
from portal.register.tabular.limits import MAX_BYTES
from portal.register.tabular.problems import TableError
from portal.register.tabular.table import check_file
from portal.register.tabular.xlsx_reading import check_package

SUFFIXES = (".csv", ".xlsx", ".txt")
_CONTROL = re.compile(r"[\x00-\x1f\x7f/\\]")


@dataclass(frozen=True, slots=True)
class RunFiles:
    """The files of one run: the table as uploaded, and for each outcome what it changes and what is wrong."""

    folder: Path

    @classmethod
    def of(cls, run: ImportRun) -> RunFiles:
        """Those of a run."""
        return cls(imports_folder() / run.folder)

    @property
    def table(self) -> Path:
        """The uploaded bytes."""
        return self.folder / "table"

    def changes(self, outcome: str) -> Path:
        """One text a line: what would change."""
        return self.folder / f"changes-{outcome[:20]}.jsonl"

    def problems(self, outcome: str) -> Path:
        """Row, column and text of each problem."""
        return self.folder / f"problems-{outcome[:20]}.jsonl"

    def moved(self, outcome: str) -> Path:
        """Sign and text of what an outcome has more (+) or less (−) than the one before it."""
        return self.folder / f"moved-{outcome[:20]}.jsonl"

    def remove(self) -> None:
        """Take everything away; for an upload that was refused."""
        shutil.rmtree(self.folder, ignore_errors=True)


def imports_folder() -> Path:
    """The folder of all imports, readable by the owner of the data folder only."""
    return Path(settings.DATA_DIR) / "imports"


def clean_name(name: str) -> str:
    """The name of an uploaded file as it is shown: without folders and control characters, not too long."""
    plain = _CONTROL.sub("", name.replace("\\", "/").rsplit("/", 1)[-1]).strip()
    stem, dot, suffix = plain.rpartition(".")
    return f"{stem[:140]}{dot}{suffix[:9]}" if dot else plain[:150]


def store_upload(upload: UploadedFile[Any], files: RunFiles) -> tuple[str, int]:
    """Keep the bytes and return their SHA-256 and number.

    Raises :class:`TableError` for what cannot be a table at all; then nothing is kept.
    """
    if Path(clean_name(upload.name or "")).suffix.lower() not in SUFFIXES:
        raise TableError(_("请选择 .csv 或 .xlsx 文件。"))
    files.folder.mkdir(parents=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    try:
        descriptor = os.open(files.table, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            for chunk in upload.chunks():
                size += len(chunk)
                if size > MAX_BYTES:
                    break
                digest.update(chunk)
                stream.write(chunk)
        check_content(files.table, size)
    except BaseException:
        files.remove()
        raise
    return digest.hexdigest(), size


def check_content(path: Path, size: int) -> None:
    """Raise :class:`TableError` for an empty, too large, foreign or dangerous file, by what it holds, not its name."""
    if size > MAX_BYTES:
        raise TableError(_("文件超过 %d MB，请拆成几个文件分别导入。") % (MAX_BYTES // 1024 // 1024))
    check_file(path)
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head.startswith(b"PK"):
        try:
            check_package(path)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
            raise TableError(
                _("无法打开这个 XLSX 文件，可能已损坏，请用电子表格软件重新另存后再试。")
            ) from error
        return
    known = filetype.guess(head)
    if known is not None:
        raise TableError(_("文件内容是 %s，不是表格；请选择 CSV 或 XLSX 文件。") % known.extension.upper())
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TableError(_("文件内容不是文本表格，请用电子表格软件另存为 .xlsx 或“CSV UTF-8”后重试。"))


def write_lines(path: Path, lines: Iterable[Any]) -> None:
    """Write values one a line, aside first."""
    aside = path.with_suffix(".part")
    with aside.open("w", encoding="utf-8") as stream:
        for line in lines:
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")
    aside.replace(path)


def read_lines(path: Path, start: int = 0, count: int | None = None) -> Iterator[Any]:
    """The values from the ``start``-th on; none when there is no such file."""
    try:
        stream = path.open(encoding="utf-8")
    except FileNotFoundError:
        return
    with stream:
        stop = None if count is None else start + count
        for line in islice(stream, start, stop):
            yield json.loads(line)
