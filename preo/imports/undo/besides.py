"""What an import made besides orders, and why some of it stays: users, drafts, categories.

Judged with the import's orders that go as if they were gone: they are named in `undo_order`, for a dry
run, or are gone indeed. `undo_part` names the chunks that are looked at.
"""

from django.db.models import Model

from preo.catalog.models import Category, Product
from preo.consents.models import ConsentAnswer, CurrentAnswer
from preo.customers.models import Customer, ExternalId
from preo.imports.models import DataImport, ProductMapping, SavedProduct
from preo.imports.undo.references import references_to
from preo.imports.undo.sql import give_reasons, make_scope, run, values_of
from preo.orders.models import CartItem, Order, Purchase

USERS, PRODUCTS, CATEGORIES = "undo_user", "undo_product", "undo_category"
_IN_CATEGORIES = Product.categories.through

_GOES = "SELECT FROM undo_order AS gone WHERE gone.id = {order} AND gone.reason IS NULL"

# What a later chunk of the same import filled in of a user who was made by an earlier one is no edit.
_USER_EDITED = """
    SELECT scoped.id, 'edited' AS reason
    FROM undo_user AS scoped
    JOIN customers_customer AS customer ON customer.id = scoped.id
    LEFT JOIN (
        SELECT was.customer, max(was.modified_after) AS modified_after
        FROM undo_part
        JOIN imports_importedpart AS part ON part.id = undo_part.id
        CROSS JOIN LATERAL jsonb_to_recordset(part.filled)
            AS was(customer uuid, modified_after timestamptz)
        GROUP BY was.customer
    ) AS filled ON filled.customer = scoped.id
    WHERE customer.modified > scoped.done_at
      AND customer.modified IS DISTINCT FROM filled.modified_after
"""
_USER_ORDERS = f"""
    SELECT scoped.id, 'has_orders' AS reason
    FROM undo_user AS scoped
    JOIN orders_order AS bought
        ON bought.customer_id = scoped.id AND bought.organization_id = %(organization)s
    WHERE NOT EXISTS ({_GOES.format(order="bought.id")})
    UNION ALL
    SELECT scoped.id, 'has_orders'
    FROM undo_user AS scoped
    JOIN orders_purchase AS bought
        ON bought.customer_id = scoped.id AND bought.organization_id = %(organization)s
    WHERE NOT EXISTS ({_GOES.format(order="bought.order_id")})
"""  # noqa: S608 - our own
_USER_ANSWERS = """
    SELECT scoped.id, 'has_answers' AS reason
    FROM undo_user AS scoped
    JOIN consents_consentanswer AS answer
        ON answer.customer_id = scoped.id AND answer.organization_id = %(organization)s
"""
_USER_KNOWN_ELSEWHERE = """
    SELECT scoped.id, 'in_use' AS reason
    FROM undo_user AS scoped
    JOIN customers_externalid AS known ON known.customer_id = scoped.id
    LEFT JOIN (
        SELECT was.customer, jsonb_array_elements_text(was.external_ids) AS external_id
        FROM undo_part
        JOIN imports_importedpart AS part ON part.id = undo_part.id
        CROSS JOIN LATERAL jsonb_to_recordset(part.filled) AS was(customer uuid, external_ids jsonb)
    ) AS filled
        ON filled.customer = scoped.id
        AND filled.external_id = known.external_id
        AND known.service = %(source)s
    WHERE filled.customer IS NULL
      AND (known.service <> %(source)s OR known.modified > scoped.done_at)
"""
_PRODUCT_CHANGED = """
    SELECT
        scoped.id, CASE WHEN product.is_draft THEN 'edited' ELSE 'published' END AS reason
    FROM undo_product AS scoped
    JOIN catalog_product AS product ON product.id = scoped.id
    WHERE NOT product.is_draft OR product.modified > scoped.done_at
"""
_PRODUCT_ORDERS = f"""
    SELECT scoped.id, 'has_orders' AS reason
    FROM undo_product AS scoped
    JOIN orders_purchase AS bought
        ON bought.product_id = scoped.id AND bought.organization_id = %(organization)s
    WHERE NOT EXISTS ({_GOES.format(order="bought.order_id")})
    UNION ALL
    SELECT scoped.id, 'has_orders'
    FROM undo_product AS scoped
    JOIN orders_cartitem AS bought ON bought.product_id = scoped.id
    JOIN orders_cart AS cart ON cart.id = bought.cart_id
    WHERE NOT EXISTS ({_GOES.format(order="cart.order_id")})
"""  # noqa: S608 - our own
_PRODUCT_MAPPED = """
    SELECT scoped.id, 'in_use' AS reason
    FROM undo_product AS scoped
    JOIN imports_productmapping AS mapping ON mapping.product_id = scoped.id
    JOIN imports_dataimport AS other ON other.id = mapping.data_import_id
    WHERE other.stage NOT IN ('completed', 'failed', 'cancelled')
"""
_CATEGORY_CHANGED = """
    SELECT scoped.id, 'edited' AS reason
    FROM undo_category AS scoped
    JOIN catalog_category AS category ON category.id = scoped.id
    WHERE category.modified > scoped.done_at
"""
_CATEGORY_PRODUCTS = """
    SELECT scoped.id, 'in_use' AS reason
    FROM undo_category AS scoped
    JOIN catalog_product_categories AS placed ON placed.category_id = scoped.id
    WHERE NOT EXISTS (
        SELECT FROM undo_product AS gone
        WHERE gone.id = placed.product_id AND gone.reason IS NULL
    )
"""


