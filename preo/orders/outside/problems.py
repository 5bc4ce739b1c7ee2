"""The words and sentences for what can be wrong with an order from elsewhere."""

from preo.orders.outside.shapes import Problem

MESSAGES = {
    "required": "This is needed.",
    "too_long": "This is too long.",
    "invalid_text": "This holds characters that cannot be stored.",
    "invalid_choice": "This is none of the known words.",
    "invalid_email": "This is no e-mail address.",
    "invalid_phone": "This is no phone number with its country's prefix, such as +4512345678.",
    "invalid_number": "This is no number of the expected kind.",
    "invalid_date": "This is no date such as 2026-05-31.",
    "invalid_time": "This is no time with a time zone.",
    "invalid_metadata": "This is no JSON object that can be stored.",
    "out_of_range": "This number is too small or too large.",
    "does_not_add_up": "The order takes off more than it has.",
    "repeated_order": "Another order in this call has the same id, so it is unclear which counts.",
    "repeated_line": "Another line of this order has the same id.",
    "unknown_product": "No product of this edition is known by this.",
    "ambiguous_product": "Several products of this edition have this name: give an id or a code.",
    "order_touched": "The change concerns something that has been used or refunded.",
    "customer_erased": "The customer of this order was erased on request: it stays as it is.",
    # What follows are warnings: the order goes in.
    "total_differs": "The stated total is not the sum; the difference was kept as an adjustment.",
    "email_of_another": "Another customer has this e-mail: the external id decided who it is.",
    "phone_not_international": "The phone number lacks its country's prefix: kept with the order only.",
}


def problem(code: str, pointer: str, value: str | None = None) -> Problem:
    return Problem(pointer, code, MESSAGES[code], value)
