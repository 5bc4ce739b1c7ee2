"""The words of the customers' pages in the five languages."""

from dataclasses import dataclass
from datetime import datetime

from preo.core.languages import Language


@dataclass(frozen=True, slots=True)
class Words:
    """Texts with `{name}` are about an organization, those with `{day}` about a day."""

    tag: str
    """The language as the web calls it (BCP 47)."""
    months: tuple[str, ...]
    """As they stand in a date."""
    day: str
    title: str
    lead: str
    choices: str
    nothing: str
    yes_since: str
    no_since: str
    unanswered: str
    save: str
    withdraw_all: str
    withdraw_hint: str
    saved: str
    withdrawn: str
    others: str
    others_lead: str
    published: str
    accepted_on: str
    refused_on: str
    document: str
    languages: str
    unsubscribe: str
    unsubscribe_lead: str
    gone: str
    gone_lead: str

    def on(self, text: str, moment: datetime) -> str:
        """A text about a day, with the day in it; days are those of UTC."""
        day = self.day.format(
            number=moment.day, month=self.months[moment.month - 1], year=moment.year
        )
        return text.format(day=day)


def words_in(language: Language) -> Words:
    """The words in this language."""
    return _WORDS[language]


_WORDS = {
    Language.EN: Words(
        tag="en",
        months=(
            "January", "February", "March", "April", "May", "June", "July", "August", "September",
            "October", "November", "December",
        ),
        day="{number} {month} {year}",
        title="What we may write to you about",
        lead="Here you choose which news and offers {name} may send you. Messages about your own orders, such as tickets and refunds, come in any case.",
        choices="News and offers",
        nothing="There is nothing to choose here at present.",
        yes_since="You said yes on {day}.",
        no_since="You said no on {day}.",
        unanswered="You have not answered yet. Nothing is sent.",
        save="Save my choices",
        withdraw_all="Unsubscribe from everything",
        withdraw_hint="This takes back all your consents to news and offers from {name}, also any that are not listed here.",
        saved="Your choices are saved.",
        withdrawn="You are unsubscribed. {name} no longer has your consent to send you news and offers.",
        others="Terms and notices",
        others_lead="To read again. They cannot be changed here.",
        published="Published on {day}.",
        accepted_on="You accepted this on {day}.",
        refused_on="You did not accept this on {day}.",
        document="Read the document",
        languages="Language",
        unsubscribe="Unsubscribe",
        unsubscribe_lead="One press of the button takes back all your consents to news and offers from {name}. Messages about your own orders, such as tickets and refunds, still come.",
        gone="This link does not lead anywhere",
        gone_lead="It may not be complete, or what it led to is no longer kept. Open it just as it stands in the message.",
    ),
    Language.DA: Words(
        tag="da",
        months=(
            "januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september",
            "oktober", "november", "december",
        ),
        day="{number}. {month} {year}",
        title="Hvad vi må skrive til dig om",
        lead="Her vælger du, hvilke nyheder og tilbud {name} må sende dig. Beskeder om dine egne ordrer, som billetter og refusioner, kommer under alle omstændigheder.",
        choices="Nyheder og tilbud",
        nothing="Der er ikke noget at vælge her for tiden.",
        yes_since="Du sagde ja den {day}.",
        no_since="Du sagde nej den {day}.",
        unanswered="Du har ikke svaret endnu. Der bliver ikke sendt noget.",
        save="Gem mine valg",
        withdraw_all="Afmeld alt",
        withdraw_hint="Det trækker alle dine samtykker til nyheder og tilbud fra {name} tilbage, også dem, der ikke står her.",
        saved="Dine valg er gemt.",
        withdrawn="Du er afmeldt. {name} har ikke længere dit samtykke til at sende dig nyheder og tilbud.",
        others="Vilkår og oplysninger",
        others_lead="Til at læse igen. De kan ikke ændres her.",
        published="Offentliggjort den {day}.",
        accepted_on="Du accepterede dette den {day}.",
        refused_on="Du accepterede ikke dette den {day}.",
        document="Læs dokumentet",
        languages="Sprog",
        unsubscribe="Afmeld",
        unsubscribe_lead="Med ét tryk på knappen trækker du alle dine samtykker til nyheder og tilbud fra {name} tilbage. Beskeder om dine egne ordrer, som billetter og refusioner, kommer stadig.",
        gone="Linket fører ingen steder hen",
        gone_lead="Måske er det ikke komplet, eller også findes det, det førte til, ikke længere. Åbn det, præcis som det står i beskeden.",
    ),
    Language.SE: Words(
        tag="sv",
        months=(
            "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september",
            "oktober", "november", "december",
        ),
        day="{number} {month} {year}",
        title="Vad vi får skriva till dig om",
        lead="Här väljer du vilka nyheter och erbjudanden {name} får skicka dig. Meddelanden om dina egna beställningar, som biljetter och återbetalningar, kommer ändå.",
        choices="Nyheter och erbjudanden",
        nothing="Det finns inget att välja här just nu.",
        yes_since="Du sa ja den {day}.",
        no_since="Du sa nej den {day}.",
        unanswered="Du har inte svarat än. Inget skickas.",
        save="Spara mina val",
        withdraw_all="Avregistrera mig från allt",
        withdraw_hint="Det tar tillbaka alla dina samtycken till nyheter och erbjudanden från {name}, även sådana som inte står här.",
        saved="Dina val är sparade.",
        withdrawn="Du är avregistrerad. {name} har inte längre ditt samtycke till att skicka dig nyheter och erbjudanden.",
        others="Villkor och information",
        others_lead="Att läsa igen. De kan inte ändras här.",
        published="Publicerat den {day}.",
        accepted_on="Du godkände detta den {day}.",
        refused_on="Du godkände inte detta den {day}.",
        document="Läs dokumentet",
        languages="Språk",
        unsubscribe="Avregistrera",
        unsubscribe_lead="Med ett tryck på knappen tar du tillbaka alla dina samtycken till nyheter och erbjudanden från {name}. Meddelanden om dina egna beställningar, som biljetter och återbetalningar, kommer fortfarande.",
        gone="Länken leder ingenstans",
        gone_lead="Den kanske inte är hel, eller så finns det den ledde till inte kvar. Öppna den precis som den står i meddelandet.",
    ),
    Language.NL: Words(
        tag="nl",
        months=(
            "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
            "oktober", "november", "december",
        ),
        day="{number} {month} {year}",
        title="Waarover we je mogen schrijven",
        lead="Hier kies je welk nieuws en welke aanbiedingen {name} je mag sturen. Berichten over je eigen bestellingen, zoals tickets en terugbetalingen, krijg je altijd.",
        choices="Nieuws en aanbiedingen",
        nothing="Er valt hier op dit moment niets te kiezen.",
        yes_since="Je hebt ja gezegd op {day}.",
        no_since="Je hebt nee gezegd op {day}.",
        unanswered="Je hebt nog niet geantwoord. Er wordt niets gestuurd.",
        save="Mijn keuzes opslaan",
        withdraw_all="Afmelden voor alles",
        withdraw_hint="Hiermee trek je al je toestemmingen voor nieuws en aanbiedingen van {name} in, ook als ze hier niet staan.",
        saved="Je keuzes zijn opgeslagen.",
        withdrawn="Je bent afgemeld. {name} heeft je toestemming niet meer om je nieuws en aanbiedingen te sturen.",
        others="Voorwaarden en mededelingen",
        others_lead="Om na te lezen. Ze kunnen hier niet worden gewijzigd.",
        published="Gepubliceerd op {day}.",
        accepted_on="Je bent hiermee akkoord gegaan op {day}.",
        refused_on="Je bent hiermee niet akkoord gegaan op {day}.",
        document="Het document lezen",
        languages="Taal",
        unsubscribe="Afmelden",
        unsubscribe_lead="Met één druk op de knop trek je al je toestemmingen voor nieuws en aanbiedingen van {name} in. Berichten over je eigen bestellingen, zoals tickets en terugbetalingen, blijven komen.",
        gone="Deze link leidt nergens naartoe",
        gone_lead="Misschien is hij niet volledig, of bestaat niet meer waar hij naartoe leidde. Open hem precies zoals hij in het bericht staat.",
    ),
    Language.PL: Words(
        tag="pl",
        months=(
            "stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia",
            "września", "października", "listopada", "grudnia",
        ),
        day="{number} {month} {year}",
        title="O czym możemy do Ciebie pisać",
        lead="Tutaj wybierasz, jakie wiadomości i oferty może wysyłać Ci {name}. Wiadomości o Twoich zamówieniach, na przykład bilety i zwroty, przychodzą zawsze.",
        choices="Wiadomości i oferty",
        nothing="W tej chwili nie ma tu nic do wyboru.",
        yes_since="Zgoda udzielona {day}.",
        no_since="Odmowa z {day}.",
        unanswered="Nie ma jeszcze odpowiedzi. Nic nie jest wysyłane.",
        save="Zapisz mój wybór",
        withdraw_all="Wypisz mnie ze wszystkiego",
        withdraw_hint="To wycofuje wszystkie Twoje zgody na wiadomości i oferty od {name}, także te, których tu nie widać.",
        saved="Twój wybór został zapisany.",
        withdrawn="Zgody zostały wycofane. {name} nie ma już Twojej zgody na wysyłanie wiadomości i ofert.",
        others="Warunki i informacje",
        others_lead="Do ponownego przeczytania. Nie można ich tutaj zmienić.",
        published="Opublikowano {day}.",
        accepted_on="Zaakceptowano {day}.",
        refused_on="Nie zaakceptowano {day}.",
        document="Przeczytaj dokument",
        languages="Język",
        unsubscribe="Wypisz mnie",
        unsubscribe_lead="Jedno naciśnięcie przycisku wycofuje wszystkie Twoje zgody na wiadomości i oferty od {name}. Wiadomości o Twoich zamówieniach, na przykład bilety i zwroty, nadal będą przychodzić.",
        gone="Ten link donikąd nie prowadzi",
        gone_lead="Może jest niepełny albo tego, do czego prowadził, już nie ma. Otwórz go dokładnie w takiej postaci, w jakiej jest w wiadomości.",
    ),
}  # fmt: skip
