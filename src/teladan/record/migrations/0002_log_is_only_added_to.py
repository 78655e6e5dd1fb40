"""Triggers: a row of the log is never changed and never deleted, not even by the owner of the table."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION record_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % refused: the record is only added to', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege',
              HINT = 'A mistake is put right by a new entry that names the old one.';
END
$$;
"""
TRIGGERS = """
CREATE TRIGGER {table}_keeps_rows BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION record_refuse_change();
CREATE TRIGGER {table}_keeps_all BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuse_change();
"""
DROP = """
DROP TRIGGER {table}_keeps_rows ON {table};
DROP TRIGGER {table}_keeps_all ON {table};
"""
TABLES = ("record_entry", "record_checkpoint")


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial")]

    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION record_refuse_change();"),
        *(migrations.RunSQL(TRIGGERS.format(table=table), DROP.format(table=table)) for table in TABLES),
    ]
