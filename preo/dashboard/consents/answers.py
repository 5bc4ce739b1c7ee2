"""How customers answered a consent."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from preo.consents.models import Consent, ConsentAnswer, CurrentAnswer


@dataclass(frozen=True, slots=True)
class Tally:
    """Customers by their latest answer."""

    yes: int
    no: int
    """Never said yes."""
    withdrew: int
    """Say no, and said yes before."""


def count_answers(consent: Consent) -> Tally:
    """By the latest answer of each; reads all answers to the consent."""
    said_yes = ConsentAnswer.objects.filter(
        consent=consent, customer=OuterRef("customer"), accepted=True
    )
    counts = CurrentAnswer.objects.filter(consent=consent).aggregate(
        yes=Count("pk", filter=Q(accepted=True)), no=Count("pk", filter=Q(accepted=False))
    )
    withdrew = CurrentAnswer.objects.filter(Exists(said_yes), consent=consent, accepted=False)
    changed = withdrew.count()
    return Tally(yes=counts["yes"], no=counts["no"] - changed, withdrew=changed)
