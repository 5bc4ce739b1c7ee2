"""Generated conditions over hostile customers: every way to answer gives the same people."""

from collections import Counter

import pytest

from tests.cel import google
from tests.cel.differential import Difference, Place
from tests.cel.generator import Generator
from tests.cel.words import make_pools
from tests.cel.world import make_world

ORDINARY = 1_000
NIGHTLY = 20_000
MOST_SHOWN = 5

pytestmark = pytest.mark.django_db


def run(count: int, seed: int) -> Counter[str]:
    """Ask about so many conditions that the checker takes; half of them within one edition."""
    world = make_world()
    places = [Place(world, None), Place(world, world.editions[0])]
    generator = Generator(seed, make_pools(world))
    tally: Counter[str] = Counter()
    found: list[Difference | None] = []
    while tally["asked"] < count and len(found) < MOST_SHOWN:
        text = generator.condition()
        place = places[tally["written"] % 2]
        tally["written"] += 1
        if place.read(text).problems:
            continue
        tally["asked"] += 1
        said = place.answers(text)
        members = said["reference"]
        tally["somebody but not everybody"] += 0 < len(members) < len(place.facts)
        if len(set(said.values())) > 1:
            found.append(place.difference(text))
    tally["asked of Google"] = sum(place.asked_google for place in places)
    assert found == [], "\n\n".join(map(str, found))
    return tally


def hold_shares(tally: Counter[str]) -> None:
    """A run that asks the easy questions only proves nothing."""
    assert tally["asked"] >= 0.7 * tally["written"], tally
    assert tally["somebody but not everybody"] >= 0.3 * tally["asked"], tally
    assert not google.IS_THERE or tally["asked of Google"] >= 0.5 * tally["asked"], tally


@pytest.mark.timeout(300)
def test_a_thousand_conditions_have_the_same_members_however_they_are_asked() -> None:
    hold_shares(run(ORDINARY, seed=1))


@pytest.mark.nightly
@pytest.mark.timeout(3_600)
def test_twenty_thousand_conditions_have_the_same_members_however_they_are_asked() -> None:
    hold_shares(run(NIGHTLY, seed=20260701))
