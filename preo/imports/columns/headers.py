"""What headers call the fields, in the five languages and in the words of other systems."""

import re
import unicodedata
from collections.abc import Iterable

_NOT_A_WORD = re.compile(r"[\W_]+")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ0-9])(?=[A-ZÀ-Þ])")


def words_of(header: str) -> str:
    """A header in its form for comparison: lower case, one blank between words, no punctuation.

    `Order ID`, `order_id`, `ORDER-ID:` and `orderId` become `order id`.
    """
    parted = _CAMEL.sub(" ", unicodedata.normalize("NFKC", header))
    return _NOT_A_WORD.sub(" ", parted.casefold()).strip()


def _spellings(words: str) -> frozenset[str]:
    return frozenset(words_of(word) for word in words.split("|"))


# A field's words: English, Danish, Swedish, Dutch, Polish.
WORDS: dict[str, frozenset[str]] = {
    field: _spellings(words)
    for field, words in {
        "order_id": "order id|order reference|order ref|order no|order nr|order|order code|booking id|"
        "booking reference|booking number|reservation id|external order id|external id|purchase id|"
        "transaction id|ordre id|ordre nr|ordrereference|bestillings id|bestillingsnummer|order-id|"
        "beställnings id|beställningsnummer|ordernr|bestelling id|bestelling|bestelnummer|bestel id|"
        "boekingsnummer|id zamówienia|zamówienie|nr zamówienia|identyfikator zamówienia",
        "order_number": "order number|order num|number of order|ordrenummer|ordernummer|"
        "numer zamówienia|numer rezerwacji|invoice number",
        "created": "order date|created|created at|date created|order created|order created date|date|"
        "order time|ordered at|purchase date|date of purchase|booking date|sale date|order datetime|"
        "transaction date|placed at|dato|ordredato|købsdato|bestillingsdato|oprettet|oprettet dato|datum|"
        "orderdatum|köpdatum|skapad|beställningsdatum|besteldatum|aankoopdatum|aangemaakt|aangemaakt op|"
        "boekingsdatum|data|data zamówienia|data zakupu|utworzono|data utworzenia",
        "status": "status|order status|state|payment status|financial status|ordrestatus|betalingsstatus|"
        "orderstatus|betalningsstatus|bestelstatus|betaalstatus|status zamówienia|status płatności|stan",
        "cancelled_at": "cancelled at|canceled at|cancellation date|annulleret|annulleret dato|avbokad|"
        "makulerad|geannuleerd op|anulowano|data anulowania",
        "currency": "currency|currency code|order currency|valuta|møntfod|valutakod|valutakode|waluta|"
        "kod waluty|munteenheid",
        "order_total": "order total|total paid|grand total|total amount|order amount|amount paid|total|"
        "total price|order value|ordretotal|total beløb|beløb i alt|i alt|ordresum|ordertotal|totalbelopp|"
        "totalt|summa|totaalbedrag|totaal|totaal betaald|suma|razem|kwota całkowita|wartość zamówienia",
        "discount": "discount|discount amount|order discount|total discount|cart discount|rabat|"
        "rabatbeløb|rabatt|rabattbelopp|korting|kortingsbedrag|zniżka|kwota rabatu",
        "service_fee": "fees|fee|service fee|service fees|booking fee|order fee|shipping|shipping total|"
        "gebyr|gebyrer|servicegebyr|avgift|avgifter|serviceavgift|kosten|servicekosten|toeslag|opłata|"
        "opłaty|opłata serwisowa",
        "tax": "added tax|sales tax",
        "coupon_code": "coupon|coupon code|coupons|discount code|promo code|promotion code|voucher|"
        "voucher code|rabatkode|kampagnekode|rabattkod|kampanjkod|kortingscode|actiecode|kod rabatowy|"
        "kod promocyjny",
        "customer_id": "customer id|customer no|customer number|customer code|user id|buyer id|client id|"
        "contact id|member id|kunde id|kundenummer|kunde nr|medlemsnummer|kund id|kundnummer|kundnr|"
        "klant id|klantnummer|klantcode|id klienta|numer klienta|nr klienta",
        "email": "email|e mail|email address|e mail address|customer email|buyer email|order email|mail|"
        "contact email|billing email|purchaser email|user email|mailadresse|emailadresse|e mailadresse|"
        "e post|epost|e postadress|epostadress|mejl|mejladress|e mailadres|emailadres|adres e mail|"
        "adres email|mailadres",
        "phone_number": "phone|phone number|telephone|mobile|mobile number|mobile phone|cell phone|tel|"
        "customer phone|billing phone|order phone number|phone no|contact number|telefon|telefonnummer|"
        "mobil|mobilnummer|mobiltelefon|tlf|tlf nr|mobiltelefonnummer|telefoon|telefoonnummer|mobiel|"
        "mobiel nummer|numer telefonu|nr telefonu|telefon komórkowy|komórka",
        "first_name": "first name|firstname|given name|forename|buyer first name|customer first name|"
        "billing first name|fornavn|förnamn|tilltalsnamn|voornaam|roepnaam|imię|imie",
        "last_name": "last name|lastname|surname|family name|buyer last name|customer last name|"
        "billing last name|efternavn|etternavn|efternamn|achternaam|familienaam|nazwisko",
        "full_name": "full name|name|customer name|customer|buyer|buyer name|purchaser|purchaser name|"
        "billing name|contact name|client name|attendee name|order name|navn|fulde navn|kundenavn|kunde|"
        "køber|namn|fullständigt namn|kundnamn|köpare|naam|volledige naam|klantnaam|koper|imię i nazwisko|"
        "nazwa klienta|klient|kupujący",
        "language": "language|locale|customer language|lang|sprog|språk|taal|język",
        "product": "product|product name|item|item name|ticket|ticket type|ticket name|article|"
        "product title|line item|description|produkt|produktnavn|vare|varenavn|billet|billettype|artikel|"
        "artikelnamn|produktnamn|biljett|biljettyp|productnaam|artikelnaam|kaartje|kaartsoort|tickettype|"
        "nazwa produktu|towar|bilet|rodzaj biletu|typ biletu|nazwa biletu",
        "product_code": "product id|product code|sku|item id|item code|article number|product sku|"
        "product number|item sku|ticket type id|produkt id|produktkode|varenummer|vare nr|varenr|"
        "artikelnummer|produktkod|artikelnr|productcode|artikelcode|kod produktu|id produktu|"
        "numer artykułu|symbol",
        "variant": "variant|variation|product variant|option|size|variant title|variant name|størrelse|"
        "storlek|variantnaam|variatie|maat|wariant|rozmiar",
        "category": "category|product category|kategori|varegruppe|produktkategori|categorie|"
        "productcategorie|kategoria|kategoria produktu",
        "line_id": "line id|line item id|lineitem id|order line id|ticket reference|ticket id|ticket code|"
        "attendee no|attendee number|barcode|linje id|rad id|regel id|billet id|biljett id|ticketnummer|"
        "id biletu|numer biletu",
        "quantity": "quantity|qty|count|number of tickets|tickets|units|pieces|lineitem quantity|antal|"
        "antal billetter|stk|stykker|antal biljetter|st|aantal|hoeveelheid|aantal tickets|stuks|ilość|"
        "liczba|sztuk|liczba biletów",
        "unit_price": "unit price|price|price each|item price|ticket price|product price|price per unit|"
        "price per ticket|pris|stykpris|enhedspris|billetpris|styckpris|enhetspris|biljettpris|à pris|"
        "prijs|stukprijs|eenheidsprijs|ticketprijs|prijs per stuk|cena|cena jednostkowa|cena biletu",
        "line_total": "line total|line amount|amount|sales|subtotal|row total|line price|item total|"
        "linjetotal|linjebeløb|beløb|omsætning|radsumma|radbelopp|belopp|regeltotaal|bedrag|subtotaal|"
        "omzet|kwota|wartość|wartość pozycji",
        "unit_deposit": "deposit|unit deposit|deposit each|pant|depositum|pantbeløb|statiegeld|borg|"
        "kaucja|depozyt",
        "handling_fee": "handling fee|line fee|ticket fee|håndteringsgebyr|ekspeditionsgebyr|"
        "hanteringsavgift|biljettavgift|administratiekosten|ticketkosten|opłata manipulacyjna",
        "line_items": "line items|order items",
    }.items()
}

LEFT_ALONE = _spellings(
    "row id|row|row number|line number|ship date|ship mode|profit|country|city|state|postal code|region|"
    "paid at|fulfilled at|notes|tags|vendor|payment method|payment reference"
)
"""Words that would resemble a field's by chance."""


def header_key(names: Iterable[str]) -> str:
    """What tells whether two files have the same header: the words, in their order."""
    return "\n".join(words_of(name) for name in names)
