"""Names of people who do not exist, in the five languages: forty first and last ones of each."""

import unicodedata

_WRITTEN_OUT = str.maketrans({"ø": "oe", "æ": "ae", "å": "aa", "ł": "l", "'": "", " ": ""})

FIRST_NAMES = {
    "en": "Olivia Jack Amelia Harry Isla George Ava Noah Grace Oscar Freya Leo Zoë Arthur Niamh Siân Ewan "
    "Seán Chloë Rory Imogen Declan Beatrix Callum Phoebe Dylan Maeve Alfie Orla Rhys Tabitha Kieran "
    "Edith Finlay Róisín Angus Matilda Jude Harriet Priya",
    "da": "Mette Søren Freja Mads Ida Rasmus Åse Jørgen Kirstine Bjørn Signe Øjvind Astrid Anders Maja "
    "Kåre Sørine Emil Trine Nikolaj Karen Jeppe Line Aksel Birgitte Thøger Dorthe Frederik Gry "
    "Magnus Ditte Asger Louise Esben Sofie Villads Hanne Troels Ronja Pelle",
    "se": "Elsa Lars Märta Björn Åsa Erik Saga Göran Linnéa Nils Ebba Håkan Maja Sven Ingrid Mårten "
    "Wilma Östen Alva Per Tuva Jörgen Signe Anders Elin Torbjörn Klara Gösta Moa Ulf Stina Åke "
    "Agnes Pär Tyra Jöns Lovisa Kjell Hedda Sixten",
    "nl": "Sanne Daan Femke Bram Anouk Joost Noor Thijs Fleur Sjoerd Lieke Ruben Maartje Pim Renée Koen "
    "Eefje Jelle Loïs Teun Zoë Wout Marijke Gijs Noëlle Stijn Roos Jurriën Lotte Maarten Esmée "
    "Hidde Babette Floris Chloé Niels Wendy Jasper Ilse Casper",
    "pl": "Zofia Łukasz Małgorzata Paweł Agnieszka Michał Hanna Wojciech Żaneta Bartłomiej Katarzyna Krzysztof "
    "Joanna Stanisław Świętosława Piotr Elżbieta Grzegorz Róża Mikołaj Magda Szymon Barbara Zbigniew "
    "Maja Jędrzej Danuta Tomasz Kinga Rafał Ewelina Jakub Urszula Adrian Wiesława Łucja Oliwia "
    "Marek Bożena Kacper",
}

LAST_NAMES = {
    "en": "Smith,Jones,O'Brien,Taylor,Brown,Williams,Ní Dhomhnaill,Wilson,Evans,Patel,Walker,Hughes,Campbell,"
    "Fitzgerald,Okafor,Murray,Lloyd-Jones,Fraser,Byrne,Hamilton,MacDonald,Singh,Kelly,Ashworth,"
    "Pryce,Gallagher,Whitfield,Ó Súilleabháin,Barker,Doyle,Thackeray,Brontë,Wyndham,Holloway,Quinn,"
    "Sinclair,Bailey,Mensah,Rowntree,Abbott",
    "da": "Jensen,Nielsen,Hansen,Sørensen,Pedersen,Møller,Rasmussen,Jørgensen,Østergaard,Holm,Kjær,Lauritsen,"
    "Thygesen,Åberg,Brøndum,Nørgaard,Friis,Bæk,Skovgaard,Lund,Krogh,Vestergaard,Damgaard,Højlund,"
    "Buhl,Ærø,Winther,Dalsgaard,Toft,Bødker,Juhl,Kirkegaard,Lindegård,Mølgaard,Overgaard,Ravn,"
    "Søndergaard,Bruun,Storm,Aagaard",
    "se": "Andersson,Johansson,Karlsson,Nilsson,Eriksson,Björklund,Öberg,Lindström,Sjögren,Åkesson,Hedlund,"
    "Strömberg,Lundqvist,Ekström,Fält,Nyström,Bergström,Wåhlin,Sandström,Höglund,Norén,Söderberg,Löfgren,"
    "Hägglund,Forsberg,Älvdal,Palm,Rosén,Sundström,Törnqvist,Engström,Björk,Fransson,Månsson,Östlund,"
    "Grönvall,Lidén,Dahl,Ström,Viklund",
    "nl": "de Vries,Jansen,van den Berg,Bakker,van Dijk,Visser,Smit,Meijer,de Boer,Mulder,de Groot,Bos,Vos,"
    "Peters,Hendriks,van Leeuwen,Dekker,Brouwer,de Wit,Dijkstra,Smits,de Graaf,van der Meer,Kok,Jacobs,"
    "de Haan,Vermeulen,van den Heuvel,van der Veen,van den Broek,de Bruijn,Schouten,van Beek,Willems,"
    "van Vliet,Hoekstra,Maas,Koster,Verhoeven,Brontsema",
    "pl": "Nowak,Kowalska,Wiśniewski,Wójcik,Kamińska,Lewandowski,Zielińska,Szymański,Woźniak,Dąbrowska,"
    "Kozłowski,Jankowska,Mazur,Krawczyk,Piotrowska,Grabowski,Pawłowska,Michalski,Król,Wieczorek,Jabłońska,"
    "Wróbel,Stępień,Górski,Rutkowska,Sikora,Baran,Duda,Szewczyk,Pietrzak,Wróblewska,Zając,Łuczak,Kępa,"
    "Żak,Śliwiński,Gołąb,Głowacka,Ostrowski,Młynarczyk",
}


def first_names(language: str) -> list[str]:
    """Forty given names."""
    return FIRST_NAMES[language].split()


def last_names(language: str) -> list[str]:
    """Forty family names, some of several words."""
    return LAST_NAMES[language].split(",")


def plain(name: str) -> str:
    """The name as it stands in an address: `Søren` is `soeren`, `Łukasz` is `lukasz`."""
    spelled = name.lower().translate(_WRITTEN_OUT)
    letters = unicodedata.normalize("NFKD", spelled)
    return "".join(
        letter for letter in letters if letter.isascii() and (letter.isalnum() or letter == "-")
    )
