from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

TOUCH = """
CREATE FUNCTION touch_modified() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.modified IS NOT DISTINCT FROM OLD.modified THEN
        NEW.modified := clock_timestamp();
    END IF;
    RETURN NEW;
END
$$
"""


class Migration(migrations.Migration):
    # Trusted: the application's role, no superuser, may create it.
    operations = [
        TrigramExtension(),
        migrations.RunSQL(TOUCH, "DROP FUNCTION touch_modified()"),
    ]
