"""What the invented festivals ask their customers, in the five languages."""

from dataclasses import dataclass

from preo.consents.models import ConsentType, Scope


@dataclass(frozen=True)
class Question:
    """A consent before it is written, and how people answer it, in thousandths of them.

    `asked` are of those who join while it is asked, `yes` of the asked; of either answer `changed`
    is taken back later. A notice is read and not answered.
    """

    key: str
    type: ConsentType
    scope: Scope
    title: str
    text: dict[str, str]
    document: str = ""
    required: bool = False
    asked: int = 0
    yes: int = 0
    changed: int = 0


QUESTIONS = (
    Question(
        "terms", ConsentType.TERMS, Scope.ORGANIZATION, "Terms of sale",
        {
            "en": "I have read the terms of sale and accept them.",
            "da": "Jeg har læst salgsbetingelserne og accepterer dem.",
            "se": "Jag har läst köpvillkoren och godkänner dem.",
            "nl": "Ik heb de verkoopvoorwaarden gelezen en ga ermee akkoord.",
            "pl": "Znam regulamin sprzedaży i akceptuję go.",
        },
        document="terms", required=True, asked=1000, yes=1000,
    ),
    Question(
        "newsletter", ConsentType.MARKETING, Scope.ORGANIZATION, "Newsletter",
        {
            "en": "Write to me by e-mail or text message about coming festivals. I can stop it any time.",
            "da": "Skriv til mig på mail eller sms om kommende festivaler. Jeg kan altid melde fra.",
            "se": "Skriv till mig via mejl eller sms om kommande festivaler. Jag kan alltid säga nej.",
            "nl": "Schrijf mij per e-mail of sms over komende festivals. Ik kan dit altijd stopzetten.",
            "pl": "Chcę otrzymywać e-maile i SMS-y o kolejnych festiwalach. Mogę to zawsze odwołać.",
        },
        asked=850, yes=700, changed=120,
    ),
    Question(
        "edition", ConsentType.MARKETING, Scope.EDITION, "News of this festival",
        {
            "en": "Send me the programme, offers and news of this festival.",
            "da": "Send mig program, tilbud og nyt om denne festival.",
            "se": "Skicka mig program, erbjudanden och nyheter om den här festivalen.",
            "nl": "Stuur mij het programma, aanbiedingen en nieuws over dit festival.",
            "pl": "Chcę otrzymywać program, oferty i wiadomości o tym festiwalu.",
        },
        asked=600, yes=550, changed=80,
    ),
    Question(
        "vendor", ConsentType.MARKETING, Scope.VENDOR, "Offers of our bar",
        {
            "en": "The bar may write to me with offers of its own.",
            "da": "Baren må skrive til mig med egne tilbud.",
            "se": "Baren får skriva till mig med egna erbjudanden.",
            "nl": "De bar mag mij eigen aanbiedingen sturen.",
            "pl": "Bar może wysyłać mi własne oferty.",
        },
        asked=150, yes=400, changed=60,
    ),
    Question(
        "safety", ConsentType.NOTICE, Scope.PRODUCT, "Before you arrive",
        {
            "en": "Open fire is not allowed, and bags are looked into at the entrance.",
            "da": "Åben ild er ikke tilladt, og tasker bliver set igennem ved indgangen.",
            "se": "Öppen eld är inte tillåten, och väskor kontrolleras vid ingången.",
            "nl": "Open vuur is niet toegestaan en tassen worden bij de ingang gecontroleerd.",
            "pl": "Otwarty ogień jest zabroniony, a torby są sprawdzane przy wejściu.",
        },
    ),
)  # fmt: skip
