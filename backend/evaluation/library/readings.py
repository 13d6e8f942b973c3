"""What each interaction of the library asks for, as the language part would have read it from a good sentence."""

from __future__ import annotations

from backend.body.interactions import INTERACTIONS, Interaction
from backend.fitting.conduct import conduct_of
from backend.language.people import PersonSpec
from backend.language.prompt import Reading, Touch

from .places import place_for

# Nobody looks like the neighbour on the sheet; strenuous things are done by whoever comes next all the same.
CAST = (
    PersonSpec("Woman", female=True),
    PersonSpec("Man", female=False),
    PersonSpec("Young woman", female=True, age="young adult", weight=0.3),
    PersonSpec("Old man", female=False, age="old"),
    PersonSpec("Tall woman", female=True, tall=0.1, muscle=0.6),
    PersonSpec("Young man", female=False, age="young adult", muscle=0.7),
    PersonSpec("Old woman", female=True, age="old", weight=0.55),
    PersonSpec("Heavy man", female=False, weight=0.8),
    PersonSpec("Stout woman", female=True, weight=0.75),
    PersonSpec("Slim man", female=False, weight=0.25, tall=0.06),
)
FIT = frozenset(  # what the old and the heavy are spared
    "sitting cross-legged|squatting|running|jumping|dancing|handstand|riding a skateboard|climbing stairs|crawling|"
    "lifting|stretching|kneeling on one knee|riding a motorcycle".split("|")
)
# What sitters have their hands on.
HANDLED = {"typing": ("left_fingertips", "right_fingertips"), "driving": ("left_palms", "right_palms")}
GROUPS = {"talking in a group": 3}


def reading_of(interaction: Interaction) -> Reading:
    """The interaction acted out in its place."""
    place = place_for(interaction)
    touches = ()
    if place.touched:
        regions = HANDLED.get(interaction.name) or conduct_of(interaction.action).touches
        touches = (Touch(regions, place.touched),) if regions else ()
    relation = "near" if place.touched and not touches else ""
    return Reading(
        people=people_of(interaction),
        action=interaction.action,
        overlays=interaction.overlays,
        support=place.carrying,
        relation=relation,
        landmark=place.touched if relation else "",
        touches=touches,
        together=interaction.people > 1,
        manner=interaction.manner,
    )


def people_of(interaction: Interaction) -> tuple[PersonSpec, ...]:
    """Who acts it out: the next of the cast, so that the sheet shows all kinds of people."""
    strenuous = interaction.name in FIT
    names = [own.name for own in INTERACTIONS if (own.name in FIT) == strenuous]
    cast = [own for own in CAST if own.age != "old" and (own.weight or 0) < 0.7] if strenuous else CAST
    first, count = names.index(interaction.name) * 3, GROUPS.get(interaction.name, interaction.people)
    return tuple(cast[(first + 3 * k) % len(cast)] for k in range(count))
