"""The choice about the morning digest on the own account page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.account import BaseSettingsPanel, notifications_tab

from portal.accounts.models import DigestPreference


class DigestPreferenceForm(forms.ModelForm):  # type: ignore[type-arg]
    """When the digest is wanted."""

    class Meta:
        model = DigestPreference
        fields = ("wish",)
        widgets = {"wish": forms.RadioSelect}
        help_texts = {
            "wish": _(
                "工作日早上发到您的邮箱，每天至多一封；没有登记邮箱时不发送。会自动生效和已逾期的事项总会告诉您。"
            )
        }
        error_messages = {"wish": {"required": _("请选择何时接收待办晨报。")}}


class DigestPanel(BaseSettingsPanel):
    """“待办晨报”: nobody can switch off what takes effect by itself or is overdue."""

    name = "digest"
    title = _("待办晨报")
    tab = notifications_tab
    order = 50
    form_class = DigestPreferenceForm

    def get_form(self) -> Any:
        """The form on the account's preference, which may not exist yet."""
        preference = DigestPreference.objects.filter(user=self.user).first() or DigestPreference(
            user=self.user
        )
        data = self.request.POST if self.request.method == "POST" else None
        return self.form_class(data, instance=preference, prefix=self.name)
