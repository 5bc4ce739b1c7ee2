"""What each column of each table says about people: the one place, which a test holds complete.

Columns of customers that are `PERSONAL` are emptied when a person is erased, by the part that their
table names; a test plants a marker in each and looks for it everywhere afterwards. What is not ours
(jobs, sessions, Django's own tables) stands here too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    NONE = "none"
    """Says nothing about a person: states, counts, times, texts about goods."""
    IDENTIFIER = "identifier"
    """Ids, ours and other systems'. They lead to a person only by way of a column that is erased;
    one of another system that holds an address is replaced."""
    PERSONAL = "personal"
    """A customer's own: goes with an erasure."""
    PROOF = "proof"
    """Evidence of what was agreed to, or of an address to which nothing may be sent: stays."""
    MONEY = "money"
    """What bookkeeping law asks for: stays."""
    STAFF = "staff"
    """Of people who work for an organization, or of texts that they wrote."""
    SECRET = "secret"  # noqa: S105 - the word
    """Must not be read by anybody: hashes of keys and of passwords."""


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of one table by what they say; `part` erases the personal ones."""

    columns: Mapping[Kind, str]
    part: str | None = None
    how: str = ""
    """What an erasure does to the row."""

    def kinds(self) -> dict[str, Kind]:
        return {name: kind for kind, names in self.columns.items() for name in names.split()}


_COPIES = "preo.people.copies"
_IMPORTS = "preo.imports.person_part"
_ORDERS = "preo.orders.person_part"
_CUSTOMERS = "preo.customers.person_part"
_CONSENTS = "preo.consents.person_part"
_SEGMENTS = "preo.segments.person_part"

N, I, P = Kind.NONE, Kind.IDENTIFIER, Kind.PERSONAL  # noqa: E741 - columns of the table below
PROOF, MONEY, STAFF, SECRET = Kind.PROOF, Kind.MONEY, Kind.STAFF, Kind.SECRET

OF_CUSTOMERS: Mapping[str, Table] = {
    "customers.Customer": Table(
        {
            I: "id organization merged_into",
            P: "email phone_number first_name last_name full_name language last_seen metadata "
            "email_hash phone_hash search",
            N: "created modified date_joined erased_at",
        },
        _CUSTOMERS,
        "emptied: orders and answers refer to the row",
    ),
    "customers.ExternalId": Table(
        {I: "id organization customer", P: "service external_id", N: "created modified"},
        _CUSTOMERS,
        "deleted",
    ),
    "customers.Pass": Table(
        {
            I: "id organization edition customer design",
            P: "platform status",
            N: "created modified",
        },
        _CUSTOMERS,
        "deleted",
    ),
    "customers.Suppression": Table(
        {
            I: "id organization",
            P: "address",
            PROOF: "channel address_hash reason",
            N: "created modified",
        },
        _CUSTOMERS,
        "the address is emptied, its hash goes on keeping it from being written to",
    ),
    "consents.ConsentAnswer": Table(
        {
            I: "id organization customer consent",
            P: "ip_address user_agent",
            PROOF: "accepted answered method text_hash language actor_kind actor_id",
            N: "created modified",
        },
        _CONSENTS,
        "address and browser are emptied",
    ),
    "consents.CurrentAnswer": Table(
        {I: "answer organization consent customer", PROOF: "accepted answered"},
        _CONSENTS,
        "stays with the answers",
    ),
    "consents.AddressRefusal": Table(
        {
            I: "id organization consent",
            PROOF: "address_hash answered",
            N: "created modified",
        },
        _CONSENTS,
        "a hash alone; an erasure adds those of the person's noes",
    ),
    "segments.Member": Table({I: "segment customer"}, _SEGMENTS, "deleted"),
    "orders.Order": Table(
        {
            I: "id organization edition customer order_number service external_id "
            "completed_transaction coupon_code",
            P: "customer_name customer_email customer_phone metadata buyer_digest search",
            PROOF: "source_digest",
            MONEY: "type status currency subtotal deposit handling_fee service_fee discount tax vat "
            "adjustment amount paid refunded",
            N: "created modified items_count",
        },
        _ORDERS,
        "the buyer is emptied; the digest stays by which the same words of the other system are known",
    ),
    "orders.Cart": Table(
        {I: "id organization edition order", N: "created modified status"}, _ORDERS
    ),
    "orders.CartItem": Table(
        {
            I: "id organization cart product variant location",
            MONEY: "quantity options price_with_options deposit_with_options handling_fee",
            N: "created modified position",
        },
        _ORDERS,
    ),
    "orders.Transaction": Table(
        {
            I: "id organization order payment service external_id",
            P: "message",
            MONEY: "kind type status amount currency service_fee handling_fee refunded",
            N: "created modified",
        },
        _ORDERS,
        "what the payment provider said is emptied",
    ),
    "orders.Purchase": Table(
        {
            I: "id organization edition order cart_item customer product variant location "
            "external_line_id vendor_code",
            MONEY: "quantity currency price_paid deposit_paid handling_fee_paid refunded options",
            N: "created modified position status total_uses available_uses is_unlimited_use",
        },
        _ORDERS,
    ),
    "imports.DataImport": Table(
        {
            I: "id organization edition",
            P: "columns data_file data_file_name name",
            STAFF: "created_by",
            N: "created modified service source stage file_size file_hash default_country_code "
            "detected chosen mappings row_count order_count rows_done rows_failed next_order "
            "orders_created orders_updated orders_unchanged orders_failed users_created "
            "problem_counts error_message generation started_at completed_at undo_started_at "
            "undo_after undo_counts undone_at",
        },
        _IMPORTS,
        "samples of columns and names with an address are emptied, the file is deleted",
    ),
    "imports.ImportRow": Table({I: "data_import number", P: "cells"}, _IMPORTS, "emptied"),
    "imports.ImportLine": Table(
        {
            I: "data_import number part order_place product_mapping",
            P: "order_key values",
            N: "is_bad",
        },
        _IMPORTS,
        "deleted",
    ),
    "imports.ImportProblem": Table(
        {I: "id data_import number", P: "value", N: "level column code message"},
        _IMPORTS,
        "deleted",
    ),
    "imports.ImportedOrder": Table(
        {
            I: "data_import order numbers",
            P: "raw before",
            N: "outcome after_modified done_at",
        },
        _IMPORTS,
        "the rows and the order as it was are emptied",
    ),
    "imports.ImportedPart": Table(
        {
            I: "id data_import customers products categories answers",
            P: "filled",
            N: "done_at is_undone",
        },
        _IMPORTS,
        "what was filled in of the person is taken out",
    ),
    "idempotency.Answer": Table(
        {I: "id caller", P: "key body", N: "fingerprint status created"},
        _COPIES,
        "the body is emptied; gone anyway after a day",
    ),
    "transports.InboxMessage": Table(
        {
            I: "id message_id",
            P: "to subject text html headers",
            N: "created modified sender_name sender_address",
        },
        _COPIES,
        "deleted",
    ),
}
"""Tables in which a customer may stand."""

OF_OTHERS: Mapping[str, Table] = {
    "imports.ImportKept": Table({I: "id data_import object_id", N: "kind reason"}),
    "imports.ProductMapping": Table(
        {
            I: "id organization data_import product variant",
            N: "created modified external_code external_name external_variant rows unit_price "
            "ignored create_product suggestion",
        }
    ),
    "imports.SavedColumns": Table(
        {I: "id organization", N: "created modified header_hash source mappings"}
    ),
    "imports.SavedProduct": Table(
        {
            I: "id organization edition product variant",
            N: "created modified source external_code external_name external_variant ignored",
        }
    ),
    "segments.Segment": Table(
        {
            I: "id organization edition consent",
            STAFF: "name description condition",
            N: "created modified communication_type communication_channel status generation "
            "requested user_count entered_count left_count last_calculated calculation_duration "
            "error_message",
        }
    ),
    "segments.Segment_names": Table({I: "id from_segment to_segment"}),
    "consents.Consent": Table(
        {
            I: "id organization edition vendor",
            N: "created modified scope title type enabled published published_date required "
            "consent_text document_url order",
        }
    ),
    "consents.ConsentDay": Table({I: "organization", PROOF: "answers hash", N: "date closed"}),
    "consents.Consent_products": Table({I: "id consent product"}),
    "catalog.Category": Table({I: "id organization edition", N: "created modified name position"}),
    "catalog.Vendor": Table({I: "id organization", N: "created modified name code"}),
    "catalog.Location": Table({I: "id organization edition", N: "created modified name is_draft"}),
    "catalog.Product": Table(
        {
            I: "id organization edition vendor location",
            N: "created modified type name match_name code service description price deposit "
            "handling_fee uses is_unlimited_use is_draft metadata",
        }
    ),
    "catalog.Product_categories": Table({I: "id product category"}),
    "catalog.Variant": Table(
        {I: "id organization product", N: "created modified name code price position"}
    ),
    "catalog.Option": Table(
        {I: "id organization product", N: "created modified name price_mod deposit_mod position"}
    ),
    "catalog.PassDesign": Table({I: "id organization edition", N: "created modified name"}),
    "accounts.StaffUser": Table(
        {
            I: "id",
            STAFF: "email full_name phone_number language last_login",
            SECRET: "password",
            N: "created modified is_active is_superuser",
        }
    ),
    "accounts.Membership": Table({I: "id organization edition staff", N: "created modified role"}),
    "accounts.StaffSession": Table(
        {
            I: "id staff",
            SECRET: "current_token previous_token",
            N: "created modified rotated_at expires_at revoked_at",
        }
    ),
    "accounts.ApiKey": Table(
        {
            I: "id organization edition created_by prefix",
            SECRET: "secret_hash",
            N: "created modified name role scopes last_used_at expires_at revoked_at",
        }
    ),
    "accounts.SignInTries": Table({STAFF: "bucket", N: "count window_ends_at"}),
    "accounts.Pin": Table(
        {
            I: "id staff",
            SECRET: "hash",
            N: "created modified tries expires_at used_at ended_at delivery",
        }
    ),
    "accounts.Invitation": Table(
        {
            I: "id organization edition by_staff by_key",
            STAFF: "email",
            N: "created modified role expires_at accepted_at revoked_at delivery",
        }
    ),
    "editions.Event": Table({I: "id organization", N: "created modified name"}),
    "editions.MerchantAccount": Table(
        {I: "id organization", N: "created modified name type supported_currencies"}
    ),
    "editions.FeeRule": Table({I: "id organization", N: "created modified name"}),
    "editions.Edition": Table(
        {
            I: "id organization event fee_rule merchant_account merchant_id",
            STAFF: "email_sender_address email_reply_to",
            N: "created modified name full_name slug start_date end_date timezone "
            "default_country_code is_draft is_archived published_at default_language "
            "enabled_languages tax_type default_price_tax_rate default_deposit_tax_rate "
            "default_packaging_deposit_tax_rate currency merchant_account_extra_parameters "
            "metadata sms_sender_name email_sender_name meta_title meta_description",
        }
    ),
    "activity.Activity": Table(
        {
            I: "id organization edition_id object_id actor_id",
            N: "created modified type actor_kind changed details sequence",
        }
    ),
    "organizations.Organization": Table(
        {I: "id", N: "created modified name slug currency default_language"}
    ),
    "admin.LogEntry": Table(
        {
            I: "id user content_type object_id",
            STAFF: "object_repr change_message",
            N: "action_time action_flag",
        }
    ),
    "auth.Group": Table({I: "id", N: "name"}),
    "auth.Group_permissions": Table({I: "id group permission"}),
    "auth.Permission": Table({I: "id content_type", N: "name codename"}),
    "contenttypes.ContentType": Table({I: "id", N: "app_label model"}),
    "sessions.Session": Table({SECRET: "session_key", STAFF: "session_data", N: "expire_date"}),
    "procrastinate.ProcrastinateWorker": Table({I: "id", N: "last_heartbeat"}),
    "procrastinate.ProcrastinateJob": Table(
        {
            I: "id worker",
            N: "queue_name task_name priority lock args status scheduled_at attempts "
            "queueing_lock abort_requested",
        }
    ),
    "procrastinate.ProcrastinateEvent": Table({I: "id job", N: "type at"}),
    "procrastinate.ProcrastinatePeriodicDefer": Table(
        {I: "id job", N: "task_name defer_timestamp periodic_id"}
    ),
}
"""Tables in which no customer stands; a new one must be put here on purpose."""

TABLES: Mapping[str, Table] = {**OF_CUSTOMERS, **OF_OTHERS}
