"""The page of an institution in the workplace, and its contact data: edited with reason, never over somebody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from portal.accounts.models import Role
from portal.audit.models import AuditEvent
from portal.register.models import Institution
from tests.factories.offices import Administration, make_administration

pytestmark = pytest.mark.django_db


@pytest.fixture
def administration() -> Administration:
    return make_administration()


@pytest.fixture
def institution(client: Client, administration: Administration) -> Institution:
    client.force_login(administration.person(Role.CASE_OFFICER, "yuzhong"))
    return administration.filings["yuzhong"].institution


def url_of(institution: Institution, page: str = "") -> str:
    return f"/admin/register/institutions/{institution.pk}/{page}"


def filled(client: Client, institution: Institution, **values: Any) -> dict[str, Any]:
    form = client.get(url_of(institution, "edit/")).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    data["district"] = form.initial["district"].pk
    return {**data, "reason": "机构来函", **values}


def test_contact_data_is_edited_with_reason_and_event(client: Client, institution: Institution) -> None:
    data = filled(client, institution, phone="023-0000 1234", website="example.cn")
    assert client.post(url_of(institution, "edit/"), data).status_code == 302
    institution.refresh_from_db()
    assert (institution.phone, institution.website) == ("023-0000 1234", "https://example.cn")
    event = AuditEvent.objects.get(action="register.institution.edited")
    assert event.after == {"phone": "023-0000 1234", "website": "https://example.cn"}
    assert event.reason == "机构来函"
    page = client.get(url_of(institution)).content.decode()
    assert "023-0000 1234" in page
    assert "机构来函" in page


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"registered_address": ""}, "registered_address"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"district": "999999"}, "district"),
        ({"phone": "0" * 41}, "phone"),
        ({}, "__all__"),
    ],
)
def test_bad_input_names_its_field(
    client: Client, institution: Institution, values: dict[str, Any], field: str
) -> None:
    answer = client.post(url_of(institution, "edit/"), filled(client, institution, **values))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not AuditEvent.objects.filter(action="register.institution.edited").exists()


def test_two_people_edit_the_same(client: Client, institution: Institution) -> None:
    data = filled(client, institution, phone="我的电话")
    Institution.objects.filter(pk=institution.pk).update(registered_address="他人改的地址1号")
    answer = client.post(url_of(institution, "edit/"), data)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "他人已修改" in text
    assert "我的电话" in text
    institution.refresh_from_db()
    assert institution.phone == ""
    form = answer.context["form"]
    data |= {name: form[name].value() for name in form.fields if name.startswith("seen_")}
    assert client.post(url_of(institution, "edit/"), data).status_code == 302


def test_fields_that_are_not_offered_cannot_be_set(client: Client, institution: Institution) -> None:
    before = (institution.name, institution.social_credit_code, institution.ownership)
    data = filled(client, institution, phone="1", name="冒名", social_credit_code="X", ownership="foreign")
    assert client.post(url_of(institution, "edit/"), data).status_code == 302
    institution.refresh_from_db()
    assert (institution.name, institution.social_credit_code, institution.ownership) == before


def test_only_filings_that_may_be_opened_are_named(client: Client, administration: Administration) -> None:
    client.force_login(administration.person(Role.ARCHIVIST, "yuzhong"))
    own, foreign = administration.filings["yuzhong"], administration.filings["wanzhou"]
    foreign.institution = own.institution
    foreign.save()
    page = client.get(url_of(own.institution))
    assert [filing.code for filing in page.context["filings"]] == [own.code]
    assert foreign.code not in page.content.decode()
    assert page.context["header_buttons"] == []
    assert client.get(url_of(own.institution, "edit/")).status_code == 403
