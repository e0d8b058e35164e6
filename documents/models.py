"""The document model of the site: files attached to notices."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.search import index

from documents.upload_checks import check_upload
from portal.accounts.models import Authority, Role
from portal.accounts.standing import standing_of

#: What the public sees of a file.
PUBLIC_FIELDS = ("file", "title", "source", "issued_on")


def _office_of(user: Any) -> Authority | None:
    """The office at which somebody edits; the own one where that is one of several."""
    offices = standing_of(user).offices(Role.EDITOR)
    own: Authority | None = user.office
    if not offices or (own is not None and own.pk in offices):
        return own
    return Authority.objects.get(pk=min(offices))


class PortalDocument(AbstractDocument):
    """A file that a notice can attach.

    ``issued_on`` and ``source`` say when and by whom it was issued; both are shown beside the link.
    """

    office = models.ForeignKey(
        Authority,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="documents",
        verbose_name=_("所属机关"),
        help_text=_("上传人所在的机关；空白的归市级。"),
    )
    source = models.CharField(_("来源"), max_length=80, blank=True)
    issued_on = models.DateField(_("印发日期"), null=True, blank=True)

    def clean(self) -> None:
        """Refuse a new file whose content is not what its name says (see :mod:`documents.upload_checks`)."""
        super().clean()
        if self.file and not self.file._committed:
            check_upload(self.file.file)
        self._keep_what_is_public()

    def _keep_what_is_public(self) -> None:
        """A file that the public reads changes only with the notice that carries it: nobody publishes around it."""
        from documents.access import is_public

        if self.pk is None or not is_public(self):
            return
        stored = type(self).objects.get(pk=self.pk)
        changed = [name for name in PUBLIC_FIELDS if getattr(stored, name) != getattr(self, name)]
        if changed:
            raise ValidationError(
                {
                    changed[0]: _(
                        "这份文件已随公告公开，不能直接改动。请上传新的文件，在公告中更换附件并写明更正，再提交审核。"
                    )
                }
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Set the office of a new file from who uploads it; no form can."""
        if self.pk is None and self.office is None and self.uploaded_by_user_id:
            self.office = _office_of(self.uploaded_by_user)
        super().save(*args, **kwargs)

    #: The lists of the workplace search among the files of the house.
    search_fields: ClassVar = [*AbstractDocument.search_fields, index.FilterField("id")]
    admin_form_fields = ("title", "file", "source", "issued_on")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("文档")
        verbose_name_plural = _("文档")
        permissions = [("choose_document", "Can choose document")]
