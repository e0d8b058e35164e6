"""Imports in the workplace: tried out, shown by row, corrected, applied exactly as tried out."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.models import Role, User
from portal.audit.models import AuditEvent
from portal.register.models import FeeSchedule, Filing, ImportRun
from portal.register.services import import_applying, import_runs, import_trial
from portal.register.services.import_files import RunFiles
from portal.register.services.import_institutions import import_institutions
from portal.register.services.import_worker import work_off
from portal.register.services.importing import ImportOptions
from tests.factories.people import make_person
from tests.factories.register import (
    make_authority,
)
from tests.factories.tables import csv_bytes, fee_row, write_csv
from tests.register.admin.imports_desk import (
    ROW,
    SECOND,
    act,
    as_file,
    page,
    problem_texts,
    upload,
    uploaded,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folders")]


def test_errors_by_row_then_corrected_and_applied(client: Client, officer: User) -> None:
    wrong = {**SECOND, "有效期至": "2027-03-02", "职业编码": "6-99-99-99", "职业名称": ""}
    run = uploaded(client, as_file(ROW, wrong))
    assert run.status == "with_errors"
    text = page(client, run)
    assert "第 3 行" in text
    assert "没有职业编码 6-99-99-99" in text
    assert "应用这" not in text
    problems = client.get(reverse("register_imports:problems", args=[run.pk]))
    lines = b"".join(problems.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines[0] == "行,列,问题"
    assert len(lines) == run.problem_count + 1
    assert not Filing.objects.exists()

    fixed = uploaded(client, as_file(ROW, SECOND), f"?corrects={run.pk}")
    run.refresh_from_db()
    assert (run.status, fixed.corrects_id, fixed.status) == ("discarded", run.pk, "checked")
    assert "新增备案 S010350000002 演示江岸培训学校" in page(client, fixed)
    short = act(client, fixed, "apply", outcome=fixed.outcome, reason="批")
    assert short.status_code == 422
    assert "理由太短" in short.content.decode()
    assert not Filing.objects.exists()

    answer = act(client, fixed, "apply", outcome=fixed.outcome, reason="2026年第三批备案")
    assert answer.status_code == 302
    fixed.refresh_from_db()
    assert (fixed.status, fixed.applied_by, fixed.reason) == ("applied", officer, "2026年第三批备案")
    assert set(Filing.objects.values_list("code", flat=True)) == {ROW["备案编码"], SECOND["备案编码"]}
    event = AuditEvent.objects.get(action="register.import.institutions")
    assert (event.actor_id, event.reason) == (officer.pk, "2026年第三批备案")
    after = event.after or {}
    assert (after["sha256"], after["file"]) == (fixed.sha256, "机构.csv")


def test_a_second_person_is_told_who_was_quicker(client: Client, officer: User) -> None:
    run = uploaded(client, as_file(ROW))
    other = make_person("yuzhong2", Role.HEAD, office=make_authority())
    second = Client()
    second.force_login(other)
    assert "应用这 1 项" in page(second, run)
    act(client, run, "apply", outcome=run.outcome, reason="第一人应用")
    answer = act(second, run, "apply", outcome=run.outcome, reason="第二人应用")
    assert answer.status_code == 409
    assert "已由yuzhong于" in answer.content.decode()
    assert Filing.objects.count() == 1
    assert AuditEvent.objects.filter(action="register.import.run.applied").count() == 1


def test_two_at_the_same_moment_write_once(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second passes every check before the first has written."""
    run = import_runs.receive_file("institutions", make_authority(), as_file(ROW), actor=officer)
    importer = import_trial.IMPORTERS["institutions"]

    def meanwhile(path: Path, options: ImportOptions) -> Any:
        monkeypatch.setitem(import_trial.IMPORTERS, "institutions", importer)
        import_runs.apply_run(ImportRun.objects.get(), actor=officer, outcome=run.outcome, reason="较快的人")
        return importer(path, options)

    monkeypatch.setitem(import_trial.IMPORTERS, "institutions", meanwhile)
    with pytest.raises(import_applying.ImportConflict):
        import_runs.apply_run(run, actor=officer, outcome=run.outcome, reason="较慢的人")
    assert ImportRun.objects.get().reason == "较快的人"
    assert Filing.objects.count() == 1


def test_a_register_that_moved_is_shown_not_overwritten(
    client: Client, officer: User, tmp_path: Path
) -> None:
    run = uploaded(client, as_file(ROW, SECOND))
    seen = run.outcome
    assert not import_institutions(write_csv(tmp_path / "cli.csv", [ROW])).problems
    answer = act(client, run, "apply", outcome=seen, reason="第三批备案")
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "登记库有了变化" in text
    assert "不再有" in text
    assert f"新增备案 {ROW['备案编码']}" in text
    run.refresh_from_db()
    assert (run.status, run.moved, run.new, run.unchanged) == ("checked", True, 1, 1)
    assert Filing.objects.count() == 1
    # What was seen before counts no more; what is shown now does.
    assert act(client, run, "apply", outcome=seen, reason="第三批备案").status_code == 409
    assert act(client, run, "apply", outcome=run.outcome, reason="第三批备案").status_code == 302
    assert Filing.objects.count() == 2


def test_only_the_checked_bytes_are_applied(client: Client, officer: User) -> None:
    run = uploaded(client, as_file(ROW))
    RunFiles.of(run).table.write_bytes(csv_bytes([SECOND]))
    answer = act(client, run, "apply", outcome=run.outcome, reason="第三批备案")
    assert answer.status_code == 422
    assert "与检查时不一致" in answer.content.decode()
    run.refresh_from_db()
    assert run.status == "failed"
    assert not Filing.objects.exists()


