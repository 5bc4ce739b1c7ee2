"""Phone numbers, by the numbering plans of their countries."""

import phonenumbers

_LONGEST = 60


def read_phone(written: str, country_code: str | None) -> str | None:
    """The number in E.164; None for what cannot be called.

    `country_code` is the prefix, such as `+45`, of a number that has none of its own; None where
    there is no telling.
    """
    region = phonenumbers.region_code_for_country_code(int(country_code)) if country_code else None
    if len(written) > _LONGEST:
        return None
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
