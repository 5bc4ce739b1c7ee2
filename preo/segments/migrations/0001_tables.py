import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import preo.core.ids
import preo.core.models
from django.db import migrations, models
from preo.core.triggers import touch_modified


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('consents', '0001_tables'),
        ('customers', '0002_reach'),
        ('editions', '0001_tables'),
        ('organizations', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Segment',
            fields=[
                ('id', models.UUIDField(db_default=preo.core.models.UUIDv7(), default=preo.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now)),
                ('modified', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now)),
                ('name', models.CharField(max_length=255)),
                ('description', models.TextField(default='')),
                ('condition', models.TextField(default='')),
                ('communication_type', models.CharField(choices=[('transactional', 'Transactional'), ('marketing', 'Marketing')], default='transactional', max_length=13)),
                ('communication_channel', models.CharField(choices=[('any', 'Any'), ('email', 'E-mail'), ('sms', 'Text message'), ('pass_push', 'Wallet pass')], default='any', max_length=9)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('pending', 'Pending'), ('processing', 'Processing'), ('completed', 'Completed'), ('failed', 'Failed')], default='draft', max_length=10)),
                ('generation', models.BigIntegerField(default=0)),
                ('requested', models.DateTimeField(null=True)),
                ('user_count', models.PositiveIntegerField(default=0)),
                ('entered_count', models.PositiveIntegerField(default=0)),
                ('left_count', models.PositiveIntegerField(default=0)),
                ('last_calculated', models.DateTimeField(null=True)),
                ('calculation_duration', models.DurationField(null=True)),
                ('error_message', models.TextField(default='')),
                ('consent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='consents.consent')),
                ('edition', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='editions.edition')),
                ('names', models.ManyToManyField(related_name='+', to='segments.segment')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('pk', models.CompositePrimaryKey('segment', 'customer', blank=True, editable=False, primary_key=True, serialize=False)),
                ('customer', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
                ('segment', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='segments.segment')),
            ],
        ),
        migrations.AddIndex(
            model_name='segment',
            index=models.Index(fields=['organization', '-created', '-id'], name='segment_newest_first'),
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='segment_has_name'),
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('condition', ''), _negated=True), ('status', 'draft'), _connector='OR'), name='segment_without_condition_is_draft'),
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'failed'), _negated=True), models.Q(('error_message', ''), _negated=True), _connector='OR'), name='segment_failed_says_why'),
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'pending', 'processing', 'completed', 'failed'])), name='segment_status'),
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.CheckConstraint(condition=models.Q(('communication_type__in', ['transactional', 'marketing'])), name='segment_communication_type'),
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.CheckConstraint(condition=models.Q(('communication_channel__in', ['any', 'email', 'sms', 'pass_push'])), name='segment_communication_channel'),
        ),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(fields=['customer', 'segment'], name='member_by_customer'),
        ),
        *touch_modified("segments_segment"),
    ]
