"""Typing into the event forms as a person does: fill in, look at the preview, confirm."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from portal.register.models import Filing, FilingEvent

EMPTY_ROWS = {
    f"{name}-{key}": value
    for name in ("scope", "sites")
    for key, value in (("TOTAL_FORMS", "1"), ("INITIAL_FORMS", "0"))
}


def record_url(filing: Filing, kind: str) -> str:
    """The form for a kind."""
    return reverse("register_filings:record", args=[filing.pk, kind])


def mend_url(what: str, event: FilingEvent) -> str:
    """The form that corrects or annuls an event."""
    return reverse(f"register_filings:{what}", args=[event.filing_id, event.pk])


def typed(client: Client, url: str, /, **values: Any) -> dict[str, Any]:
    """What the form shows at first, with these values typed in."""
    form = client.get(url).context["form"]
    data = {name: form[name].value() for name in form.fields}
    for rows in form.row_sets.values():
        data |= {
            f"{rows.prefix}-{key}": rows.management_form[key].value()
            for key in ("TOTAL_FORMS", "INITIAL_FORMS")
        }
        for row in rows.forms:
            data |= {row.add_prefix(name): row[name].value() for name in row.fields}
    data |= {"reason": "收到申请", **values}
    return {name: value for name, value in data.items() if value is not None and value is not False}


def preview(client: Client, url: str, data: dict[str, Any]) -> Any:
    """The answer to the filled form."""
    return client.post(url, data)


def confirm(client: Client, url: str, data: dict[str, Any]) -> Any:
    """Preview, then confirm what the page carries."""
    answer = preview(client, url, data)
    assert answer.status_code == 200, answer.context["form"].errors
    form = answer.context["form"]
    return client.post(
        url, {**data, "last_event": form["last_event"].value(), "previewed": form["previewed"].value()}
    )
