"""Every screen that staff meet speaks Chinese: role by role, from the home page on, two links deep."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone

from portal.accounts.models import Role, User
from portal.notices.models import NoticePage, NoticeSectionPage
from portal.notices.services.powers import ensure_groups_and_workflow
from portal.notices.services.site_tree import ensure_site_tree
from tests.factories.people import make_person
from tests.factories.register import make_bureau, make_filing
from tests.portal.admin_addresses import admin_addresses
from tests.portal.visible_text import Visible, read

pytestmark = pytest.mark.django_db

WORD = re.compile(r"[A-Za-z]{3,}(?:[ '’][A-Za-z]+)*")
#: What stands in Latin letters in Chinese text too: kinds of files, names of things, codes.
ALLOWED = re.compile(
    r"^(CSV|XLSX|XLS|PDF|HTML|XML|JSON|ZIP|URL|SHA|UTF|TOTP|ICP|GBK|DOCX?|OFD|RTF|TXT|WPS|JPE?G|PNG|GIF|WEBP|AVIF|SVG|"
    r"Excel|Word|Wagtail|Atom|IP|API|ID|[A-Z]{1,3}-?\d*)$"
)
NAMES = re.compile(r"https?://[!-~]+|[\w.-]+@[\w.-]+|\w+\.(?:csv|xlsx|json|pdf)\b|[a-z]+_[a-z_]+|\{[a-z_]+\}")
#: Addresses that answer with data, end something, or show what the test itself typed.
SKIPPED = re.compile(r"/(logout|export|sprite|jsi18n|session)/|[?&](export|format)=")
MOST_OF_A_KIND = 1
DEPTH = 3


@pytest.fixture
def workplace() -> dict[Role, User]:
    """A small portal in use: pages, a notice under review, a filing, one person a role."""
    ensure_site_tree()
    ensure_groups_and_workflow()
    office = make_bureau()
    make_filing()
    people = {role: make_person(f"p{number}", role, office=office) for number, role in enumerate(Role)}
    section = NoticeSectionPage.objects.get(section="general")
    draft = NoticePage(
        title="关于开展抽查的公告", slug="n1", issuer=office, live=False, written_on=timezone.localdate()
    )
    section.add_child(instance=draft)
    draft.save_revision(user=people[Role.EDITOR])
    draft.get_workflow().start(draft, people[Role.EDITOR])
    return people


def english(texts: list[str]) -> Iterator[str]:
    """Runs of Latin words that are no allowed name, address, name of a file or of a command."""
    for text in texts:
        for found in WORD.findall(NAMES.sub(" ", " ".join(text.split()))):
            if not all(ALLOWED.match(word) for word in re.split("[ '’]", found)):
                yield found


def kind_of(address: str) -> str:
    """The view behind an address: one page of a kind is enough."""
    try:
        match = resolve(address.partition("?")[0])
    except Resolver404:
        return address
    model = match.kwargs.get("app_label", ""), match.kwargs.get("model_name", "")
    return f"{match.view_name} {model}"


def page_of(response: Any) -> str | None:
    """The HTML of an answer, or of the window that a chooser opens; None for anything else."""
    kind = response.headers.get("Content-Type", "")
    if response.status_code != 200:
        return None
    if "json" in kind:
        data = json.loads(response.content)
        return data.get("html") if isinstance(data, dict) else None
    return response.content.decode() if "html" in kind else None


def crawl(client: Client, start: list[str], seen: dict[str, int]) -> Iterator[tuple[str, Visible]]:
    """(address, what it says) of every kind of page that the account reaches, breadth first."""
    waiting, known = [(address, 0) for address in start], set(start)
    while waiting:
        address, depth = waiting.pop(0)
        kind = kind_of(address)
        if SKIPPED.search(address) or seen[kind] >= MOST_OF_A_KIND:
            continue
        html = page_of(client.get(address))
        if html is None:
            continue
        seen[kind] += 1
        visible = read(html)
        yield address, visible
        if depth < DEPTH:
            new = [link for link in visible.links if link not in known]
            known.update(new)
            waiting += [(link, depth + 1) for link in new]


def test_no_english_is_left(workplace: dict[Role, User], client: Client) -> None:
    left: dict[str, str] = {}
    seen: dict[str, int] = defaultdict(int)
    plain = [address for address in admin_addresses() if not address.parameters]
    for role, user in workplace.items():
        client.force_login(user)
        # The home page and its menu are each one's own.
        seen[kind_of("/admin/")] = 0
        # Wagtail's windows open by script, no link leads there: whoever edits pages meets them.
        start = ["/admin/", *(each.route for each in plain if each.ours or role is Role.EDITOR)]
        for address, visible in crawl(client, start, seen):
            for words in english(visible.texts):
                left.setdefault(words, f"{user.get_username()} {address}")
    if left:
        pytest.fail("\n".join(f"{words!r} ({where})" for words, where in sorted(left.items())), pytrace=False)
    # It went where staff go.
    for name in ("wagtailadmin_home", "wagtailadmin_pages:edit", "wagtailadmin_explore", "accounts_list"):
        assert any(kind.startswith(name) for kind in seen), name
