"""Paths with many values are summed by day. The sums count as rounded otherwise, so that the next fold computes them anew."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sessions_app', '0033_long_sessions'),
    ]

    operations = [
        migrations.AddField('usagesplit', 'has_quarters', models.BooleanField(default=True)),
        migrations.RunSQL('UPDATE sessions_app_usagesplit SET round_minutes = -1 WHERE NOT of_removed', migrations.RunSQL.noop),
    ]
