"""The telling readings of the counters, and what notes on which days they must be chosen anew."""

from django.db import migrations, models

TOUCH = """
CREATE FUNCTION sessions_app_touch_readings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO sessions_app_usagetouchedday (project_id, day)
        SELECT DISTINCT project_id, (taken_at AT TIME ZONE 'UTC')::date FROM old_rows ORDER BY 1, 2
        ON CONFLICT (project_id, day) DO UPDATE SET day = excluded.day;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO sessions_app_usagetouchedday (project_id, day)
        SELECT DISTINCT project_id, (taken_at AT TIME ZONE 'UTC')::date FROM new_rows ORDER BY 1, 2
        ON CONFLICT (project_id, day) DO UPDATE SET day = excluded.day;
    END IF;
    RETURN NULL;
END $$
"""
FORGET = """
CREATE FUNCTION sessions_app_forget_readings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM sessions_app_usagetelling;
    DELETE FROM sessions_app_usagetouchedday;
    RETURN NULL;
END $$
"""
TRIGGERS = {
    "insert": "AFTER INSERT ON sessions_app_usagesnapshot REFERENCING NEW TABLE AS new_rows",
    "update": "AFTER UPDATE ON sessions_app_usagesnapshot REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "AFTER DELETE ON sessions_app_usagesnapshot REFERENCING OLD TABLE AS old_rows",
}
FORWARD = [
    TOUCH,
    FORGET,
    *(
        f"CREATE TRIGGER readings_{name} {what} FOR EACH STATEMENT EXECUTE FUNCTION sessions_app_touch_readings()"
        for name, what in TRIGGERS.items()
    ),
    """CREATE TRIGGER readings_truncate AFTER TRUNCATE ON sessions_app_usagesnapshot
       FOR EACH STATEMENT EXECUTE FUNCTION sessions_app_forget_readings()""",
    """INSERT INTO sessions_app_usagetouchedday (project_id, day)
       SELECT DISTINCT project_id, (taken_at AT TIME ZONE 'UTC')::date FROM sessions_app_usagesnapshot""",
]
BACKWARD = [
    *(f"DROP TRIGGER readings_{name} ON sessions_app_usagesnapshot" for name in (*TRIGGERS, "truncate")),
    "DROP FUNCTION sessions_app_touch_readings()",
    "DROP FUNCTION sessions_app_forget_readings()",
]


class Migration(migrations.Migration):

    dependencies = [
        ('sessions_app', '0010_usage_rollups'),
    ]

    operations = [
        migrations.CreateModel(
            name='UsageTelling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('project_id', models.TextField()),
                ('taken_at', models.DateTimeField()),
                ('unchanged_until', models.DateTimeField()),
                ('browser_minutes', models.BigIntegerField()),
                ('proxy_bytes', models.BigIntegerField()),
                ('read_before', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project_id', 'taken_at'), name='one_telling_reading')],
            },
        ),
        migrations.CreateModel(
            name='UsageTouchedDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('project_id', models.TextField()),
                ('day', models.DateField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project_id', 'day'), name='one_touch_of_a_day')],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
