"""An invented register of any size, made through the register's own services; the same on every run."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone
from tqdm import tqdm

from portal.accounts.models import Authority, District
from portal.register.models import Filing, Institution, Occupation
from portal.register.services.filing_events import EventInput, NewFiling, record_filings_in_bulk
from portal.register.services.spans import References

OCCUPATIONS_EACH = 6
LEVELS = ("5", "4", "3", "2", "1")
SCOPE_ROWS_EACH = OCCUPATIONS_EACH * len(LEVELS)
_AT_ONCE = 250
_NAMES = ("嘉陵", "缙云", "巴渝", "歌乐", "南山", "长江", "金佛", "武陵", "仙女", "四面", "黑山", "龙水")
_SORTS = ("职业培训学校", "机电有限公司", "技工学校", "汽车制造厂", "人力资源公司", "电力检修公司")
_KINDS = ("third_party", "employer", "school", "employer", "third_party", "employer")
_AUDIENCES = {"third_party": "public", "employer": "own_staff", "school": "own_students"}


@dataclass(frozen=True)
class _Ground:
    """What filings refer to."""

    districts: list[District]
    occupations: list[str]
    authority: Authority
    today: dt.date


def grow_register(size: int, quiet: bool = False) -> None:
    """Add invented filings until there are ``size``, each with 30 scope rows."""
    present = Filing.objects.count()
    ground = _Ground(
        districts=list(District.objects.filter(valid_to__isnull=True).order_by("code")),
        occupations=list(Occupation.objects.order_by("code").values_list("code", flat=True)[400:700]),
        authority=Authority.objects.filter(kind="district").order_by("code")[0],
        today=timezone.localdate(),
    )
    references = References.load()
    numbers = iter(tqdm(range(present, size), desc=f"{size:,}", unit="", disable=quiet, leave=False))
    while chunk := list(itertools.islice(numbers, _AT_ONCE)):
        record_filings_in_bulk(list(_filings(chunk, ground)), references=references)


def _filings(numbers: list[int], ground: _Ground) -> Iterator[NewFiling]:
    institutions = Institution.objects.bulk_create(_institution(number, ground) for number in numbers)
    for number, institution in zip(numbers, institutions, strict=True):
        kind = _KINDS[number % len(_KINDS)]
        filed_on = ground.today - dt.timedelta(days=30 + number * 37 % 1200)
        filing = Filing(
            code=f"{'S' if kind == 'third_party' else 'Y'}000050{number:06d}",
            institution=institution,
            kind=kind,
            authority=ground.authority,
            handled_by=ground.authority,
            issued_in_name_of=ground.authority,
            filed_on=filed_on,
        )
        yield NewFiling(filing, list(_events(number, filing, ground)))


def _institution(number: int, ground: _Ground) -> Institution:
    name = f"（演示）{_NAMES[number % len(_NAMES)]}{_SORTS[number % len(_SORTS)]}{number}"
    return Institution(
        name=name,
        social_credit_code=f"BENCH{number:013d}",
        ownership="private",
        district=ground.districts[number % len(ground.districts)],
        registered_address=f"演示路{number}号",
        is_demo=True,
    )


def _events(number: int, filing: Filing, ground: _Ground) -> Iterator[EventInput]:
    first = filing.filed_on
    chosen = [
        ground.occupations[(number * 7 + step * 41) % len(ground.occupations)]
        for step in range(OCCUPATIONS_EACH)
    ]
    payload = {
        "name": filing.institution.name,
        "term": {"first_day": str(first), "last_day": str(first + dt.timedelta(days=1095))},
        "audiences": [_AUDIENCES[filing.kind]],
        "areas": ["*"],
        "scope": [{"occupation": code, "level": level} for code in chosen for level in LEVELS],
        "sites": [
            {
                "name": f"第{place}考点",
                "address": f"演示路{number}号{place}幢",
                "district": ground.districts[(number * 3 + place) % len(ground.districts)].code,
            }
            for place in range(1, 2 + number % 2)
        ],
    }
    yield EventInput("filed", first, 12, payload)
    if number % 23 == 0:
        yield EventInput("deregistered", first + dt.timedelta(days=20), 31, {"ground": "voluntary"})
