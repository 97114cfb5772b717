"""What is removed by age; the sums of what was removed; how minutes were rounded."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sessions_app', '0031_mp4s_asked'),
    ]

    operations = [
        migrations.CreateModel(
            name='Removal',
            fields=[
                ('kind', models.CharField(max_length=20, primary_key=True, serialize=False)),
                ('days', models.IntegerField()),
                ('due_at', models.DateTimeField()),
                ('removed_before', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField('usagesplit', 'of_removed', models.BooleanField(default=False)),
        migrations.AddField('usagesplit', 'round_minutes', models.SmallIntegerField(default=0)),
        migrations.RemoveConstraint('usagesplit', 'one_split_of_a_path'),
        migrations.AddConstraint(
            'usagesplit',
            models.UniqueConstraint(fields=('name', 'path', 'of_removed'), name='one_split_of_a_path'),
        ),
    ]
