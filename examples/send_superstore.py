"""Send a shop's export to a running Preo as external orders.

    python examples/send_superstore.py superstore.csv --edition edt_... --key preo_live_...

The file is the public Superstore data set: one line for each order line, known by `Order ID`,
`Customer ID` and `Product ID`; `Sales` is the line's total. Sent again, nothing changes.
"""

import argparse
import csv
import itertools
import json
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

MOST_ORDERS = 1_000
CENT = Decimal("0.01")


def read_orders(path: Path) -> Iterator[dict[str, Any]]:
    """The file's orders in the API's form, lines of one order together wherever they stand."""
    orders: dict[str, dict[str, Any]] = {}
    with path.open(newline="", encoding="utf-8-sig") as lines:
        for line in csv.DictReader(lines):
            order = orders.setdefault(line["Order ID"], _order(line))
            order["items"].append(_item(line))
    yield from orders.values()


def _order(line: dict[str, str]) -> dict[str, Any]:
    first, _, last = line["Customer Name"].strip().partition(" ")
    return {
        "external_id": line["Order ID"],
        "created": f"{line['Order Date']}T00:00:00Z",
        "customer": {
            "external_id": line["Customer ID"],
            "first_name": first,
            "last_name": last,
        },
        "items": [],
        "metadata": {"ship_mode": line["Ship Mode"], "region": line["Region"]},
    }


def _item(line: dict[str, str]) -> dict[str, Any]:
    total = Decimal(line["Sales"]).quantize(CENT, ROUND_HALF_UP)
    return {
        "external_line_id": line["Row ID"],
        "external_product_id": line["Product ID"],
        "external_product": line["Product Name"],
        "quantity": int(line["Quantity"]),
        "line_total": float(total),
    }


def send(orders: list[dict[str, Any]], *, base: str, edition: str, key: str) -> dict[str, Any]:
    """One call with at most 1,000 orders; the answer."""
    body = {
        "edition_id": edition,
        "service": "superstore",
        "create_products": True,
        "orders": orders,
    }
    request = urllib.request.Request(  # noqa: S310 - the address is the user's own
        f"{base}/v1/data-imports/external-orders",
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
        result: dict[str, Any] = json.load(answer)
    return result


def chunks(orders: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    waiting = iter(orders)
    while chunk := list(itertools.islice(waiting, MOST_ORDERS)):
        yield chunk


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--edition", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    arguments = parser.parse_args()
    total: Counter[str] = Counter()
    for chunk in chunks(read_orders(arguments.file)):
        result = send(chunk, base=arguments.base, edition=arguments.edition, key=arguments.key)
        for outcome in ("created", "updated", "unchanged", "failed"):
            total[outcome] += result[outcome]
        for order in result["orders"]:
            for problem in order["errors"]:
                print(order["external_id"], problem["column"], problem["message"], file=sys.stderr)
    print(", ".join(f"{number:,} {outcome}" for outcome, number in total.items()))


if __name__ == "__main__":
    main()
