"""The sums of settled sessions, and what keeps their journal. The SQL stands as it was when this was written."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

KNOWN_END = """coalesce({0}ended_at, CASE WHEN {0}status IN ('COMPLETED', 'ERROR', 'TIMED_OUT') THEN
    coalesce({0}updated_at, {0}changed_at) END, {0}missing_since)"""
SETTLED = f"""coalesce({KNOWN_END} - {{0}}started_at BETWEEN interval '0' AND interval '12 hours'
    AND {{0}}proxy_bytes BETWEEN 0 AND 1000000000000000, false)"""

COLUMNS = "project_id, account_id, status, region, keep_alive, created_by_id, started_at"
INTO = f"INSERT INTO sessions_app_usagechange (sign, {COLUMNS}, known_end, proxy_bytes, user_metadata)"
ROWS = f"SELECT {COLUMNS}, {KNOWN_END}, proxy_bytes, user_metadata FROM {{1}} WHERE {SETTLED}"  # noqa: S608
CAME, WENT = ROWS.format("", "new_rows"), ROWS.format("", "old_rows")

# What a statement did not change is in neither half: of most updates nothing is left.
NOTE = f"""
CREATE FUNCTION sessions_app_note_usage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        {INTO} SELECT 1, came.* FROM ({CAME}) AS came;
    ELSIF TG_OP = 'DELETE' THEN
        {INTO} SELECT -1, went.* FROM ({WENT}) AS went;
    ELSE
        {INTO} SELECT -1, went.* FROM ({WENT} EXCEPT ALL {CAME}) AS went;
        {INTO} SELECT 1, came.* FROM ({CAME} EXCEPT ALL {WENT}) AS came;
    END IF;
    RETURN NULL;
END $$
"""  # noqa: S608
FORGET = """
CREATE FUNCTION sessions_app_forget_usage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM sessions_app_usagechange;
    DELETE FROM sessions_app_usageday;
    DELETE FROM sessions_app_usagequarter;
    DELETE FROM sessions_app_usagekey;
    DELETE FROM sessions_app_usagesplit;
    RETURN NULL;
END $$
"""
TRIGGERS = {
    "insert": "AFTER INSERT ON sessions_app_session REFERENCING NEW TABLE AS new_rows",
    "update": "AFTER UPDATE ON sessions_app_session REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "AFTER DELETE ON sessions_app_session REFERENCING OLD TABLE AS old_rows",
}
EMPTIED = """CREATE TRIGGER usage_truncate AFTER TRUNCATE ON sessions_app_session
    FOR EACH STATEMENT EXECUTE FUNCTION sessions_app_forget_usage()"""

FORWARD = [
    f"CREATE INDEX session_unsettled ON sessions_app_session (started_at) WHERE NOT {SETTLED.format('')}",
    NOTE,
    FORGET,
    *(
        f"CREATE TRIGGER usage_{name} {what} FOR EACH STATEMENT EXECUTE FUNCTION sessions_app_note_usage()"
        for name, what in TRIGGERS.items()
    ),
    EMPTIED,
    f"{INTO} SELECT 1, came.* FROM ({ROWS.format('', 'sessions_app_session')}) AS came",  # noqa: S608
]
BACKWARD = [
    *(f"DROP TRIGGER usage_{name} ON sessions_app_session" for name in (*TRIGGERS, "truncate")),
    "DROP FUNCTION sessions_app_note_usage()",
    "DROP FUNCTION sessions_app_forget_usage()",
    "DROP INDEX session_unsettled",
]


def sums(name):
    return migrations.CreateModel(
        name=name,
        fields=[
            ('pk', models.CompositePrimaryKey('split_id', 'start', 'key_id', blank=True, editable=False, primary_key=True, serialize=False)),
            ('start', models.DateTimeField()),
            ('used_us', models.BigIntegerField()),
            ('wasted_us', models.BigIntegerField()),
            ('sessions', models.BigIntegerField()),
            ('proxy_bytes', models.BigIntegerField()),
            ('lasted_us', models.BigIntegerField()),
            ('key', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, to='sessions_app.usagekey')),
            ('split', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, to='sessions_app.usagesplit')),
        ],
        options={'abstract': False},
    )


class Migration(migrations.Migration):

    dependencies = [
        ('sessions_app', '0006_end_batches'),
    ]

    operations = [
        migrations.CreateModel(
            name='UsageChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sign', models.SmallIntegerField()),
                ('project_id', models.TextField(null=True)),
                ('account_id', models.BigIntegerField()),
                ('status', models.TextField()),
                ('region', models.TextField()),
                ('keep_alive', models.BooleanField()),
                ('created_by_id', models.BigIntegerField(null=True)),
                ('started_at', models.DateTimeField()),
                ('known_end', models.DateTimeField()),
                ('proxy_bytes', models.BigIntegerField()),
                ('user_metadata', models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name='UsageSplit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.TextField()),
                ('path', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('is_summed', models.BooleanField(default=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('name', 'path'), name='one_split_of_a_path')],
            },
        ),
        migrations.CreateModel(
            name='UsageKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.JSONField()),
                ('split', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='keys', to='sessions_app.usagesplit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('split', 'value'), name='one_key_of_a_value')],
            },
        ),
        sums('UsageQuarter'),
        sums('UsageDay'),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
