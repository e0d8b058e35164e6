"""Who runs the site: what the footer and the metadata of a government site in China must say."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting


@register_setting(icon="site", order=100)
class SiteIdentity(BaseSiteSetting):
    """Names, numbers and addresses of the site. Empty ones are not shown: nothing is made up."""

    name = models.CharField(_("网站名称"), max_length=60, default="重庆市职业技能等级评价机构公共门户")
    sponsor = models.CharField(_("主办单位"), max_length=80, blank=True)
    undertaker = models.CharField(_("承办单位"), max_length=80, blank=True)
    address = models.CharField(_("地址"), max_length=120, blank=True)
    phone = models.CharField(_("联系电话"), max_length=60, blank=True)
    email = models.EmailField(_("电子邮箱"), blank=True)
    site_code = models.CharField(_("网站标识码"), max_length=20, blank=True)
    icp_number = models.CharField(_("ICP备案号"), max_length=40, blank=True)
    police_number = models.CharField(_("公安备案号"), max_length=40, blank=True)
    foia_url = models.URLField(_("依申请公开网址"), blank=True)
    press_contact = models.CharField(_("新闻媒体联系"), max_length=120, blank=True)
    error_report_url = models.URLField(_("网站找错网址"), blank=True)
    description = models.CharField(_("网站简介"), max_length=200, blank=True)
    keywords = models.CharField(_("关键词"), max_length=120, blank=True, help_text=_("以逗号分隔。"))
    is_demo = models.BooleanField(
        _("演示站"), default=False, help_text=_("每页上方写明本站为演示，机构均为虚构。")
    )

    panels = [
        MultiFieldPanel(
            [FieldPanel("name"), FieldPanel("description"), FieldPanel("keywords"), FieldPanel("is_demo")],
            heading=_("网站"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("sponsor"),
                FieldPanel("undertaker"),
                FieldPanel("address"),
                FieldPanel("phone"),
                FieldPanel("email"),
                FieldPanel("press_contact"),
                FieldPanel("foia_url"),
                FieldPanel("error_report_url"),
            ],
            heading=_("单位与联系方式"),
        ),
        MultiFieldPanel(
            [FieldPanel("site_code"), FieldPanel("icp_number"), FieldPanel("police_number")],
            heading=_("标识与备案号"),
        ),
    ]

    class Meta:
        verbose_name = _("网站标识")
        verbose_name_plural = _("网站标识")

    def __str__(self) -> str:
        return self.name
