import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
import preo.core.ids
import preo.core.models
from django.db import migrations, models
from preo.core.triggers import touch_modified

# One row for each pair is upserted, in the order of the pairs, so that two that come at the same
# time wait for each other in one direction only. EXECUTE plans each time anew: a plan that was
# made for a whole import would read all customers for one answer.
KEEP_CURRENT = """
CREATE FUNCTION keep_current_answer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_foreign boolean;
BEGIN
    EXECUTE $sql$
        SELECT EXISTS (
            SELECT FROM added
            WHERE NOT EXISTS (
                SELECT FROM customers_customer customer WHERE customer.id = added.customer_id
                    AND customer.organization_id = added.organization_id
            ) OR NOT EXISTS (
                SELECT FROM consents_consent consent WHERE consent.id = added.consent_id
                    AND consent.organization_id = added.organization_id
            )
        )
    $sql$ INTO is_foreign;
    IF is_foreign THEN
        RAISE EXCEPTION 'an answer is to a consent, and of a customer, of its own organization'
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    EXECUTE $sql$
        INSERT INTO consents_currentanswer AS present (
            answer_id, organization_id, consent_id, customer_id, accepted, answered
        )
        SELECT DISTINCT ON (consent_id, customer_id)
            id, organization_id, consent_id, customer_id, accepted, answered
        FROM added
        ORDER BY consent_id, customer_id, answered DESC, id DESC
        ON CONFLICT (consent_id, customer_id) DO UPDATE SET
            answer_id = excluded.answer_id, accepted = excluded.accepted,
            answered = excluded.answered
        WHERE (excluded.answered, excluded.answer_id) > (present.answered, present.answer_id)
    $sql$;
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_current_answer AFTER INSERT ON consents_consentanswer
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION keep_current_answer()
"""

# What erasure may do is spelt out; any other column, of today or later, is compared as a whole.
ONLY_ADD = """
CREATE FUNCTION only_add_answers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    erasable constant text[] := '{ip_address,user_agent,modified}';
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - erasable = to_jsonb(OLD) - erasable
        AND (NEW.ip_address IS NULL OR NEW.ip_address = OLD.ip_address)
        AND (NEW.user_agent IS NULL OR NEW.user_agent = OLD.user_agent)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'answers to consents are only added' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER only_add BEFORE UPDATE OR DELETE ON consents_consentanswer
    FOR EACH ROW EXECUTE FUNCTION only_add_answers()
"""


