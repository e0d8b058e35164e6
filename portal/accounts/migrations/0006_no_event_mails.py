from django.db import migrations


def switch_off(apps, schema_editor):
    """Profiles from before the morning digest still ask for a mail an event."""
    apps.get_model("wagtailusers", "UserProfile").objects.update(
        submitted_notifications=False,
        approved_notifications=False,
        rejected_notifications=False,
        updated_comments_notifications=False,
    )


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0005_morning_digest"),
        ("wagtailusers", "0015_userprofile_keyboard_shortcuts"),
    ]

    operations = [migrations.RunPython(switch_off, migrations.RunPython.noop)]
