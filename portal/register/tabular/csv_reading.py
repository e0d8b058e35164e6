"""Records of a CSV file: encoding by strict decoding, delimiter by the header line."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from portal.register.tabular.limits import check_row_count
from portal.register.tabular.problems import TableError

DELIMITERS = (",", "\t", ";", "；")
_CHUNK = 1 << 16


def read_records(path: Path) -> Iterator[list[str]]:
    """Yield the records as lists of texts, blank lines as empty lists, without holding the file in memory."""
    encoding = detect_encoding(path)
    with path.open(encoding=encoding, newline="") as stream:
        head = stream.readline()
        stream.seek(0)
        reader = csv.reader(stream, delimiter=detect_delimiter(head), strict=True)
        number = 0
        while True:
            number += 1
            check_row_count(number)
            try:
                yield next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise TableError(
                    _("无法按 CSV 读取（%s），多半是引号没有成对，请检查这一行的引号。") % error, row=number
                ) from error


def detect_encoding(path: Path) -> str:
    """The encoding that decodes the whole file strictly: UTF-8 (with or without mark), UTF-16 with mark, GB18030."""
    with path.open("rb") as stream:
        head = stream.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif head.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    else:
        candidates = ["utf-8", "gb18030"]
    for encoding in candidates:
        if _decodes(path, encoding):
            return encoding
        if encoding.startswith("utf-8") and _decodes(path, encoding, errors="surrogatepass"):
            raise TableError(_("文件含有半个字符（代理码位 U+D800–U+DFFF），请重新导出为 UTF-8 编码的 CSV。"))
    raise TableError(_("文件既不是 UTF-8 也不是 GB18030（GBK）编码，请另存为“CSV UTF-8”后重试。"))


def _decodes(path: Path, encoding: str, errors: str = "strict") -> bool:
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    with path.open("rb") as stream:
        try:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def detect_delimiter(header_line: str) -> str:
    """The delimiter that occurs most often in the header line; a comma when none does."""
    return max(DELIMITERS, key=header_line.count)
