"""The words of other systems for what has a few values here."""

from preo.core.languages import Language
from preo.core.money import Currency
from preo.orders.models import OrderStatus


def _by_word(words: dict[str, str]) -> dict[str, str]:
    return {word: value for value, listed in words.items() for word in listed.split("|")}


STATUS_WORDS = _by_word(
    {
        OrderStatus.PENDING: "pending|partially_paid|partially paid|unpaid|awaiting payment|on-hold|"
        "on hold|pending payment|ny|afventer|ubetalt|väntande|obetald|in afwachting|onbetaald|"
        "oczekujące|oczekuje|nieopłacone",
        OrderStatus.CONFIRMED: "confirmed|authorized|authorised|reserved|bekræftet|reserveret|bekräftad|"
        "reserverad|bevestigd|gereserveerd|potwierdzone|potwierdzono|zarezerwowane",
        OrderStatus.COMPLETED: "completed|complete|paid|processing|fulfilled|partially_refunded|"
        "partially refunded|attending|checked in|transferred|success|successful|succeeded|done|closed|"
        "valid|active|issued|betalt|gennemført|afsluttet|færdig|betald|betalad|genomförd|slutförd|klar|"
        "betaald|voltooid|afgerond|opłacone|zapłacone|zakończone|zrealizowane",
        OrderStatus.CANCELLED: "cancelled|canceled|voided|void|refunded|failed|deleted|not attending|"
        "trash|rejected|declined|annulleret|refunderet|slettet|avbokad|avbruten|makulerad|återbetald|"
        "annullerad|geannuleerd|terugbetaald|vervallen|anulowane|anulowano|zwrócone|zwrot|expired",
    }
)
"""An order that was paid back whole counts as cancelled."""

CURRENCY_WORDS = _by_word(
    {
        Currency.EUR: "eur|€|euro|euros",
        Currency.USD: "usd|$|us$|us dollar|dollar",
        Currency.GBP: "gbp|£|pound|pounds",
        Currency.PLN: "pln|zł|zl|złoty",
        Currency.DKK: "dkk|kr. dkk|danske kroner",
        Currency.SEK: "sek|svenska kronor",
        Currency.NOK: "nok|norske kroner",
    }
)
"""A bare `kr` could be any of three."""

LANGUAGE_WORDS = _by_word(
    {
        Language.EN: "en|eng|english|engelsk|engelska|engels|angielski|en-gb|en-us|en_gb|en_us",
        Language.DA: "da|dk|dan|danish|dansk|danska|deens|duński|da-dk|da_dk",
        Language.SE: "se|sv|swe|swedish|svensk|svenska|zweeds|szwedzki|sv-se|sv_se",
        Language.NL: "nl|nld|dut|dutch|hollandsk|nederländska|nederlands|holenderski|niderlandzki|"
        "nl-nl|nl-be|nl_nl|nl_be",
        Language.PL: "pl|pol|polish|polsk|polska|pools|polski|pl-pl|pl_pl",
    }
)

YES_WORDS = (
    "yes",
    "y",
    "true",
    "t",
    "1",
    "x",
    "ja",
    "j",
    "tak",
    "on",
    "opted in",
    "accepted",
    "subscribed",
)
NO_WORDS = (
    "no",
    "n",
    "false",
    "f",
    "0",
    "nej",
    "nee",
    "nie",
    "off",
    "opted out",
    "declined",
    "unsubscribed",
)
