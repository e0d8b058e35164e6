import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_login'),
    ]

    operations = [
        migrations.CreateModel(
            name='DigestPreference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wish', models.CharField(choices=[('always', '有待办的每个工作日'), ('urgent', '只在有自动生效或逾期的事项时')], default='always', max_length=6, verbose_name='待办晨报')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='digest_preference', to=settings.AUTH_USER_MODEL, verbose_name='账号')),
            ],
            options={
                'verbose_name': '晨报设置',
                'verbose_name_plural': '晨报设置',
            },
        ),
        migrations.CreateModel(
            name='MorningDigest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='日期')),
                ('state', models.CharField(choices=[('planned', '待发送'), ('sending', '发送中'), ('sent', '已发送'), ('nothing', '无待办，未发送'), ('failed', '未发出，将重试'), ('given_up', '未发出，不再重试'), ('unclear', '发送中断，不再重发')], default='planned', max_length=8, verbose_name='状态')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='次数')),
                ('claimed_at', models.DateTimeField(null=True, verbose_name='开始时间')),
                ('duties', models.PositiveIntegerField(default=0, verbose_name='待办项数')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='digests', to=settings.AUTH_USER_MODEL, verbose_name='账号')),
            ],
            options={
                'verbose_name': '待办晨报',
                'verbose_name_plural': '待办晨报',
                'ordering': ('-day', 'user'),
                'constraints': [models.UniqueConstraint(fields=('user', 'day'), name='one_digest_a_person_and_day')],
            },
        ),
    ]
