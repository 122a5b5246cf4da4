"""The maintenance role may ANALYZE every table, also those that are still to come (services/statistics.py)."""

from django.db import migrations

from hrsaas.tenancy.roles import MAINTENANCE_ROLE


def _if_possible(*statements):
    """MAINTAIN came with PostgreSQL 17."""
    body = " ".join(f"{statement};" for statement in statements)
    return f"DO $$ BEGIN IF current_setting('server_version_num')::int >= 170000 THEN {body} END IF; END $$;"


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0001_initial")]

    operations = [
        migrations.RunSQL(
            _if_possible(
                f"GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO {MAINTENANCE_ROLE}",
                f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT MAINTAIN ON TABLES TO {MAINTENANCE_ROLE}",
            ),
            _if_possible(
                f"ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE MAINTAIN ON TABLES FROM {MAINTENANCE_ROLE}",
                f"REVOKE MAINTAIN ON ALL TABLES IN SCHEMA public FROM {MAINTENANCE_ROLE}",
            ),
        ),
    ]
