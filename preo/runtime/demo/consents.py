"""Writes what an organization asks its customers, what they answered, and who gets nothing.

Network addresses are of the ranges that RFC 5737 keeps for documentation.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection

from preo.catalog.models import Product, Vendor
from preo.consents.models import Consent, Scope
from preo.consents.service.answers import hash_text
from preo.runtime.demo.consent_texts import QUESTIONS, Question
from preo.runtime.demo.dice import id_of
from preo.runtime.demo.plan import EditionPlan, OrganizationPlan

if TYPE_CHECKING:
    from preo.runtime.demo.dice import Value

_TABLES = """
    CREATE TEMP TABLE demo_question (
        place int, id uuid, asked int, yes int, changed int, from_ms bigint, until_ms bigint
    ) ON COMMIT DROP;
    CREATE TEMP TABLE demo_text (place int, language text, hash bytea) ON COMMIT DROP
"""

# People answer as they join, and some once more later. In an import nobody saw a text.
_ANSWERS = """
    WITH asked AS (
        SELECT number, customer.id AS customer_id, joined_ms, language, question.place,
            question.id AS consent_id, 200 + 10 * question.place AS salt, changed,
            pg_temp.roll(number, 201 + 10 * question.place, 1000) < yes AS yes
        FROM demo_customer customer
        JOIN demo_question question ON joined_ms BETWEEN from_ms AND until_ms
        WHERE pg_temp.roll(number, 200 + 10 * question.place, 1000) < asked
    ), said AS (
        SELECT *, 'first' AS turn, joined_ms AS ms, yes AS accepted,
            CASE WHEN pg_temp.roll(number, 191, 100) < 88 THEN 'checkout' ELSE 'import' END AS method
        FROM asked
        UNION ALL
        SELECT *, 'second', joined_ms + 1 + pg_temp.roll(number, salt + 2, %(until_ms)s - joined_ms),
            NOT yes, CASE WHEN yes AND pg_temp.roll(number, salt + 3, 3) > 0 THEN 'one_click'
                ELSE 'preference_page' END
        FROM asked WHERE pg_temp.roll(number, salt + 4, 1000) < changed
    )
    INSERT INTO consents_consentanswer (
        id, created, modified, organization_id, customer_id, consent_id, accepted, answered, method,
        text_hash, language, ip_address, user_agent, actor_kind, actor_id
    )
    SELECT pg_temp.id_of(ms, %(slug)s || ' ' || turn || ' answer ' || said.place || ' ' || number),
        pg_temp.moment(ms), pg_temp.moment(ms), %(organization)s, customer_id, consent_id, accepted,
        pg_temp.moment(ms), method, shown.hash, shown.language,
        CASE WHEN method <> 'import' THEN
            ('203.0.113.' || 1 + pg_temp.roll(number, 192, 254))::inet END,
        CASE WHEN method <> 'import' THEN CASE pg_temp.roll(number, 193, 3)
            WHEN 0 THEN 'Mozilla/5.0 (iPhone; CPU iPhone OS 26_2 like Mac OS X) Safari/605.1.15'
            WHEN 1 THEN 'Mozilla/5.0 (Linux; Android 16) Chrome/141.0 Mobile Safari/537.36'
            ELSE 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0' END END,
        CASE method WHEN 'import' THEN 'system' ELSE 'customer' END,
        CASE WHEN method <> 'import' THEN customer_id END
    FROM said
    LEFT JOIN demo_text shown ON shown.place = said.place AND method IN ('checkout', 'preference_page')
        AND shown.language = CASE WHEN said.language = ANY(%(languages)s) THEN said.language ELSE 'en' END
    ORDER BY ms, number, said.place
