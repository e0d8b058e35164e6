"""The document model of the site: files attached to notices."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument

from documents.upload_checks import check_upload


class PortalDocument(AbstractDocument):
    """A file that a notice can attach.

    ``issued_on`` and ``source`` say when and by whom it was issued; both are shown beside the link.
    """

    source = models.CharField(_("来源"), max_length=80, blank=True)
    issued_on = models.DateField(_("印发日期"), null=True, blank=True)

    def clean(self) -> None:
        """Refuse a new file whose content is not what its name says (see :mod:`documents.upload_checks`)."""
        super().clean()
        if self.file and not self.file._committed:
            check_upload(self.file.file)

    admin_form_fields = ("title", "file", "source", "issued_on", "collection", "tags")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("文档")
        verbose_name_plural = _("文档")
        permissions = [("choose_document", "Can choose document")]
