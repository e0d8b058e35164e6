"""Triggers that refuse UPDATE and DELETE on the event table.

SQLite drops the triggers of a table when a later migration alters one of its fields: such a migration must
call ``create_triggers`` again at its end (the system check ``audit.E001`` finds it if it does not).
"""

from typing import Any

from django.db import migrations

from portal.audit.triggers import EVENTS, create_triggers, drop_triggers


def forwards(apps: Any, schema_editor: Any) -> None:
    create_triggers(schema_editor.connection, [EVENTS])


def backwards(apps: Any, schema_editor: Any) -> None:
    drop_triggers(schema_editor.connection, [EVENTS])


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