def with_its_trigger(statements: str, function: str, trigger: str) -> migrations.RunSQL:
    """A trigger function and the trigger on answers that calls it."""
    undo = f"DROP TRIGGER {trigger} ON consents_consentanswer; DROP FUNCTION {function}()"
    return migrations.RunSQL(statements, undo)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalog', '0002_product_service'),
        ('customers', '0002_reach'),
        ('editions', '0001_tables'),
        ('organizations', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='ConsentAnswer',
            fields=[
                ('id', models.UUIDField(db_default=preo.core.models.UUIDv7(), default=preo.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now)),
                ('modified', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now)),
                ('accepted', models.BooleanField()),
                ('answered', models.DateTimeField()),
                ('method', models.CharField(choices=[('checkout', 'Checkout'), ('import', 'Import'), ('api', 'API'), ('staff', 'Staff'), ('preference_page', 'Preference page'), ('one_click', 'One click in a mail'), ('merge', 'Two customers became one')], max_length=15)),
                ('text_hash', models.BinaryField(null=True)),
                ('language', models.CharField(choices=[('en', 'English'), ('da', 'Dansk'), ('se', 'Svenska'), ('nl', 'Nederlands'), ('pl', 'Polski')], max_length=2, null=True)),
                ('ip_address', models.GenericIPAddressField(null=True)),
                ('user_agent', models.CharField(max_length=400, null=True)),
                ('actor_kind', models.CharField(choices=[('staff', 'Staff'), ('api_key', 'API key'), ('customer', 'Customer'), ('system', 'System')], max_length=8)),
                ('actor_id', models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.UUIDField(db_default=preo.core.models.UUIDv7(), default=preo.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now)),
                ('modified', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now)),
                ('scope', models.CharField(choices=[('organization', 'Organization'), ('edition', 'Edition'), ('vendor', 'Vendor'), ('product', 'Product')], default='organization', max_length=12)),
                ('title', models.CharField(max_length=250)),
                ('type', models.CharField(choices=[('terms', 'Terms'), ('marketing', 'Marketing'), ('notice', 'Notice')], default='terms', max_length=9)),
                ('enabled', models.BooleanField(default=True)),
                ('published', models.BooleanField(default=False)),
                ('published_date', models.DateTimeField(null=True)),
                ('required', models.BooleanField(default=False)),
                ('consent_text', models.JSONField(default=dict)),
                ('document_url', models.JSONField(default=dict)),
                ('order', models.PositiveIntegerField(default=0)),
                ('edition', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='editions.edition')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('products', models.ManyToManyField(related_name='+', to='catalog.product')),
                ('vendor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.vendor')),
            ],
        ),
        migrations.CreateModel(
            name='CurrentAnswer',
            fields=[
                ('answer', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='consents.consentanswer')),
                ('accepted', models.BooleanField()),
                ('answered', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='consentanswer',
            name='consent',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='consents.consent'),
        ),
        migrations.AddField(
            model_name='consentanswer',
            name='customer',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer'),
        ),
        migrations.AddField(
            model_name='consentanswer',
            name='organization',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization'),
        ),
        migrations.AddIndex(
            model_name='consent',
            index=models.Index(fields=['organization', 'order', 'id'], name='consent_in_order'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('edition__isnull', True), ('scope', 'organization'), ('vendor__isnull', True)), models.Q(('edition__isnull', False), ('scope', 'edition'), ('vendor__isnull', True)), models.Q(('scope', 'vendor'), ('vendor__isnull', False)), models.Q(('scope', 'product'), ('vendor__isnull', True)), _connector='OR'), name='consent_scope_is_what_is_set'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published', False), ('published_date__isnull', True)), models.Q(('published', True), ('published_date__isnull', False), models.Q(('consent_text', {}), _negated=True)), _connector='OR'), name='consent_published_has_date_and_text'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(('required', True), ('type', 'marketing'), _negated=True), name='consent_marketing_is_voluntary'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='consent_has_title'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(('type__in', ['terms', 'marketing', 'notice'])), name='consent_type'),
        ),
        migrations.AddField(
            model_name='currentanswer',
            name='consent',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='consents.consent'),
        ),
        migrations.AddField(
            model_name='currentanswer',
            name='customer',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer'),
        ),
        migrations.AddField(
            model_name='currentanswer',
            name='organization',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization'),
        ),
        migrations.AddIndex(
            model_name='consentanswer',
            index=models.Index(fields=['organization', 'customer', '-answered', '-id'], name='answer_by_customer'),
        ),
        migrations.AddConstraint(
            model_name='consentanswer',
            constraint=models.CheckConstraint(condition=models.Q(('answered__lte', models.F('created'))), name='answer_not_before_it_was_given'),
        ),
        migrations.AddConstraint(
            model_name='consentanswer',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('text_hash'), 32), name='answer_text_hash_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='consentanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('language__isnull', True), ('text_hash__isnull', True)), models.Q(('language__isnull', False), ('text_hash__isnull', False)), _connector='OR'), name='answer_text_has_a_language'),
        ),
        migrations.AddConstraint(
            model_name='consentanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('actor_id__isnull', True), ('actor_kind', 'system')), models.Q(models.Q(('actor_kind', 'system'), _negated=True), ('actor_id__isnull', False)), _connector='OR'), name='answer_actor_is_named'),
        ),
        migrations.AddConstraint(
            model_name='consentanswer',
            constraint=models.CheckConstraint(condition=models.Q(('method__in', ['checkout', 'import', 'api', 'staff', 'preference_page', 'one_click', 'merge'])), name='answer_method'),
        ),
        migrations.AddConstraint(
            model_name='consentanswer',
            constraint=models.CheckConstraint(condition=models.Q(('language__in', ['en', 'da', 'se', 'nl', 'pl'])), name='answer_language'),
        ),
        migrations.AddConstraint(
            model_name='consentanswer',
            constraint=models.CheckConstraint(condition=models.Q(('actor_kind__in', ['staff', 'api_key', 'customer', 'system'])), name='answer_actor_kind'),
        ),
        migrations.AddIndex(
            model_name='currentanswer',
            index=models.Index(fields=['organization', 'customer'], name='current_answer_by_customer'),
        ),
        migrations.AddConstraint(
            model_name='currentanswer',
            constraint=models.UniqueConstraint(fields=('consent', 'customer'), include=('accepted', 'answered'), name='current_answer_once'),
        ),
        *touch_modified("consents_consent", "consents_consentanswer"),
        with_its_trigger(KEEP_CURRENT, "keep_current_answer", "keep_current_answer"),
        with_its_trigger(ONLY_ADD, "only_add_answers", "only_add"),
    ]
