"""Answers to consents that an import brought. They are proof and cannot be taken back.

So that nobody is written to because of a file that was wrong, a refusal is added where the import's
"yes" is what counts and the person had not agreed before. Its "no" stays: it is the stricter answer.
"""

import datetime as dt

from preo.consents.models import Method
from preo.consents.service.answers import Answer, record_answers
from preo.imports.models import DataImport, KeptKind
from preo.imports.undo.sql import make_scope, rows, run, values_of, write_kept

SCOPE = "undo_answer"

_JUDGE = """
    INSERT INTO undo_answer (id, customer_id, consent_id, reason)
    SELECT
        answer.id, answer.customer_id, answer.consent_id,
        CASE
            WHEN NOT answer.accepted THEN 'answer_no'
            WHEN current.answer_id IS NOT NULL AND NOT coalesce((
                SELECT earlier.accepted
                FROM consents_consentanswer AS earlier
                WHERE earlier.organization_id = %(organization)s
                  AND earlier.customer_id = answer.customer_id
                  AND earlier.consent_id = answer.consent_id
                  AND (earlier.answered, earlier.id) < (answer.answered, answer.id)
                  AND earlier.id NOT IN (
                      SELECT unnest(answers)
                      FROM imports_importedpart
                      WHERE data_import_id = %(import)s AND answers <> '{}'
                  )
                ORDER BY earlier.answered DESC, earlier.id DESC
                LIMIT 1
            ), false) THEN 'withdrawn'
        END
    FROM undo_part
    JOIN imports_importedpart AS part ON part.id = undo_part.id
    CROSS JOIN LATERAL unnest(part.answers) AS given(id)
    JOIN consents_consentanswer AS answer ON answer.id = given.id
    LEFT JOIN consents_currentanswer AS current ON current.answer_id = answer.id
"""


def judge_answers(data_import: DataImport) -> None:
    """Judge the answers that the import brought into `undo_answer`."""
    make_scope(SCOPE, "customer_id uuid NOT NULL, consent_id uuid NOT NULL,")
    run(_JUDGE, values_of(data_import))


def count_answers() -> dict[str, int]:
    """How many of `undo_answer` a refusal is added to, and how many stay as they are."""
    [(withdrawn, kept)] = rows(
        """
        SELECT
            count(*) FILTER (WHERE reason = 'withdrawn'),
            count(*) FILTER (WHERE reason = 'answer_no')
        FROM undo_answer
        """
    )
    return {"consents_withdrawn": withdrawn, "consents_kept": kept}


def take_back_answers(data_import: DataImport, *, now: dt.datetime) -> dict[str, int]:
    """Add the refusals and name all; how many of each."""
    judge_answers(data_import)
    counts = count_answers()
    if any(counts.values()):
        write_kept(SCOPE, KeptKind.CONSENT, values_of(data_import))
        withdrawn = rows(
            "SELECT customer_id, consent_id FROM undo_answer WHERE reason = 'withdrawn' ORDER BY id"
        )
        record_answers(
            organization_id=data_import.organization_id,
            answers=[Answer(customer, consent, False, now) for customer, consent in withdrawn],
            method=Method.IMPORT,
            by=None,
            now=now,
            recording=False,  # what the file brought was told of no person either
        )
    return counts
