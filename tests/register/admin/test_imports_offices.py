"""Imports and offices: a file speaks of the own filings only, and a request adds nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Role, User
from portal.audit.models import AuditEvent
from portal.register.models import Filing, Institution, Occupation
from portal.register.services.import_institutions import import_institutions
from tests.factories.people import make_person
from tests.factories.register import (
    make_authority,
    make_bureau,
    make_centre,
    make_district,
)
from tests.factories.tables import csv_bytes, fee_row, write_csv
from tests.register.admin.imports_desk import (
    CITY_ROW,
    ROW,
    UPLOAD,
    act,
    as_file,
    page,
    problem_texts,
    upload,
    uploaded,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folders")]


class TestOffices:
    """A file speaks of the own office's filings only, and tells nothing of those of others."""

    def test_rows_of_another_office_are_problems(self, client: Client, officer: User) -> None:
        run = uploaded(client, as_file(ROW, CITY_ROW))
        assert run.status == "with_errors"
        assert any("只能导入本机关备案的机构" in text for text in problem_texts(run))

    def test_another_offices_code_reveals_nothing_registered(
        self, client: Client, officer: User, tmp_path: Path
    ) -> None:
        jiangbei = make_authority(make_district("500106", "沙坪坝区"))
        theirs = {
            **ROW,
            "备案编码": "S010650000001",
            "备案管理机构": jiangbei.name,
            "评价区域": "沙坪坝区",
            "注册地址": "机密路8号",
            "联系电话": "023-77777777",
        }
        assert not import_institutions(write_csv(tmp_path / "cli.csv", [theirs])).problems
        Filing.objects.update(code="S010350000009")
        mine = {**ROW, "备案编码": "S010350000009", "联系电话": "1"}
        run = uploaded(client, as_file(mine), effective_on="2026-01-05", reason="试探内容")
        texts = problem_texts(run)
        assert any("S010350000009 不是本机关的备案" in text for text in texts)
        # The same institution under a code of one's own: that it differs is said, not how.
        same = uploaded(
            client, as_file({**ROW, "联系电话": "1"}), effective_on="2026-01-05", reason="试探内容"
        )
        texts += problem_texts(same)
        assert any("由其他机关备案" in text for text in texts)
        fees = uploaded(client, as_file(fee_row(备案编码="S010350000009")), kind="fees")
        texts += problem_texts(fees)
        assert any("本机关没有备案 S010350000009" in text for text in texts)
        shown = "".join(texts) + page(client, run) + page(client, same)
        assert "机密路" not in shown
        assert "77777777" not in shown
        assert Institution.objects.get().phone == "023-77777777"

    def test_the_centre_imports_what_is_filed_with_the_city(self, client: Client) -> None:
        client.force_login(make_person("zhongxin", Role.CASE_OFFICER, office=make_centre()))
        run = uploaded(client, as_file(CITY_ROW))
        assert run.status == "checked", problem_texts(run)
        act(client, run, "apply", outcome=run.outcome, reason="市级备案批次")
        assert Filing.objects.get().handled_by == make_centre()

    def test_occupations_are_the_citys_heads_alone(self, client: Client, officer: User) -> None:
        row = {
            "职业编码": "6-31-01-09",
            "职业名称": "演示工",
            "小类编码": "6-31-01",
            "小类": "甲",
            "中类": "乙",
            "大类": "丙",
        }
        refused = upload(client, as_file(row), kind="occupations")
        assert refused.status_code == 422
        client.force_login(make_person("fuzeren", Role.HEAD, office=make_centre()))
        run = uploaded(client, as_file(row), kind="occupations")
        act(client, run, "apply", outcome=run.outcome, reason="大典增补")
        assert Occupation.objects.filter(code="6-31-01-09").exists()

    def test_nobody_else_finds_a_run(self, client: Client, officer: User) -> None:
        run = uploaded(client, as_file(ROW))
        stranger = make_person(
            "shapingba", Role.HEAD, office=make_authority(make_district("500106", "沙坪坝区"))
        )
        city = make_person("zhongxin", Role.HEAD, office=make_centre())
        for user in (stranger, city):
            client.force_login(user)
            for name in ("page", "file", "problems"):
                assert client.get(reverse(f"register_imports:{name}", args=[run.pk])).status_code == 404
            for name in ("apply", "check", "discard"):
                assert act(client, run, name, outcome=run.outcome, reason="猜到的编号").status_code == 404
            assert "机构.csv" not in client.get("/admin/imports/").content.decode()
            corrected = uploaded(client, as_file(CITY_ROW), f"?corrects={run.pk}")
            assert corrected.corrects is None
        run.refresh_from_db()
        assert run.status == "checked"

    def test_the_auditor_reads_and_changes_nothing(self, client: Client, officer: User) -> None:
        run = uploaded(client, as_file(ROW))
        client.force_login(make_person("shenji", Role.AUDITOR, office=make_bureau()))
        text = page(client, run)
        assert "新增备案" in text
        assert "应用这" not in text
        assert act(client, run, "apply", outcome=run.outcome, reason="审计员应用").status_code == 403
        assert client.get(UPLOAD).status_code == 403
        file = client.get(reverse("register_imports:file", args=[run.pk]))
        assert b"".join(file.streaming_content) == csv_bytes([ROW])  # type: ignore[attr-defined]
        assert file["Content-Type"] == "application/octet-stream"
        assert AuditEvent.objects.get(action="register.import.file.read").actor_name == "shenji"


def test_what_a_request_adds_is_ignored(client: Client, officer: User) -> None:
    bureau = make_bureau()
    run = uploaded(
        client,
        as_file(ROW),
        office=str(bureau.pk),
        status="applied",
        sha256="0" * 64,
        uploaded_by="1",
        applied_by=str(officer.pk),
        folder="../../keys",
    )
    assert (run.office, run.status, run.uploaded_by, run.applied_by) == (
        make_authority(),
        "checked",
        officer,
        None,
    )
    assert run.sha256 != "0" * 64
    assert re.fullmatch(r"[0-9a-f]{32}", run.folder)
    act(client, run, "check", effective_on="", reason="", office=str(bureau.pk), kind="fees")
    run.refresh_from_db()
    assert (run.office, run.kind) == (make_authority(), "institutions")
