import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
import preo.core.ids
import preo.core.models
import preo.customers.models
from django.db import migrations, models
from preo.core.triggers import touch_modified

# A text becomes bytes by the input of bytea, to which the backslash is special: unlike
# convert_to() that is immutable, and so the function can be put in place where it is called.
ADDRESS_HASH = r"""
CREATE FUNCTION address_hash(organization uuid, channel text, address text) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN substr(sha256(
    replace(organization::text || ' ' || channel || ' ' || address, '\', '\\')::bytea
), 1, 16)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0001_tables'),
        ('organizations', '0001_tables'),
    ]

    operations = [
        migrations.RunSQL(ADDRESS_HASH, "DROP FUNCTION address_hash(uuid, text, text)"),
        migrations.AddField(
            model_name='customer',
            name='email_hash',
            field=models.GeneratedField(db_persist=True, expression=preo.customers.models.AddressHash('organization_id', models.Value('email'), 'email'), output_field=models.BinaryField(null=True)),
        ),
        migrations.AddField(
            model_name='customer',
            name='phone_hash',
            field=models.GeneratedField(db_persist=True, expression=preo.customers.models.AddressHash('organization_id', models.Value('sms'), models.Case(models.When(phone_number__regex='^\\+[1-9][0-9]{6,14}$', then='phone_number'))), output_field=models.BinaryField(null=True)),
        ),
        migrations.CreateModel(
            name='Suppression',
            fields=[
                ('id', models.UUIDField(db_default=preo.core.models.UUIDv7(), default=preo.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now)),
                ('modified', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now)),
                ('channel', models.CharField(choices=[('email', 'E-mail'), ('sms', 'Text message')], max_length=5)),
                ('address', models.CharField(max_length=254, null=True)),
                ('address_hash', models.BinaryField()),
                ('reason', models.CharField(choices=[('hard_bounce', 'Hard bounce'), ('complaint', 'Complaint'), ('unsubscribed', 'Unsubscribed'), ('manual', 'Set by hand')], max_length=12)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organization', 'channel', 'address_hash'), name='suppression_once'), models.CheckConstraint(condition=models.Q(('address__isnull', True), ('address_hash', preo.customers.models.AddressHash('organization_id', 'channel', 'address')), _connector='OR'), name='suppression_hash'), models.CheckConstraint(condition=models.Q(('address__isnull', True), models.Q(('address', django.db.models.functions.text.Lower('address')), ('channel', 'email'), models.Q(('address', ''), _negated=True)), models.Q(('address__regex', '^\\+[1-9][0-9]{6,14}$'), ('channel', 'sms')), _connector='OR'), name='suppression_address_normalised'), models.CheckConstraint(condition=models.Q(('channel__in', ['email', 'sms'])), name='suppression_channel'), models.CheckConstraint(condition=models.Q(('reason__in', ['hard_bounce', 'complaint', 'unsubscribed', 'manual'])), name='suppression_reason')],
            },
        ),
        *touch_modified("customers_suppression"),
    ]
