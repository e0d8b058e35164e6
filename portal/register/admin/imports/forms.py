"""Forms of the imports: what is uploaded, how it is tried out, and why it is applied."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from wagtail.admin.widgets import AdminDateInput

from portal.accounts.models import Authority
from portal.register.models import ImportRun
from portal.register.services.import_powers import kinds_for, offices_for
from portal.register.services.import_runs import MIN_REASON


def reason_field(*, required: bool, label: Any, help_text: Any = "") -> forms.CharField:
    """A reason of one line."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        min_length=MIN_REASON,
        max_length=200,
        error_messages={
            "required": gettext_lazy("请填写理由，例如依据的文件或批次。"),
            "min_length": gettext_lazy("理由太短，请至少写 %(limit_value)d 个字。"),
            "max_length": gettext_lazy("理由太长，最多 %(limit_value)d 个字。"),
        },
    )


class ChoicesForm(forms.Form):
    """From which day differences are recorded as changes, and why; both or neither."""

    effective_on = forms.DateField(
        label=gettext_lazy("更改的生效日期"),
        required=False,
        widget=AdminDateInput,
        help_text=gettext_lazy("只在文件要更改已登记的内容时填写：变更实际生效的日期，不晚于今天。"),
        error_messages={"invalid": gettext_lazy("请按 2026-11-22 的形式填写日期。")},
    )
    reason = reason_field(
        required=False,
        label=gettext_lazy("更改的理由"),
        help_text=gettext_lazy("更改已登记内容的依据，会写入该备案的历史。只新增内容时可以先不填。"),
    )
    kind = ""

    def clean(self) -> dict[str, Any]:
        """A day needs a reason and lies not ahead; institutions need the day too."""
        data: dict[str, Any] = super().clean() or {}
        day, reason = data.get("effective_on"), data.get("reason")
        if day and day > timezone.localdate():
            self.add_error("effective_on", _("生效日期不能晚于今天，请填写变更实际生效的日期。"))
        if day and not reason and "reason" not in self.errors:
            self.add_error("reason", _("填写了生效日期，还须填写更改的理由。"))
        return data


class UploadForm(ChoicesForm):
    """A file, what it holds, and for which office."""

    kind = forms.ChoiceField(  # type: ignore[assignment]
        label=gettext_lazy("内容"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择文件的内容。")},
    )
    office = forms.ModelChoiceField(
        label=gettext_lazy("机关"),
        queryset=Authority.objects.none(),
        empty_label=None,
        error_messages={"required": gettext_lazy("请选择为哪个机关导入。")},
    )
    file = forms.FileField(
        label=gettext_lazy("文件"),
        help_text=gettext_lazy("CSV（UTF-8 或 GBK）或 XLSX，最多 200,000 行、50 MB。"),
        max_length=150,
        error_messages={
            "required": gettext_lazy("请选择要上传的 .csv 或 .xlsx 文件。"),
            "empty": gettext_lazy("文件是空的，请填写表头和数据后重试。"),
            "max_length": gettext_lazy("文件名太长，请改短后再上传。"),
        },
    )
    field_order = ("kind", "office", "file", "effective_on", "reason")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = kinds_for(user)
        self.offices = {kind: offices_for(user, kind) for kind in kinds}
        kind: Any = self.fields["kind"]
        kind.choices = [(key, label) for key, label in ImportRun.Kind.choices if key in kinds]
        if len(kinds) == 1:
            kind.initial = kinds[0]
        everywhere = frozenset[int]().union(*self.offices.values())
        office: Any = self.fields["office"]
        office.queryset = Authority.objects.filter(pk__in=everywhere)
        if len(everywhere) == 1:
            # Nothing to choose, and nothing that a request could say otherwise.
            del self.fields["office"]
        self.only_office = next(iter(everywhere)) if len(everywhere) == 1 else None

    def clean(self) -> dict[str, Any]:
        """The office is one for which the account may import this."""
        data = super().clean()
        if self.only_office is not None:
            data["office"] = Authority.objects.get(pk=self.only_office)
        office, kind = data.get("office"), data.get("kind")
        if office and kind and office.pk not in self.offices.get(kind, frozenset()):
            self.add_error("kind", _("您在该机关没有导入这类内容的权限，请改选。"))
        return data


class ApplyForm(forms.Form):
    """The reason, and the outcome that was seen."""

    outcome = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reason = reason_field(
        required=True,
        label=gettext_lazy("导入的理由或依据"),
        help_text=gettext_lazy("例如“2026年第三批备案，渝人社函〔2026〕12号”。会写入审计记录。"),
    )