def test_changes_need_a_day_and_a_reason_and_become_events(
    client: Client, officer: User, tmp_path: Path
) -> None:
    assert not import_institutions(write_csv(tmp_path / "cli.csv", [ROW])).problems
    run = uploaded(client, as_file({**ROW, "等级": "五级"}))
    assert run.status == "with_errors"
    assert any("更改已登记的内容" in text and "--reason" not in text for text in problem_texts(run))
    refused = act(client, run, "check", effective_on="2026-03-01", reason="")
    assert refused.status_code == 422
    assert act(client, run, "check", effective_on="2026-03-01", reason="变更备案决定").status_code == 302
    run.refresh_from_db()
    assert (run.status, run.changed, run.moved) == ("checked", 1, False)
    act(client, run, "apply", outcome=run.outcome, reason="变更备案决定")
    event = Filing.objects.get().events.get(kind="changed")
    assert (str(event.effective_on), event.reason) == ("2026-03-01", "变更备案决定")


def _bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b"<x/>" + b" " * 30_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.exe", b"MZ", "请选择 .csv 或 .xlsx 文件"),
        ("a.csv", b"%PDF-1.7\n1 0 obj", "文件内容是 PDF"),
        ("a.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "文件内容是 PNG"),
        ("a.xlsx", b"PK\x03\x04broken", "可能已损坏"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版 .xls"),
        ("a.csv", b"\x00\x01\x02" * 20, "不是文本表格"),
        ("a.csv", b"", "文件是空的"),
        ("a.xlsx", _bomb(), "解压后过大"),
    ],
)
def test_what_is_no_table_is_refused_with_the_remedy(
    client: Client, officer: User, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    answer = upload(client, SimpleUploadedFile(name, content), reason="第三批备案")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert words in text
    assert "第三批备案" in text
    assert not ImportRun.objects.exists()
    assert not list((tmp_path / "imports").glob("*"))


def test_a_wrong_header_and_formulas_are_problems_of_the_file(client: Client, officer: User) -> None:
    run = uploaded(client, as_file({"甲": "1", "乙": "2"}, name="../../etc/=cmd.csv"))
    assert (run.status, run.file_name) == ("with_errors", "=cmd.csv")
    assert "缺少表头" in page(client, run)
    run = uploaded(client, as_file({**ROW, "机构名称": "=cmd|' /C calc'!A0"}))
    assert any("是公式" in text for text in problem_texts(run))


def test_a_large_file_is_the_workers(client: Client, officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_trial, "AT_ONCE_CSV", 10)
    run = uploaded(client, as_file(ROW))
    waiting = client.get(reverse("register_imports:page", args=[run.pk]))
    assert (run.status, waiting["Refresh"]) == ("waiting", "5")
    assert "正在后台检查" in waiting.content.decode()
    assert work_off() == 1
    run.refresh_from_db()
    assert (run.status, run.new) == ("checked", 1)
    act(client, run, "apply", outcome=run.outcome, reason="第三批备案")
    run.refresh_from_db()
    assert run.status == "applying"
    assert act(client, run, "apply", outcome=run.outcome, reason="再按一次").status_code == 409
    assert work_off() == 1
    assert work_off() == 0
    run.refresh_from_db()
    assert (run.status, run.applied_by, Filing.objects.count()) == ("applied", officer, 1)


def test_the_worker_survives_a_file_that_breaks_the_program(
    client: Client, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_trial, "AT_ONCE_CSV", 10)
    run = uploaded(client, as_file(ROW))

    def broken(path: Path, options: ImportOptions) -> Any:
        raise RuntimeError("boom")

    monkeypatch.setitem(import_trial.IMPORTERS, "institutions", broken)
    assert work_off() == 1
    run.refresh_from_db()
    assert run.status == "failed"
    assert "请重新上传" in page(client, run)
    assert work_off() == 0


def test_fees_corrected_by_import_keep_what_was_there(client: Client, officer: User, tmp_path: Path) -> None:
    assert not import_institutions(write_csv(tmp_path / "cli.csv", [ROW])).problems
    run = uploaded(client, as_file(fee_row()), kind="fees")
    act(client, run, "apply", outcome=run.outcome, reason="公示的收费")
    run = uploaded(client, as_file(fee_row(技能="270.00", 合计="315.00")), kind="fees")
    assert run.status == "with_errors"
    act(client, run, "check", effective_on="", reason="更正录入错误")
    run.refresh_from_db()
    act(client, run, "apply", outcome=run.outcome, reason="更正录入错误")
    schedule = FeeSchedule.objects.get()
    assert schedule.items.get().total_fen == 31500
    assert schedule.corrections.get().content["items"][0]["skill_fen"] == 26000


def test_templates_have_the_header_that_is_read(client: Client, officer: User) -> None:
    answer: Any = client.get("/admin/imports/templates/institutions.csv")
    header = b"".join(answer.streaming_content).decode("utf-8-sig").strip().split(",")
    assert set(header) == set(ROW)
    assert client.get("/admin/imports/templates/occupations.csv").status_code == 403
    assert client.get("/admin/imports/templates/nothing.csv").status_code == 404


def test_the_list_costs_the_same_however_long(client: Client, officer: User) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/admin/imports/?kind=institutions&q=机构").status_code == 200
            return len(queries)

    uploaded(client, as_file(ROW))
    cost()
    few = cost()
    for _number in range(4):
        uploaded(client, as_file(ROW))
    assert cost() == few
