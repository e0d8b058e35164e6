"""Take away the groups and the workflow that Wagtail brings: its moderators could publish their own pages."""

from django.db import migrations

WAGTAILS_GROUPS = ("Moderators", "Editors")
WAGTAILS_WORKFLOW = "Moderators approval"


def remove(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    apps.get_model("wagtailcore", "GroupPagePermission").objects.filter(
        group__name__in=WAGTAILS_GROUPS
    ).delete()
    apps.get_model("wagtailcore", "WorkflowPage").objects.filter(workflow__name=WAGTAILS_WORKFLOW).delete()
    apps.get_model("wagtailcore", "WorkflowTask").objects.filter(workflow__name=WAGTAILS_WORKFLOW).delete()
    apps.get_model("wagtailcore", "Workflow").objects.filter(name=WAGTAILS_WORKFLOW).delete()
    apps.get_model("wagtailcore", "GroupApprovalTask").objects.filter(name=WAGTAILS_WORKFLOW).delete()
    apps.get_model("wagtailcore", "Task").objects.filter(name=WAGTAILS_WORKFLOW).delete()
    Group.objects.filter(name__in=WAGTAILS_GROUPS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailimages", "0027_image_description"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailadmin", "0006_formstate"),
        ("accounts", "0001_initial"),
    ]

    operations = [migrations.RunPython(remove, migrations.RunPython.noop)]
