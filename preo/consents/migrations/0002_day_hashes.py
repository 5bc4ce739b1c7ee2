import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models

ONLY_ADD = """
CREATE FUNCTION only_add_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'hashes of days are only added' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER only_add BEFORE UPDATE OR DELETE ON consents_consentday
    FOR EACH ROW EXECUTE FUNCTION only_add_days()
"""


class Migration(migrations.Migration):

    dependencies = [
        ('consents', '0001_tables'),
        ('organizations', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='ConsentDay',
            fields=[
                ('pk', models.CompositePrimaryKey('organization', 'date', blank=True, editable=False, primary_key=True, serialize=False)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('date', models.DateField()),
                ('answers', models.PositiveIntegerField()),
                ('hash', models.BinaryField()),
                ('closed', models.DateTimeField()),
            ],
        ),
        migrations.AddIndex(
            model_name='consentanswer',
            index=django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['created'], name='answer_by_created'),
        ),
        migrations.AddConstraint(
            model_name='consentday',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('hash'), 32), name='day_hash_is_whole'),
        ),
        migrations.RunSQL(
            ONLY_ADD, "DROP TRIGGER only_add ON consents_consentday; DROP FUNCTION only_add_days()"
        ),
    ]
