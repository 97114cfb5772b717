from django.db import migrations

KNOWN_END = """coalesce(ended_at, CASE WHEN status IN ('COMPLETED', 'ERROR', 'TIMED_OUT') THEN
    coalesce(updated_at, changed_at) END, missing_since)"""
IS_LONG = f"coalesce({KNOWN_END} - started_at > interval '1 hour', false)"


class Migration(migrations.Migration):

    dependencies = [
        ('sessions_app', '0032_outcomes'),
    ]

    operations = [
        migrations.RunSQL(
            f"CREATE INDEX session_long ON sessions_app_session (started_at) WHERE {IS_LONG}",
            "DROP INDEX session_long",
        ),
    ]
