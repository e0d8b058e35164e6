"""What the editor's form refuses, in words that say how to mend it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

#: Buttons that bring a version before other people; a plain “save draft” may stay unfinished.
SUBMITTING = ("action-submit", "action-publish", "action-restart-workflow", "action-workflow-action")


class NoticeForm(WagtailAdminPageForm):
    """The form of a notice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _(
                "网址的最后一段，用小写字母、数字和连字符，如 20261122-1。留空则按日期自动编号。"
            )
        if "issuer" in self.fields:
            self._limit_issuers()

    def _limit_issuers(self) -> None:
        """Only offices in whose name the person may write; whatever else is sent is refused."""
        from portal.accounts.models import Authority
        from portal.notices.services.houses import issuers_for

        field: Any = self.fields["issuer"]
        offices = issuers_for(self.for_user)
        keys = {office.pk for office in offices}
        current = self.instance.issuer_id
        if current is not None and self.instance.pk is not None:
            keys.add(current)
        field.queryset = Authority.objects.filter(pk__in=sorted(keys)).order_by("kind", "code")
        field.error_messages["invalid_choice"] = _("您不能以该机关的名义发布。请选择您所在的机关。")
        if current is None and len(keys) == 1:
            self.initial["issuer"] = keys.pop()

    def is_submitted(self) -> bool:
        """Whether the version goes to review or publication (and not only into the drafts)."""
        if self.data.get("action-workflow-action") and self.data.get("workflow-action-name") == "reject":
            return False
        return any(self.data.get(name) for name in SUBMITTING)

    def clean(self) -> dict[str, Any]:
        """Check the days, and ask for a correction when a published notice is changed."""
        cleaned: dict[str, Any] = super().clean()
        self._check_days(cleaned)
        if self.is_submitted() and not self.errors:
            self._check_header()
            self._require_correction()
        return cleaned

    def _check_header(self) -> None:
        from portal.notices.services.publication_checks.official_header import header_problems

        candidate = self._candidate()
        candidate.section = candidate.section or getattr(self.parent_page.specific, "section", "")
        for name, problem in header_problems(candidate).items():
            self.add_error(name if name in self.fields else None, problem)

    def _check_days(self, cleaned: dict[str, Any]) -> None:
        written, published = cleaned.get("written_on"), cleaned.get("published_on")
        planned = cleaned.get("go_live_at")
        latest = timezone.localdate(planned) if planned else timezone.localdate()
        if written and published and written > published:
            self.add_error("written_on", _("成文日期晚于发布日期。请核对两个日期。"))
        elif written and not published and written > max(latest, timezone.localdate()):
            self.add_error("written_on", _("成文日期晚于发布的当天。请核对，或填写定时发布的时间。"))
        if published and published > max(latest, timezone.localdate()):
            self.add_error(
                "published_on",
                _("发布日期在将来。请留空（以实际发布当天为准），并用“定时发布”设置上线时间。"),
            )

    def _require_correction(self) -> None:
        from portal.notices.services.corrections import live_version, public_changes

        live = live_version(self.instance)
        if live is None or self._has_new_correction(live):
            return
        candidate = self._candidate()
        changed = public_changes(live, candidate)
        if changed:
            self.add_error(
                None,
                _(
                    "这份公告已经发布，本次修改了：%(fields)s。请在“更正”一栏添加一条更正说明（改了什么、为什么），再提交。"
                )
                % {"fields": "、".join(changed)},
            )

    def _has_new_correction(self, live: Any) -> bool:
        known = set(live.corrections.values_list("what", "why", "corrected_on"))
        formset = self.formsets.get("corrections")
        for form in getattr(formset, "forms", ()):
            # Wagtail checks the rows after the form itself; asking for their errors checks them now.
            values = form.cleaned_data if not form.errors else {}
            entry = (values.get("what"), values.get("why"), values.get("corrected_on"))
            if values and not values.get("DELETE") and all(entry) and entry not in known:
                return True
        return False

    def _candidate(self) -> Any:
        """The instance with the form's values, without touching the one that Wagtail will save."""
        candidate = type(self.instance)(
            **{
                field.attname: getattr(self.instance, field.attname)
                for field in self.instance._meta.concrete_fields
            }
        )
        for name, value in self.cleaned_data.items():
            if name in {field.name for field in self.instance._meta.concrete_fields}:
                setattr(candidate, name, value)
        return candidate
