"""Exports of staff lists: what the list shows and the office may export, as texts, and on record."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import django_filters
import openpyxl
import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views import generic

from portal.accounts.models import Role, User
from portal.accounts.policy import OfficePolicy
from portal.audit.models import AuditEvent
from portal.register.admin.exporting import ExportColumn, ExportMixin
from portal.register.models import Filing
from portal.register.tabular.problems import Problems
from portal.register.tabular.table import Columns, read_table
from portal.register.tabular.xlsx_writing import stream_xlsx
from tests.factories.people import make_person
from tests.factories.register import make_authority, make_centre, make_district, make_filing, make_institution

pytestmark = pytest.mark.django_db
HEADER = ["备案编码", "机构名称"]


class _Filters(WagtailFilterSet):
    kind = django_filters.ChoiceFilter(
        choices=[("school", "学校"), ("third_party", "评价组织")], label="备案类型"
    )

    class Meta:
        model = Filing
        fields = ("kind",)


class _List(ExportMixin, generic.IndexView):
    model = Filing
    export_name = "filings"
    export_columns = (ExportColumn("备案编码", "code"), ExportColumn("机构名称", "institution.name"))
    filterset_class = _Filters
    default_ordering = "code"
    permission_policy = OfficePolicy(Filing)


def ask(user: User, query: str) -> HttpResponseBase:
    request: HttpRequest = RequestFactory().get(f"/admin/x/?{query}")
    request.user = user
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    response: HttpResponseBase = _List.as_view()(request)
    return response


def rows_of(response: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


@pytest.fixture
def officer() -> User:
    return make_person("yuzhong", Role.CASE_OFFICER, office=make_authority())


def test_only_the_own_office_as_filtered_and_on_record(officer: User) -> None:
    own = make_filing()
    make_filing(kind="school", institution=make_institution(ownership="technical_school"))
    make_filing(authority=make_authority(make_district("500106", "沙坪坝区")))
    make_filing(authority=make_centre())  # on the district's territory: to be read, not to be exported

    rows = rows_of(ask(officer, "export=csv&kind=third_party"))

    assert rows == [HEADER, [own.code, own.institution.name]]
    event = AuditEvent.objects.get(action="register.filings.exported")
    assert event.actor_id == officer.pk
    assert event.after == {"format": "csv", "rows": 1, "parameters": {"kind": ["third_party"]}}


def test_formulas_stay_texts_in_both_formats(officer: User, tmp_path: Path) -> None:
    make_filing(make_institution("=cmd|' /C calc'!A0"))
    assert rows_of(ask(officer, "export=csv"))[1][1] == "'=cmd|' /C calc'!A0"

    response: Any = ask(officer, "export=xlsx")
    path = tmp_path / "filings.xlsx"
    path.write_bytes(b"".join(response.streaming_content))
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[0] == HEADER
    assert cells[1][1] == "'=cmd|' /C calc'!A0"
    assert sheet["B2"].data_type != "f"
    # Our own reader takes the guard away again.
    read = list(read_table(path, Columns(HEADER), Problems()))
    assert read[0]["机构名称"] == "=cmd|' /C calc'!A0"


def test_a_wrong_filter_exports_nothing(officer: User) -> None:
    make_filing()
    response: Any = ask(officer, "export=csv&kind=elephant")
    assert response.status_code == 302
    assert response["Location"] == "/admin/x/?kind=elephant"
    assert not AuditEvent.objects.filter(action__endswith=".exported").exists()


def test_nobody_exports_without_the_power() -> None:
    make_filing()
    editor = make_person("bianji", Role.EDITOR, office=make_authority())
    with pytest.raises(PermissionDenied):
        ask(editor, "export=csv")


def test_a_workbook_keeps_every_character_that_xml_allows(tmp_path: Path) -> None:
    path = tmp_path / "odd.xlsx"
    odd = " <&>\"' 二胡\n𠮷 \x07"
    path.write_bytes(b"".join(stream_xlsx("表<1>&", ["甲"], [[odd], [""], ["尾"]])))
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert [row[0] for row in sheet.iter_rows(values_only=True)] == [
        "甲",
        odd.replace("\x07", ""),
        None,
        "尾",
    ]
