"""How sessions ended is summed, too. The sums count as rounded otherwise, so that the next fold computes them anew."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sessions_app', '0015_removed_by_age'),
    ]

    operations = [
        *(
            migrations.AddField(model, name, models.BigIntegerField(default=0))
            for model in ('usageday', 'usagequarter')
            for name in ('completed', 'timed_out', 'failed')
        ),
        migrations.RunSQL('UPDATE sessions_app_usagesplit SET round_minutes = -1 WHERE NOT of_removed', migrations.RunSQL.noop),
    ]
