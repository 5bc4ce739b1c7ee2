"""What the invented festivals sell. Prices are in minor units of the Danish krone."""

from dataclasses import dataclass, field

from preo.catalog.models import ProductType
from preo.core.languages import Language

TICKET, FOOD, DRINK = ProductType.TICKET, ProductType.FOOD, ProductType.DRINK
GOODS, SERVICE, OTHER = ProductType.MERCHANDISE, ProductType.SERVICE, ProductType.OTHER


@dataclass(frozen=True)
class Good:
    """A product before any edition sells it.

    `lead`, `add`, `bar` and `outside` say how often it is taken: as the first line of an online
    order, as a further line, at a counter of the festival, and in another shop's orders.
    """

    code: str
    type: ProductType
    name: str
    category: str
    vendor: str
    price: int
    deposit: int = 0
    handling_fee: int = 0
    uses: int = 1
    is_unlimited_use: bool = False
    variants: tuple[tuple[str, int], ...] = ()
    """Names, and what each costs more than the product."""
    options: tuple[tuple[str, int, int], ...] = ()
    """Names, and what each adds to price and deposit."""
    most: int = 2
    """The most pieces in one line."""
    lead: int = 0
    add: int = 0
    bar: int = 0
    outside: int = 0
    is_draft: bool = False


def _sizes(*names: str) -> tuple[tuple[str, int], ...]:
    return tuple((name, 2000 if name == "XXL" else 0) for name in names)


PROTECTION = ("Refund protection", 9500, 0)
TREE = ("Plant a tree", 2000, 0)

FESTIVAL = (
    Good("T-FULL", TICKET, "Festival ticket, all nine days", "tickets", "BOX", 179500,
         handling_fee=1500, variants=(("Adult", 0), ("Youth, 15 to 20", -50000)),
         options=(PROTECTION, TREE), most=4, lead=300, add=20, outside=500),
    Good("T-WKND", TICKET, "Weekend ticket", "tickets", "BOX", 119500, handling_fee=1500,
         variants=(("First weekend", 0), ("Last weekend", 0)), options=(PROTECTION, TREE), most=4,
         lead=220, add=10, outside=250),
    Good("T-DAY", TICKET, "Day ticket", "tickets", "BOX", 64500, handling_fee=1000,
         variants=(("Friday", 0), ("Saturday", 5000), ("Sunday", 0)), options=(TREE,), most=6,
         lead=260, add=30, bar=25, outside=180),
    Good("T-KIDS", TICKET, "Children under 12", "tickets", "BOX", 0, most=3, lead=60, add=40),
    Good("T-VIP", TICKET, "Lighthouse VIP", "tickets", "BOX", 395000, handling_fee=2500,
         options=(("Backstage tour", 50000, 0),), lead=18, outside=30),
    Good("C-PITCH", TICKET, "Tent pitch", "stay", "FJELD", 39500, deposit=10000,
         variants=(("Quiet field", 0), ("Late field", 0), ("Family field", 5000)),
         options=(("Electricity", 15000, 5000),), lead=40, add=260, outside=40),
    Good("C-DOME", TICKET, "Ready-made dome tent for two", "stay", "FJELD", 185000, deposit=20000,
         options=(("Two sleeping bags", 24000, 10000),), lead=12, add=50),
    Good("C-VAN", TICKET, "Camper van space", "stay", "FJELD", 89500, lead=15, add=45),
    Good("P-CAR", SERVICE, "Parking for the whole festival", "travel", "KYST", 35000,
         options=(("Under a roof", 12000, 0),), lead=15, add=120),
    Good("P-BUS", SERVICE, "Shuttle bus, there and back", "travel", "KYST", 12000, uses=2,
         variants=(("From København", 0), ("From Malmö", 3000), ("From Roskilde", 0)), most=4,
         lead=25, add=150),
    Good("L-LOCK", SERVICE, "Locker with charger", "services", "BOXEN", 22000, deposit=5000,
         is_unlimited_use=True, variants=(("Small", 0), ("Large", 8000)), add=110, bar=15),
    Good("S-SHWR", SERVICE, "Hot shower, five times", "services", "FJELD", 15000, uses=5, add=70,
         bar=40),
    Good("F-BOWL", FOOD, "Vegan bowl", "food", "GRONT", 9500, deposit=1000,
         variants=(("Regular", 0), ("Large", 2500)),
         options=(("Extra tofu", 2000, 0), ("Without nuts", 0, 0)), most=4, add=25, bar=150),
    Good("F-PIZZ", FOOD, "Sourdough pizza", "food", "FORNO", 11000,
         variants=(("Margherita", 0), ("Funghi", 1500), ("'Nduja", 2000)), most=4, bar=190),
    Good("F-SMOR", FOOD, "Smørrebrød, three pieces", "food", "AGNES", 12000, uses=3, add=20,
         bar=90),
    Good("F-PIER", FOOD, "Plate of pierogi", "food", "PIERO", 8500,
         options=(("Fried onions", 0, 0), ("Sour cream", 1000, 0)), most=3, bar=110),
    Good("D-BEER", DRINK, "Craft beer, 0.4 l", "drinks", "BRYG", 6500, deposit=1000,
         variants=(("Pilsner", 0), ("Hazy IPA", 1000), ("Alcohol-free", -1500)), most=6, bar=420),
    Good("D-CARD", DRINK, "Beer card, ten beers", "drinks", "BRYG", 55000, uses=10, lead=20,
         add=130, bar=60),
    Good("D-COFF", DRINK, "Filter coffee", "drinks", "KAFFE", 3200, deposit=500,
         options=(("Oat milk", 500, 0),), most=4, bar=230),
    Good("X-CUP", OTHER, "Deposit cup", "drinks", "BRYG", 0, deposit=2500, most=6, bar=120),
    Good("M-HOOD", GOODS, "Hoodie", "goods", "LYS", 44900, handling_fee=3900,
         variants=_sizes("XS", "S", "M", "L", "XL", "XXL"),
         options=(("Name on the sleeve", 8000, 0),), lead=30, add=120, bar=30),
    Good("M-SHIRT", GOODS, "T-shirt", "goods", "LYS", 24900, handling_fee=2900,
         variants=_sizes("S", "M", "L", "XL", "XXL"), most=3, lead=20, add=110, bar=60),
    Good("M-POST", GOODS, "Screen-printed poster", "goods", "LYS", 18000, handling_fee=4900,
         lead=8, add=40, bar=20),
    Good("O-GIVE", OTHER, "Gift to the sea rescue", "services", "BOX", 5000,
         variants=(("50", 0), ("100", 5000), ("500", 45000)), most=1, add=60),
)  # fmt: skip

