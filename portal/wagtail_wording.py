"""Words that Wagtail leaves outside its catalogue of translations: literals in templates, labels made from names.

Everything that is in the catalogue is translated in ``portal/locale``.
"""

from __future__ import annotations

from typing import Any

from django.template import Origin
from django.template.loaders import app_directories
from django.utils.translation import gettext_lazy as _

#: By template: what stands there in English, and what is put in its place as the template is read.
LITERALS: dict[str, tuple[tuple[str, str], ...]] = {
    "wagtailadmin/shared/header.html": (('value="Search"', 'value="搜索"'),),
    "wagtailadmin/shared/headers/_actions.html": (('aria-label="Actions"', 'aria-label="操作"'),),
}

#: Labels of the windows in which the editor enters a link, by the name of the field.
LINK_LABELS = {
    "link_text": _("链接文字"),
    "email_address": _("电子邮箱"),
    "subject": _("邮件主题"),
    "body": _("邮件正文"),
    "phone_number": _("电话号码"),
}


class Loader(app_directories.Loader):
    """Reads the templates of the installed apps; those in :data:`LITERALS` say in Chinese what they say."""

    def get_contents(self, origin: Origin) -> str:
        """The text of a template."""
        text: str = super().get_contents(origin)
        for english, chinese in LITERALS.get(str(origin.template_name), ()):
            text = text.replace(english, chinese)
        return text


def name_link_fields() -> None:
    """Give the fields of Wagtail's link windows a label; it shows their names in English otherwise."""
    from wagtail.admin.forms import choosers

    forms: tuple[Any, ...] = (
        choosers.ExternalLinkChooserForm,
        choosers.AnchorLinkChooserForm,
        choosers.EmailLinkChooserForm,
        choosers.PhoneLinkChooserForm,
    )
    for form in forms:
        for name, field in form.base_fields.items():
            field.label = LINK_LABELS.get(name, field.label)
