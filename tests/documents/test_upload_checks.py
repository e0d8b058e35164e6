"""Uploads: the content decides, and a refusal says how to mend it."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from documents.models import PortalDocument
from documents.upload_checks import check_upload

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return buffer.getvalue()


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("公告.pdf", PDF),
        ("名单.csv", "机构,编码\n甲,1\n".encode()),
        ("名单.csv", "机构,编码\n甲,1\n".encode("gb18030")),
        ("名单.txt", ("字" * 5000).encode()),
        ("表.xlsx", archive("[Content_Types].xml", "xl/workbook.xml")),
        ("文.docx", archive("[Content_Types].xml", "word/document.xml")),
        ("版式.ofd", archive("OFD.xml", "Doc_0/Document.xml")),
        ("附件.zip", archive("a.txt")),
        ("旧表.xls", OLE),
        ("旧文.wps", OLE),
    ],
)
def test_what_is_what_it_says_is_taken(name: str, content: bytes) -> None:
    file = SimpleUploadedFile(name, content)
    check_upload(file)
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("公告.pdf", b"MZ\x90\0" + b"\0" * 100, "不符"),
        ("公告.pdf", b"<html><script>alert(1)</script>", "不符"),
        ("名单.csv", PDF, "不符"),
        ("名单.csv", b"a,b\0c", "不符"),
        ("表.xlsx", archive("evil.txt"), "不符"),
        ("表.xlsx", PDF, "不符"),
        ("版式.ofd", archive("word/document.xml"), "不符"),
        ("页.html", b"<html>", "不能上传"),
        ("图.svg", b"<svg/>", "不能上传"),
        ("无名", b"x", "不能上传"),
        ("空.pdf", b"", "空的"),
    ],
)
def test_what_is_not_what_it_says_is_refused(name: str, content: bytes, words: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        check_upload(SimpleUploadedFile(name, content))
    assert words in refusal.value.message_dict["file"][0]


def test_a_file_over_the_limit_is_refused(settings: Settings) -> None:
    settings.DOCUMENTS_MAX_UPLOAD_BYTES = 1024
    with pytest.raises(ValidationError, match="超过上限"):
        check_upload(SimpleUploadedFile("大.txt", b"a" * 1025))


def test_the_model_checks_a_new_file_and_leaves_a_stored_one_alone(db: None, settings: Settings) -> None:
    with pytest.raises(ValidationError, match="不符"):
        PortalDocument(title="假", file=SimpleUploadedFile("假.pdf", b"MZ\x90")).full_clean()
    document = PortalDocument(title="真", file=SimpleUploadedFile("真.pdf", PDF))
    document.full_clean()
    document.save()
    settings.DOCUMENTS_MAX_UPLOAD_BYTES = 1
    document.title = "改名"
    document.full_clean()
