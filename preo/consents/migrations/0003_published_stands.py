from django.db import migrations

# What may change is spelt out; any other column, of today or later, is compared as a whole.
STANDS = """
CREATE FUNCTION keep_published_consent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changeable constant text[] := '{enabled,order,modified}';
BEGIN
    IF to_jsonb(NEW) - changeable IS DISTINCT FROM to_jsonb(OLD) - changeable THEN
        RAISE EXCEPTION 'a published consent stands' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_published BEFORE UPDATE ON consents_consent
    FOR EACH ROW WHEN (OLD.published) EXECUTE FUNCTION keep_published_consent()
"""


class Migration(migrations.Migration):

    dependencies = [
        ('consents', '0002_day_hashes'),
    ]

    operations = [
        migrations.RunSQL(
            STANDS,
            "DROP TRIGGER keep_published ON consents_consent; DROP FUNCTION keep_published_consent()",
        ),
    ]
