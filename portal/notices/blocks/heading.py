"""A heading inside a text."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import CharBlock, ChoiceBlock, StructBlock


class HeadingBlock(StructBlock):
    """A heading of the second or third level (the first is the page's title), with an optional anchor."""

    text = CharBlock(label=_("文字"), max_length=80)
    level = ChoiceBlock(
        label=_("层级"), choices=[("2", _("一级小标题")), ("3", _("二级小标题"))], default="2"
    )
    anchor = CharBlock(
        label=_("锚点"),
        required=False,
        max_length=40,
        help_text=_("供链接直达本节，如 complain。只用小写字母、数字和连字符，可留空。"),
        validators=[
            RegexValidator(r"^[a-z][a-z0-9-]*\Z", _("锚点以小写字母开头，只用小写字母、数字和连字符。"))
        ],
    )

    class Meta:
        label = _("小标题")
        icon = "title"
        template = "notices/blocks/heading.html"
