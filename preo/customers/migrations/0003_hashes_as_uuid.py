from django.db import migrations, models

import preo.customers.models

# encode() and the input of uuid are immutable, so that the function is still put in its place.
HASH_AS_UUID = r"""
DROP FUNCTION address_hash(uuid, text, text);
CREATE FUNCTION address_hash(organization uuid, channel text, address text) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN encode(substr(sha256(
    replace(organization::text || ' ' || channel || ' ' || address, '\', '\\')::bytea
), 1, 16), 'hex')::uuid
"""
KEPT_AS_UUID = """
ALTER TABLE customers_suppression
    ALTER COLUMN address_hash TYPE uuid USING encode(address_hash, 'hex')::uuid
"""


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0002_reach'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='suppression', name='suppression_hash'),
        migrations.RemoveField(model_name='customer', name='email_hash'),
        migrations.RemoveField(model_name='customer', name='phone_hash'),
        migrations.RunSQL(HASH_AS_UUID),
        migrations.RunSQL(KEPT_AS_UUID, state_operations=[
            migrations.AlterField('suppression', 'address_hash', models.UUIDField()),
        ]),
        migrations.AddField(
            model_name='customer',
            name='email_hash',
            field=models.GeneratedField(db_persist=True, expression=preo.customers.models.AddressHash('organization_id', models.Value('email'), 'email'), output_field=models.UUIDField(null=True)),
        ),
        migrations.AddField(
            model_name='customer',
            name='phone_hash',
            field=models.GeneratedField(db_persist=True, expression=preo.customers.models.AddressHash('organization_id', models.Value('sms'), models.Case(models.When(phone_number__regex='^\\+[1-9][0-9]{6,14}$', then='phone_number'))), output_field=models.UUIDField(null=True)),
        ),
        migrations.AddConstraint(
            model_name='suppression',
            constraint=models.CheckConstraint(condition=models.Q(('address__isnull', True), ('address_hash', preo.customers.models.AddressHash('organization_id', 'channel', 'address')), _connector='OR'), name='suppression_hash'),
        ),
    ]
