"""What may be uploaded: the content decides, not the name."""

from __future__ import annotations

import zipfile
from pathlib import PurePath
from typing import Any

import filetype  # type: ignore[import-untyped]
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

#: Bytes; a setting may lower or raise it.
MAX_BYTES = 20 * 1024 * 1024
#: What each extension may turn out to be, as :mod:`filetype` names it.
SIGNATURES = {
    "pdf": {"pdf"},
    "doc": {"doc", "wps"},
    "wps": {"doc", "wps", "docx", "zip"},
    "xls": {"xls", "doc"},
    "docx": {"docx", "zip"},
    "xlsx": {"xlsx", "zip"},
    "ofd": {"zip"},
    "zip": {"zip"},
    "rtf": {"rtf"},
}
TEXT_EXTENSIONS = frozenset({"csv", "txt"})
#: A part that tells the kind of file apart from any other archive.
ARCHIVE_PARTS = {"docx": "word/", "xlsx": "xl/", "ofd": "OFD.xml"}
OLE_BEGINNING = bytes.fromhex("d0cf11e0a1b11ae1")
ENCODINGS = ("utf-8-sig", "gb18030")


def max_bytes() -> int:
    """The largest upload in bytes (``DOCUMENTS_MAX_UPLOAD_BYTES``, 20 MB unless set)."""
    limit: int = getattr(settings, "DOCUMENTS_MAX_UPLOAD_BYTES", MAX_BYTES)
    return limit


def check_upload(file: Any) -> None:
    """Raise :class:`ValidationError` for the field ``file``: empty, too big, not allowed, or not what it says.

    ``file`` is an uploaded file with ``name`` and ``size``; it is left at its beginning.
    """
    problem = _problem(file)
    file.seek(0)
    if problem is not None:
        raise ValidationError({"file": problem})


def _problem(file: Any) -> str | None:
    extension = PurePath(file.name).suffix.lstrip(".").lower()
    if extension not in settings.WAGTAILDOCS_EXTENSIONS:
        allowed = "、".join(settings.WAGTAILDOCS_EXTENSIONS)
        return _("不能上传“.%(extension)s”文件。可以上传：%(allowed)s。") % {
            "extension": extension or _("无扩展名"),
            "allowed": allowed,
        }
    if file.size == 0:
        return _("文件是空的。请检查原文件后重新选择。")
    if file.size > max_bytes():
        return _("文件有%(size)s MB，超过上限%(limit)s MB。请压缩，或拆成几个文件。") % {
            "size": f"{file.size / 1024 / 1024:.1f}",
            "limit": f"{max_bytes() / 1024 / 1024:.0f}",
        }
    if not _content_fits(file, extension):
        return _(
            "文件内容与扩展名“.%(extension)s”不符，可能改过名或已损坏。请用原来的软件重新另存后上传。"
        ) % {"extension": extension}
    return None


def _content_fits(file: Any, extension: str) -> bool:
    file.seek(0)
    beginning = file.read(8192)
    if extension in TEXT_EXTENSIONS:
        return _is_text(beginning, whole=len(beginning) < 8192)
    found = filetype.guess_extension(beginning)
    if extension in {"doc", "xls", "wps"} and beginning.startswith(OLE_BEGINNING):
        return True
    if found not in SIGNATURES[extension]:
        return False
    return extension not in ARCHIVE_PARTS or _archive_has(file, ARCHIVE_PARTS[extension])


def _is_text(beginning: bytes, *, whole: bool) -> bool:
    """Text in UTF-8 or GB 18030 without control characters, and not some other kind of file."""
    if b"\0" in beginning or filetype.guess(beginning) is not None:
        return False
    for encoding in ENCODINGS:
        # The last character may have been cut in the middle.
        for cut in range(1 if whole else 4):
            try:
                text = beginning[: len(beginning) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return all(
                character.isprintable() or character in "\t\r\n\f\ufeff" or ord(character) > 127
                for character in text
            )
    return False


def _archive_has(file: Any, part: str) -> bool:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            return any(name.startswith(part) for name in archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