"""

# A number may be several people's, an e-mail address is one person's.
_SUPPRESSIONS = """
    INSERT INTO customers_suppression (
        id, created, modified, organization_id, channel, address, address_hash, reason
    )
    SELECT pg_temp.id_of(ms, %(slug)s || ' suppressed ' || address), pg_temp.moment(ms),
        pg_temp.moment(ms), %(organization)s, channel, address,
        address_hash(%(organization)s, channel, address), reason
    FROM (
        SELECT DISTINCT ON (channel, address) channel, address, chance,
            joined_ms + pg_temp.roll(number, 195, %(until_ms)s - joined_ms) AS ms
        FROM (
            SELECT 'email' AS channel, email AS address, number, joined_ms,
                pg_temp.roll(person, 194, 1000) AS chance
            FROM demo_customer WHERE email IS NOT NULL
            UNION ALL
            SELECT 'sms', phone, number, joined_ms,
                pg_temp.roll(hashtextextended(phone, 0), 194, 1000)
            FROM demo_customer WHERE phone IS NOT NULL
        ) known
        WHERE chance < 18 ORDER BY channel, address, number
    ) drawn, LATERAL (SELECT CASE WHEN chance < 8 THEN 'hard_bounce' WHEN chance < 11 THEN 'complaint'
        WHEN chance < 16 THEN 'unsubscribed' ELSE 'manual' END AS reason) why
    ORDER BY ms, address
"""


def write_consents(plan: OrganizationPlan, *, until_ms: int) -> None:
    """Write consents, answers and suppressions. Needs the catalogue and `demo_customer`."""
    running = plan.editions[len(plan.editions) // 2]
    languages = [language.value for language in running.range.languages]
    parameters: dict[str, Value | list[str]] = {
        "organization": plan.id,
        "slug": plan.slug,
        "until_ms": until_ms,
        "languages": languages,
    }
    # All of them before the COPY, beside which the connection does nothing else.
    asked = list(_write_questions(plan, running, languages))
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        with cursor.copy("COPY demo_question FROM STDIN") as copy:
            for row in asked:
                copy.write_row(row)
        with cursor.copy("COPY demo_text (place, language, hash) FROM STDIN") as copy:
            for place, question in enumerate(QUESTIONS):
                for language in languages:
                    copy.write_row((place, language, hash_text(question.text[language])))
        cursor.execute("ANALYZE demo_question, demo_text")
        cursor.execute(_ANSWERS, parameters)
        cursor.execute(_SUPPRESSIONS, parameters)


def _write_questions(
    plan: OrganizationPlan, running: EditionPlan, languages: list[str]
) -> Iterator[tuple[Any, ...]]:
    """Rows of `demo_question`: of each consent its place, id, shares, and when it was asked."""
    for place, question in enumerate(QUESTIONS):
        since = plan.founded_at if question.scope == Scope.ORGANIZATION else running.sale_opens_at
        until = running.ends_at
        consent = _write_consent(plan, running, question, place, since, languages)
        if question.scope == Scope.ORGANIZATION:
            until = max(edition.ends_at for edition in plan.editions)
        yield (
            place, consent.pk, question.asked, question.yes, question.changed,
            int(since.timestamp()) * 1000, int(until.timestamp()) * 1000,
        )  # fmt: skip


def _write_consent(
    plan: OrganizationPlan,
    running: EditionPlan,
    question: Question,
    place: int,
    since: datetime,
    languages: list[str],
) -> Consent:
    scope, address = question.scope, f"https://{plan.slug}.example/{question.document}"
    bar = Vendor.objects.filter(organization_id=plan.id, code__in=["BRYG", "PIER"])
    consent = Consent.objects.create(
        id=id_of(since, f"{plan.slug} consent {question.key}"), organization_id=plan.id,
        edition_id=running.id if scope in (Scope.EDITION, Scope.PRODUCT) else None,
        vendor=bar.get() if scope == Scope.VENDOR else None, scope=scope, title=question.title,
        type=question.type, published=True, published_date=since, required=question.required,
        consent_text={language: question.text[language] for language in languages},
        document_url=(
            {language: f"{address}/{language}" for language in languages}
            if question.document else {}
        ),
        order=place, created=since, modified=since,
    )  # fmt: skip
    if scope == Scope.PRODUCT:
        sold = Product.objects.filter(edition_id=running.id)
        consent.products.set(sold.filter(code__in=["C-PITCH", "C-DOME", "C-VAN", "TABLE"]))
    return consent
