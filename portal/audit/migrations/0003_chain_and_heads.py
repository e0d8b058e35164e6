"""The chain over the events and its signed heads, protected like the events themselves."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from portal.audit.triggers import HEADS, LINKS, create_triggers, drop_triggers


def protect(apps: Any, schema_editor: Any) -> None:
    create_triggers(schema_editor.connection, [LINKS, HEADS])


def unprotect(apps: Any, schema_editor: Any) -> None:
    drop_triggers(schema_editor.connection, [LINKS, HEADS])


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name='AuditHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True, verbose_name='签署日')),
                ('position', models.BigIntegerField(verbose_name='链上位置')),
                ('hash', models.CharField(max_length=64, verbose_name='链头哈希')),
                ('count', models.BigIntegerField(verbose_name='新增事件数')),
                ('signed_at', models.DateTimeField(verbose_name='签署时间')),
                ('signature', models.CharField(max_length=128, verbose_name='签名')),
                ('key_id', models.CharField(max_length=16, verbose_name='密钥编号')),
            ],
            options={
                'verbose_name': '审计链头',
                'verbose_name_plural': '审计链头',
                'ordering': ('-day',),
            },
        ),
        migrations.CreateModel(
            name='AuditLink',
            fields=[
                ('position', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='链上位置')),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='link', to='audit.auditevent', verbose_name='审计事件')),
                ('previous', models.CharField(max_length=64, verbose_name='前一环哈希')),
                ('hash', models.CharField(max_length=64, verbose_name='本环哈希')),
            ],
            options={
                'verbose_name': '审计链环',
                'verbose_name_plural': '审计链环',
                'ordering': ('position',),
                'constraints': [models.CheckConstraint(condition=models.Q(position__gte=1), name='audit_positions_count_from_one')],
            },
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['at', 'id'], name='audit_events_in_time'),
        ),
        migrations.RunPython(protect, unprotect),
    ]
