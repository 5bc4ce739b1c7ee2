"""What must be true of all consents and answers, for `preo doctor` and for tests."""

from preo.consents.models import Consent, ConsentAnswer
from preo.core.doctor import Finding
from preo.core.rules import Rule, check_rule

_ANSWER_REMEDY = (
    "Somebody may be written to who took the consent back, or the other way round. Stop sending, "
    "find out what wrote past the triggers on answers, and put the current answers right from "
    "the answers themselves."
)
_SCOPE_REMEDY = (
    "Say in the consent for which products it is, or for which part of the organization."
)
_TEXT_REMEDY = (
    "A published text was changed past the service, so the answers prove nothing any more. Put the "
    "text back from a backup, and ask anew by another consent if it has to change."
)

# The whole row is compared, so that a copy of an answer says nothing that the answer does not.
_LATEST = """
    WITH latest AS (
        SELECT DISTINCT ON (consent_id, customer_id)
            id, organization_id, consent_id, customer_id, accepted, answered
        FROM consents_consentanswer
        ORDER BY consent_id, customer_id, answered DESC, id DESC
    )
    SELECT coalesce(present.answer_id, latest.id) AS id
    FROM latest FULL JOIN consents_currentanswer present ON present.answer_id = latest.id
    WHERE (present.organization_id, present.consent_id, present.customer_id, present.accepted,
            present.answered)
        IS DISTINCT FROM (latest.organization_id, latest.consent_id, latest.customer_id,
            latest.accepted, latest.answered)
"""
_RULES = (
    (
        Rule(
            "current answers are the latest",
            "Of each customer's answers to a consent the latest one counts.",
            ConsentAnswer,
            _LATEST,
        ),
        _ANSWER_REMEDY,
    ),
    (
        Rule(
            "consents of products have products",
            "A consent has products if it is one of products, and else none.",
            Consent,
            """
            SELECT id FROM consents_consent consent
            WHERE (scope = 'product') <> EXISTS (
                SELECT FROM consents_consent_products WHERE consent_id = consent.id
            )
            """,
        ),
        _SCOPE_REMEDY,
    ),
    (
        Rule(
            "texts that were shown stand",
            "The text of a consent is the one that those saw who answered it.",
            Consent,
            """
            WITH shown AS (
                SELECT DISTINCT consent_id, language, text_hash FROM consents_consentanswer
                WHERE text_hash IS NOT NULL
            )
            SELECT DISTINCT consent.id FROM shown
            JOIN consents_consent consent ON consent.id = shown.consent_id
            WHERE shown.text_hash IS DISTINCT FROM
                sha256(convert_to(consent.consent_text ->> shown.language, 'UTF8'))
            """,
        ),
        _TEXT_REMEDY,
    ),
)


def check_consents() -> list[Finding]:
    """A finding for each rule. Reads all answers: seconds."""
    return [check_rule(rule, remedy) for rule, remedy in _RULES]
