"""What a code in another writing, a wrong code or no code at all leads to."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from portal.register.views.near_matches import slips
from tests.factories.register import make_filing, make_institution

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uncached")]


@pytest.mark.parametrize(
    "write", [str.lower, lambda code: code.translate({ord(d): ord(d) + 0xFEE0 for d in code})]
)
def test_a_code_in_another_writing_leads_to_the_one_address(
    client: Client, write: Callable[[str], str]
) -> None:
    filing = make_filing(make_institution("演示渝江职业技能培训学校"))
    response = client.get(f"/institutions/{write(filing.code)}/?on=2026-01-05")
    assert response.status_code == 301
    assert response["Location"] == f"/institutions/{filing.code}/?on=2026-01-05"


def test_an_unknown_code_offers_what_was_meant(client: Client) -> None:
    filing = make_filing(make_institution("演示渝江职业技能培训学校"))
    typo = filing.code[:-1] + ("0" if filing.code[-1] != "0" else "1")
    response = client.get(f"/institutions/{typo}/")
    page = response.content.decode()
    assert response.status_code == 404
    assert filing.code in page
    assert "未查到备案" in page
    by_name = client.get("/institutions/渝江职业/")
    assert by_name.status_code == 404
    assert filing.code in by_name.content.decode()
    by_credit_code = client.get(f"/institutions/{filing.institution.social_credit_code.lower()}/")
    assert filing.code in by_credit_code.content.decode()


@pytest.mark.parametrize("typed", ["x", "<script>alert(1)</script>", "%", "'--", "演", "Ｓ" * 300, "\u200b"])
def test_a_strange_code_is_a_plain_404(client: Client, typed: str) -> None:
    response = client.get(f"/institutions/{typed}/")
    assert response.status_code == 404
    assert "<script>alert" not in response.content.decode()


def test_slips_of_the_pen_cover_one_wrong_missing_added_or_swapped_character() -> None:
    found = set(slips("S0103"))
    assert {"S0203", "S013", "S01003", "S1003"} <= found
    assert "S0999" not in found