def judge_users(data_import: DataImport) -> int:
    """Judge who was made by the import into `undo_user`; how many they are."""
    count = _find(USERS, "customers", "customers_customer")
    looked_at = (Order, Purchase, ConsentAnswer, CurrentAnswer, ExternalId)
    found = [_USER_EDITED, _USER_ORDERS, _USER_ANSWERS, _USER_KNOWN_ELSEWHERE]
    found += _referring(USERS, Customer, looked_at)
    give_reasons(USERS, found, values_of(data_import))
    return count


def judge_products(data_import: DataImport) -> int:
    """Judge the drafts that the import made into `undo_product`; how many they are.

    What was decided on a product in other imports that are over does not hold it: they ran.
    """
    count = _find(PRODUCTS, "products", "catalog_product")
    looked_at = (CartItem, Purchase, _IN_CATEGORIES, ProductMapping, SavedProduct)
    found = [_PRODUCT_CHANGED, _PRODUCT_ORDERS, _PRODUCT_MAPPED]
    found += _referring(PRODUCTS, Product, looked_at)
    give_reasons(PRODUCTS, found, values_of(data_import))
    return count


def judge_categories(data_import: DataImport) -> int:
    """Judge the categories that the import made into `undo_category`, after `undo_product`."""
    count = _find(CATEGORIES, "categories", "catalog_category")
    found = [_CATEGORY_CHANGED, _CATEGORY_PRODUCTS]
    found += _referring(CATEGORIES, Category, (_IN_CATEGORIES,))
    give_reasons(CATEGORIES, found, values_of(data_import))
    return count


def _find(scope: str, made: str, table: str) -> int:
    make_scope(scope, "done_at timestamptz NOT NULL,")
    count = run(
        f"""
        INSERT INTO {scope} (id, done_at)
        SELECT present.id, min(made.done_at)
        FROM (
            SELECT unnest(part.{made}) AS id, part.done_at
            FROM undo_part
            JOIN imports_importedpart AS part ON part.id = undo_part.id
        ) AS made
        JOIN {table} AS present ON present.id = made.id
        GROUP BY present.id
        """  # noqa: S608 - our tables
    )
    run(f"ANALYZE {scope}")
    return count


def _referring(scope: str, model: type[Model], looked_at: tuple[type[Model], ...]) -> list[str]:
    return [
        f"""
        SELECT scoped.id, 'in_use' AS reason
        FROM {scope} AS scoped
        JOIN {one.table} AS other ON other.{one.column} = scoped.id
        """  # noqa: S608 - names of our tables and columns
        for one in references_to(model, besides=looked_at)
    ]
