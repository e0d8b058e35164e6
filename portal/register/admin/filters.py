"""Filters of the register's lists, in Chinese. Each asks sets of keys, so that a hundred thousand rows stay quick."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from portal.accounts.models import District
from portal.register.admin.lists import visible_authorities
from portal.register.models import FeeSchedule, Filing, FilingSpan, Occupation, ScopeItem, Site
from portal.register.models.filing import FilingKind
from portal.register.status_sql import covers, standing_as
from portal.regulation.codes import normalise_code
from portal.regulation.status import STATUS_LABELS
from portal.templatetags.portal_format import LEVEL_NAMES

ANY = _("不限")
YES_NO = (("yes", _("是")), ("no", _("否")))


def choice(label: Any, choices: Any, method: str = "", **options: Any) -> django_filters.ChoiceFilter:
    """A choice of one value, in a list that stays small."""
    if method:
        options["method"] = method
    return django_filters.ChoiceFilter(
        label=label, choices=choices, empty_label=ANY, widget=forms.Select, **options
    )


def day_range(label: Any, **options: Any) -> django_filters.DateFromToRangeFilter:
    """Two days, both counting."""
    return django_filters.DateFromToRangeFilter(label=label, widget=DateRangePickerWidget, **options)


def authority(field: str = "authority") -> django_filters.ModelChoiceFilter:
    """The authorities whose filings the account may list."""
    return django_filters.ModelChoiceFilter(
        field_name=field, label=_("备案管理机构"), queryset=visible_authorities, empty_label=ANY
    )


def district(label: Any, method: str = "", **options: Any) -> django_filters.ModelChoiceFilter:
    """Any district, abolished ones too."""
    if method:
        options["method"] = method
    return django_filters.ModelChoiceFilter(
        label=label, queryset=District.objects.all(), empty_label=ANY, **options
    )


def code(label: Any, field: str, *, hyphens: bool = False) -> django_filters.CharFilter:
    """A code, or its beginning, in any width and case."""

    def starts_with(queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(**{f"{field}__startswith": normalise_code(value, drop_hyphens=not hyphens)})

    return django_filters.CharFilter(label=label, method=starts_with, max_length=40)


def occupations_named(text: str) -> QuerySet[Occupation]:
    """Occupations by the beginning of a code, or by a part of their name, a work type or a former name."""
    written = normalise_code(text, drop_hyphens=False)
    if written.isascii():
        found = Q(code__startswith=written) | Q(former_codes__code__startswith=written)
    else:
        word = text.strip()
        found = Q(name__contains=word) | Q(work_types__name__contains=word)
        found |= Q(former_codes__name__contains=word)
    return Occupation.objects.filter(found)


def by_occupation(path: str) -> Callable[[QuerySet[Any], str, str], QuerySet[Any]]:
    """A filter of scope rows by occupation; ``path`` leads to the occupation."""

    def filter_rows(queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(**{f"{path}__in": occupations_named(value).values("pk")})

    return filter_rows


def occupation(method: Any) -> django_filters.CharFilter:
    """An occupation by code or name."""
    return django_filters.CharFilter(label=_("职业（编码或名称）"), method=method, max_length=60)


class OfficeFilterSet(WagtailFilterSet):
    """Filters over rows that :class:`OfficeIndexView` has already scoped."""

    def holding(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Rows of spans that hold today, or that do not."""
        holds = covers(timezone.localdate())
        return queryset.filter(holds) if value == "yes" else queryset.exclude(holds)


class FilingFilterSet(OfficeFilterSet):
    """Filters of the list of filings."""

    authority = authority()
    kind = choice(_("备案类型"), FilingKind.choices)
    status = choice(
        _("今日状态"), [(status.value, word) for status, word in STATUS_LABELS.items()], "by_status"
    )
    code = code(_("备案编码"), "code")
    district = district(_("场地所在区县"), "by_district")
    occupation = occupation("by_scope")
    level = choice(_("等级"), list(LEVEL_NAMES.items()), "by_scope")
    expiry = day_range(_("有效期届满"), method="by_expiry")
    renewal = choice(_("延续申请"), [("open", _("待决定")), ("none", _("未申请"))], "by_renewal")
    fees = choice(_("收费标准"), [("posted", _("已公布")), ("missing", _("未公布"))], "by_fees")

    class Meta:
        model = Filing
        fields: list[str] = []

    def by_status(self, queryset: QuerySet[Filing], name: str, value: str) -> QuerySet[Filing]:
        """The public status today."""
        return queryset.filter(standing_as([value], timezone.localdate()))

    def by_district(self, queryset: QuerySet[Filing], name: str, value: District) -> QuerySet[Filing]:
        """A site that is open today in the district."""
        sites = Site.objects.filter(covers(timezone.localdate()), district=value)
        return queryset.filter(pk__in=sites.values("filing"))

    def by_scope(self, queryset: QuerySet[Filing], name: str, value: str) -> QuerySet[Filing]:
        """Occupation and level are asked of the same item."""
        data = self.form.cleaned_data
        items = ScopeItem.objects.filter(covers(timezone.localdate()))
        if data.get("occupation"):
            items = items.filter(occupation__in=occupations_named(data["occupation"]).values("pk"))
        if data.get("level"):
            items = items.filter(level=data["level"])
        return queryset.filter(pk__in=items.values("filing"))

    def by_expiry(self, queryset: QuerySet[Filing], name: str, value: slice) -> QuerySet[Filing]:
        """The last day of the latest term."""
        later = FilingSpan.objects.filter(
            filing=OuterRef("filing"), track="term", first_day__gt=OuterRef("first_day")
        )
        terms = FilingSpan.objects.filter(~Exists(later), track="term")
        if value.start:
            terms = terms.filter(last_day__gte=value.start)
        if value.stop:
            terms = terms.filter(last_day__lte=value.stop)
        return queryset.filter(pk__in=terms.values("filing"))

    def by_renewal(self, queryset: QuerySet[Filing], name: str, value: str) -> QuerySet[Filing]:
        """Whether a request waits for its decision."""
        waiting = FilingSpan.objects.filter(covers(timezone.localdate()), track="renewal").values("filing")
        return queryset.filter(pk__in=waiting) if value == "open" else queryset.exclude(pk__in=waiting)

    def by_fees(self, queryset: QuerySet[Filing], name: str, value: str) -> QuerySet[Filing]:
        """Whether fees are published today (Art. 18)."""
        posted = FeeSchedule.objects.filter(covers(timezone.localdate())).values("filing")
        return queryset.filter(pk__in=posted) if value == "posted" else queryset.exclude(pk__in=posted)
