"""What the tests of imports share: rows, files, the forms as a person sends them, the page of a run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.register.models import ImportRun
from portal.register.services.import_files import RunFiles
from tests.factories.register import (
    social_credit_code,
)
from tests.factories.tables import csv_bytes, institution_row

UPLOAD = "/admin/imports/upload/"
ROW = institution_row()
SECOND = institution_row(
    机构名称="演示江岸培训学校", 备案编码="S010350000002", 统一社会信用代码=social_credit_code(2)
)
CITY_ROW = institution_row(
    机构名称="演示全市培训学校",
    备案编码="S000050000007",
    统一社会信用代码=social_credit_code(7),
    备案管理机构="重庆市职业技能鉴定指导中心",
    评价区域="全市",
    联系电话="023-99999999",
)


def as_file(*rows: Mapping[str, str], name: str = "机构.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, csv_bytes(rows))


def upload(client: Client, file: SimpleUploadedFile, query: str = "", **fields: str) -> Any:
    data = {"kind": "institutions", "effective_on": "", "reason": "", "file": file, **fields}
    return client.post(UPLOAD + query, data)


def uploaded(client: Client, file: SimpleUploadedFile, query: str = "", **fields: str) -> ImportRun:
    answer = upload(client, file, query, **fields)
    assert answer.status_code == 302, re.findall(r"error-message.*?</", answer.content.decode(), re.DOTALL)
    return ImportRun.objects.get(pk=int(answer["Location"].rstrip("/").rsplit("/", 1)[-1]))


def act(client: Client, run: ImportRun, what: str, **fields: str) -> Any:
    return client.post(reverse(f"register_imports:{what}", args=[run.pk]), fields)


def page(client: Client, run: ImportRun) -> str:
    answer = client.get(reverse("register_imports:page", args=[run.pk]))
    assert answer.status_code == 200
    return str(answer.content.decode())


def problem_texts(run: ImportRun) -> list[str]:
    from portal.register.services.import_files import read_lines

    return [
        f"{row} {column} {text}" for row, column, text in read_lines(RunFiles.of(run).problems(run.outcome))
    ]
