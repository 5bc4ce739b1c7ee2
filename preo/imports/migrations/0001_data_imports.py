from preo.core.triggers import touch_modified
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import preo.core.ids
import preo.core.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('editions', '0001_tables'),
        ('organizations', '0001_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DataImport',
            fields=[
                ('id', models.UUIDField(db_default=preo.core.models.UUIDv7(), default=preo.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now)),
                ('modified', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now)),
                ('service', models.CharField(choices=[('csv', 'CSV file'), ('excel', 'Excel file'), ('external', 'Sent by another system')], max_length=8)),
                ('source', models.CharField(max_length=64)),
                ('stage', models.CharField(choices=[('uploaded', 'Uploaded'), ('needs_column_mapping', 'Needs column mapping'), ('needs_product_mapping', 'Needs product mapping'), ('importing', 'Importing'), ('completed', 'Completed'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], max_length=21)),
                ('orders_created', models.PositiveIntegerField(default=0)),
                ('orders_updated', models.PositiveIntegerField(default=0)),
                ('orders_unchanged', models.PositiveIntegerField(default=0)),
                ('orders_failed', models.PositiveIntegerField(default=0)),
                ('started_at', models.DateTimeField(null=True)),
                ('completed_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='editions.edition')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'indexes': [models.Index(fields=['organization', '-created', '-id'], name='import_newest_first')],
                'constraints': [models.CheckConstraint(condition=models.Q(('service__in', ['csv', 'excel', 'external'])), name='import_service'), models.CheckConstraint(condition=models.Q(('stage__in', ['uploaded', 'needs_column_mapping', 'needs_product_mapping', 'importing', 'completed', 'failed', 'cancelled'])), name='import_stage')],
            },
        ),
        *touch_modified("imports_dataimport"),
    ]
