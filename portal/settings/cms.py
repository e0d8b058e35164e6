"""Wagtail."""

from __future__ import annotations

from typing import Any

from portal.settings.environment import env

WAGTAIL_SITE_NAME = "重庆市职业技能等级评价机构公共门户"
WAGTAILADMIN_BASE_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000")
WAGTAIL_CONTENT_LANGUAGES = [("zh-hans", "简体中文")]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文")]
WAGTAIL_I18N_ENABLED = False
# No outside call: neither avatars nor an update check.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_USER_TIME_ZONES = ["Asia/Shanghai"]
# Accounts and passwords have screens of their own.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILDOCS_DOCUMENT_MODEL = "documents.PortalDocument"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["csv", "doc", "docx", "ofd", "pdf", "rtf", "txt", "wps", "xls", "xlsx", "zip"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILEMBEDS_FINDERS: list[dict[str, Any]] = []
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_MODERATION_ENABLED = True
WAGTAIL_WORKFLOW_ENABLED = True
# Nobody holds the publish permission: a finished workflow publishes.
WAGTAIL_FINISH_WORKFLOW_ACTION = "portal.notices.finish_workflow.publish_approved"
TAGGIT_CASE_INSENSITIVE = True
# Finds Chinese on both databases; the public search has its own index.
MODELSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database.fallback"}}
WAGTAILSEARCH_BACKENDS = MODELSEARCH_BACKENDS
# Saving by itself while somebody presses “save” made two pages out of one new notice.
WAGTAIL_AUTOSAVE_INTERVAL = 0