_ABROAD = (
    "T-FULL",
    "T-DAY",
    "T-KIDS",
    "T-VIP",
    "P-BUS",
    "L-LOCK",
    "D-CARD",
    "X-CUP",
    "M-HOOD",
    "M-SHIRT",
)

ABROAD = (
    *(good for good in FESTIVAL if good.code in _ABROAD),
    Good("F-TACO", FOOD, "Three tacos", "food", "TACO", 11000, uses=3,
         variants=(("Al pastor", 0), ("Hibiscus", 0), ("Birria", 1500)), add=60, bar=300),
    Good("M-TOTE", GOODS, "Tote bag", "goods", "LYS", 12000, is_draft=True),
)  # fmt: skip

VENDORS = {
    "BOX": "Northlight Box Office",
    "FJELD": "Fjeld & Fjord Camping",
    "KYST": "Kystbus",
    "BOXEN": "Boxen Lockers",
    "GRONT": "Grønt Hjørne",
    "FORNO": "Forno Vagabondo",
    "AGNES": "Tante Agnes",
    "PIERO": "Pod Pierogiem",
    "BRYG": "Nordbryg Craft Beer",
    "KAFFE": "Kaffe Kompagniet",
    "LYS": "Nordlys Merchandise",
    "TACO": "Brooklyn Taco Collective",
}

CLUB_GOODS = (
    Good("ENTRY", TICKET, "Entry for one night", "tickets", "DOOR", 18000, most=4, lead=300, add=60,
         bar=200, outside=200),
    Good("TABLE", TICKET, "Table for six", "tickets", "DOOR", 240000, deposit=50000, lead=20),
    Good("GIN", DRINK, "Gin and tonic", "drinks", "PIER", 9000, deposit=1000, most=4, add=60,
         bar=300),
    Good("TEN", DRINK, "Ten drinks", "drinks", "PIER", 75000, uses=10, add=80, bar=60),
    Good("CAP", GOODS, "Cap", "goods", "DOOR", 22000, handling_fee=2000, lead=10, add=40, bar=20),
)  # fmt: skip

CLUB_VENDORS = {"DOOR": "Harbour Beats Door", "PIER": "Pier Bar"}

CATEGORIES = {
    "tickets": {"en": "Tickets", "da": "Billetter", "se": "Biljetter", "nl": "Kaartjes", "pl": "Bilety"},
    "stay": {"en": "Camping", "da": "Overnatning", "se": "Camping", "nl": "Kamperen", "pl": "Nocleg"},
    "travel": {"en": "Getting here", "da": "Transport", "se": "Resa hit", "nl": "Vervoer", "pl": "Dojazd"},
    "services": {"en": "Good to have", "da": "Godt at have", "se": "Bra att ha", "nl": "Handig", "pl": "Przydatne"},
    "food": {"en": "Food", "da": "Mad", "se": "Mat", "nl": "Eten", "pl": "Jedzenie"},
    "drinks": {"en": "Drinks", "da": "Drikkevarer", "se": "Drycker", "nl": "Drankjes", "pl": "Napoje"},
    "goods": {"en": "Merchandise", "da": "Merchandise", "se": "Merch", "nl": "Merchandise", "pl": "Gadżety"},
}  # fmt: skip

PLACES = {
    "tickets": "Main gate",
    "stay": "Camping village",
    "travel": "Main gate",
    "services": "Camping village",
    "food": "Harbour food court",
    "drinks": "Harbour food court",
    "goods": "Main gate",
}
"""Where a category is picked up."""

CITY_PLACES = dict.fromkeys(CATEGORIES, "Warehouse court") | {
    "tickets": "Pier 6 gate",
    "travel": "Pier 6 gate",
}
CLUB_PLACES = dict.fromkeys(CATEGORIES, "Quay 4")


@dataclass(frozen=True)
class Range:
    """The goods of an edition, their vendors and where they are picked up."""

    goods: tuple[Good, ...]
    vendors: dict[str, str]
    places: dict[str, str]
    languages: tuple[Language, ...] = field(default=tuple(Language))


FESTIVAL_RANGE = Range(FESTIVAL, VENDORS, PLACES)
CITY_RANGE = Range(ABROAD, VENDORS, CITY_PLACES, (Language.EN, Language.DA, Language.PL))
CLUB_RANGE = Range(CLUB_GOODS, CLUB_VENDORS, CLUB_PLACES, (Language.EN,))
