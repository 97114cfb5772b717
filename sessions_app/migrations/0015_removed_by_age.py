"""A word on the record for what was removed by age, and indexes that find it."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sessions_app', '0014_removals'),
    ]

    operations = [
        migrations.AlterField(
            model_name='auditevent',
            name='action',
            field=models.CharField(choices=[('session.created', 'Session Created'), ('session.end_asked', 'End Asked'), ('session.end_tried', 'End Tried'), ('session.ended', 'Ended'), ('sessions.ends_asked', 'Ends Asked'), ('sessions.ends_stopped', 'Ends Stopped'), ('session.control_taken', 'Control Taken'), ('session.secrets_shown', 'Secrets Shown'), ('session.mp4s_asked', 'Mp4S Asked'), ('session.file_uploaded', 'File Uploaded'), ('account.added', 'Account Added'), ('token.created', 'Token Created'), ('token.revoked', 'Token Revoked'), ('context.created', 'Context Created'), ('context.deleted', 'Context Deleted'), ('extension.uploaded', 'Extension Uploaded'), ('extension.deleted', 'Extension Deleted'), ('rows.removed', 'Removed By Age')], max_length=40),
        ),
        migrations.AddIndex(
            'usagesnapshot',
            django.contrib.postgres.indexes.BrinIndex(fields=['taken_at'], name='reading_age'),
        ),
        migrations.AddIndex(
            'auditevent',
            django.contrib.postgres.indexes.BrinIndex(fields=['at'], name='audit_age'),
        ),
    ]
