"""Nouns for the things of a scene: what they are also called, and what they are kinds of.

The table below is read once. A line is `noun: other names > kinds`; the kinds of kinds follow from their own lines. A
noun may have several lines.
Words are lower case and singular; names of several words keep their spaces.
"""

from __future__ import annotations

import re
from functools import cache

TABLE = """
# seats
seat: seating > furniture
sofa: couch, settee, loveseat, love seat, davenport, chesterfield, divan, sectional, futon, daybed, sofabed > seat
chair: > seat
armchair: arm chair, easy chair, wing chair, recliner, club chair, lounge chair, fauteuil > chair
office chair: desk chair, swivel chair, computer chair, gaming chair, task chair > chair
dining chair: kitchen chair, side chair > chair
rocking chair: rocker > chair
deck chair: deckchair, beach chair, camping chair, lawn chair, garden chair, folding chair, adirondack > chair
wheelchair: wheel chair > chair
throne: > chair
stool: barstool, bar stool, step stool, tabouret > seat
ottoman: pouf, pouffe, footstool, hassock, footrest > seat
bench: park bench, garden bench, pew, settle > seat
beanbag: bean bag, sitzsack > seat
lounger: sun lounger, sunlounger, chaise, chaise longue, chaise lounge, sunbed > seat, bed
hammock: > bed
swing: porch swing > seat
cushion: seat cushion, floor cushion, zabuton > seat, textile
saddle: > seat
log: tree trunk, tree log, stump, tree stump > seat, wood
# beds
bed: double bed, single bed, bunk, bunk bed, cot, four poster, bedstead, berth, king bed, queen bed > furniture
mattress: air mattress, sleeping mat > bed
crib: cradle, baby bed > bed
stretcher: gurney > bed
# tables and other tops
table: > furniture
coffee table: cocktail table, low table, sofa table, couch table > table
dining table: dinner table, kitchen table > table
side table: end table, bedside table, nightstand, night stand, night table, accent table, occasional table > table
desk: writing desk, writing table, workbench, work bench, work table, bureau, workstation, secretaire > table
picnic table: garden table, patio table > table
billiard table: pool table, snooker table > table
table tennis table: ping pong table > table
vanity: dressing table, dresser table > table
counter: countertop, kitchen counter, worktop, work surface, bar counter, reception > surface
counter: bar, kitchen island, island > surface
lectern: pulpit, podium > furniture
altar: > surface
surface: > thing
# storage
storage: > furniture
shelf: shelves, shelving, rack, bookshelf, bookcase, book shelf, bookshelves, etagere, ledge > storage
cabinet: cupboard, kitchen cabinet, sideboard, credenza, buffet, hutch, locker, display case, vitrine > storage
wardrobe: closet, armoire > storage
dresser: chest of drawers, commode, drawers, drawer, tallboy, chest > storage
tv stand: tv cabinet, media console, entertainment center, tv unit, console > storage
box: crate, carton, cardboard box, case > container
trunk: footlocker, toy chest > storage
basket: hamper, laundry basket > container
bin: trash can, trashcan, garbage can, dustbin, waste bin, wastebasket, rubbish bin, dumpster, litter bin > container
barrel: keg, drum barrel > container
bag: backpack, rucksack, handbag, purse, tote, satchel, shopping bag, sack > container
suitcase: luggage, briefcase > container
bucket: pail > container
furniture: > thing
container: > thing
# rooms
floor: flooring, floorboard, parquet, floor tile, tile floor, ground floor, linoleum > ground
ground: terrain, earth, soil, dirt, land, landscape, ground plane > support
grass: lawn, meadow, turf, grassland, field, green > ground
carpet: rug, doormat, yoga mat, floor mat, picnic blanket, mat > ground, textile
deck: decking, patio, terrace, porch, veranda, balcony, platform > ground
stage: dais, catwalk > ground
street: road, roadway, lane, avenue, asphalt, tarmac, highway, driveway, parking lot, carpark > ground
sidewalk: pavement, footpath, footway, walkway, path, trail, curb, kerb, paving, cobblestone, plaza, square > ground
sand: beach, dune, desert, shore > ground
snow: > ground
support: > thing
wall: partition, room wall, brick wall, drywall, facade > structure
low wall: garden wall, parapet, retaining wall, knee wall > wall, seat
ceiling: > structure
roof: rooftop > structure
door: doorway, gate, entrance, front door, sliding door, garage door > opening
window: windowpane, window frame, skylight, bay window > opening
windowsill: window sill, sill, window ledge > surface
curtain: drape, blind, shutter, window blind > textile
stairs: stair, staircase, stairway, step, steps, stairwell > structure, seat
ladder: stepladder, step ladder > structure
railing: handrail, banister, balustrade, rail, guardrail > structure
column: pillar, post, pole > structure
beam: rafter > structure
fireplace: hearth, mantelpiece, mantel, chimney > structure
radiator: heater > appliance
structure: > thing
opening: > structure
# kitchen and bath
appliance: > thing
fridge: refrigerator, freezer, icebox > appliance
oven: stove, cooker, range, hob, cooktop > appliance
microwave: microwave oven > appliance
dishwasher: > appliance
washing machine: washer, dryer, tumble dryer > appliance
kettle: teapot, coffee pot > container
coffee machine: coffee maker, espresso machine > appliance
toaster: > appliance
sink: washbasin, wash basin, basin, kitchen sink > fixture
tap: faucet > fixture
bathtub: bath, tub, bath tub, hot tub, jacuzzi > fixture
shower: shower cabin > fixture
toilet: loo, water closet > fixture, seat
mirror: looking glass > decor
towel: > textile
fixture: > thing
mug: cup, coffee cup, coffee mug, teacup, tea cup, tumbler > vessel
glass: wineglass, wine glass, drinking glass, goblet > vessel
bottle: flask, wine bottle, water bottle > vessel
bowl: fruit bowl > vessel
plate: dish, saucer, platter > vessel
jug: pitcher, carafe > vessel
vase: urn, amphora > vessel, decor
pot: cooking pot, saucepan, pan, frying pan, skillet, wok > vessel
can: tin, soda can > vessel
jar: > vessel
tray: > surface
knife: > tool
fork: > tool
spoon: > tool
vessel: > container
food: meal > thing
fruit: apple, orange, banana, lemon, pear, grape > food
bread: loaf, baguette > food
cake: pie > food
# small things
book: notebook, magazine, newspaper, journal, novel > thing
laptop: notebook computer, macbook > electronics
computer: pc, desktop computer, imac > electronics
screen: monitor, display, computer screen > electronics
tv: television, tv set, telly, flatscreen, television set > electronics
keyboard: > electronics
mouse: computer mouse > electronics
phone: telephone, smartphone, cell phone, cellphone, mobile, mobile phone, iphone > electronics
tablet: ipad > electronics
camera: photo camera, camcorder > electronics
speaker: loudspeaker, stereo, radio > electronics
gamepad: controller, joystick, console controller > electronics
electronics: > thing
clock: wall clock, alarm clock, watch > decor
picture: painting, picture frame, photo, photograph, poster, portrait, artwork, canvas > decor
statue: sculpture, bust, figurine, monument > decor
candle: candlestick, candelabra > decor
decor: decoration, ornament > thing
pillow: throw pillow, bolster > textile
blanket: throw, quilt, duvet, comforter, plaid > textile
textile: > thing
umbrella: parasol, sunshade > thing
toy: teddy bear, teddy, doll, plush, lego > thing
ball: football, soccer ball, basketball, beach ball > thing
dumbbell: barbell, kettlebell, weight > thing
shoe: boot, sneaker, sandal > thing
hat: cap, helmet > thing
glasses: sunglasses, spectacles > thing
key: keys > thing
pen: pencil, marker, crayon > tool
paper: document, letter, map > thing
toolbox: tool box > container
tool: > thing
hammer: mallet > tool
saw: > tool
drill: > tool
broom: mop, brush > tool
shovel: spade > tool
rake: > tool
hose: garden hose > tool
watering can: > tool
lawnmower: lawn mower, mower > machine
wheelbarrow: barrow > vehicle
machine: > thing
treadmill: exercise bike, elliptical, rowing machine > machine
vacuum: vacuum cleaner, hoover > appliance
fan: ventilator, ceiling fan > appliance
ironing board: > surface
easel: > furniture
# light
light: lighting > thing
lamp: floor lamp, standing lamp, table lamp, desk lamp, bedside lamp > light
lamp: chandelier, lantern, pendant lamp, spotlight > light
street lamp: streetlight, street light, lamppost, lamp post, streetlamp > light, column
traffic light: traffic signal, stoplight > structure
# music
instrument: musical instrument > thing
piano: grand piano, upright piano > instrument
guitar: ukulele, bass guitar > instrument
drum: drums, drum kit, drum set > instrument
violin: cello, viola, double bass > instrument
trumpet: saxophone, trombone, flute, clarinet > instrument
microphone: mic > electronics
# plants and nature
plant: potted plant, houseplant, house plant, pot plant, succulent, fern, monstera, ficus, foliage, vegetation > thing
tree: oak, pine, birch, maple, palm, palm tree, willow, spruce, fir, apple tree, beech, cypress, sapling > plant
bush: shrub, hedge, boxwood > plant
flower: rose, tulip, sunflower, daisy, bouquet, flowers, orchid, lily > plant
cactus: > plant
ivy: vine, creeper > plant
mushroom: toadstool > plant
flowerpot: flower pot, planter, plant pot, flower bed, flowerbed > container
wood: timber, plank, board > thing
branch: twig, stick > wood
rock: stone, boulder, pebble, cliff, crag > nature, seat
hill: mountain, slope, mound > ground
water: > nature
pond: lake, pool, swimming pool, puddle, basin of water > water
river: stream, creek, brook, canal > water
sea: ocean > water
fountain: well, water fountain > structure
bridge: footbridge > structure
nature: > thing
sky: cloud > nature
campfire: fire, bonfire, fire pit > nature
tent: gazebo, pavilion, canopy, pergola > structure
# street and garden
fence: picket fence, fencing, barrier > structure
bollard: > column
sign: signpost, road sign, street sign, billboard, stop sign > structure
hydrant: fire hydrant > structure
mailbox: letterbox, postbox, post box > container
bus stop: bus shelter, shelter > structure
phone booth: telephone booth, phone box > structure
vending machine: > machine
kiosk: stall, market stall, booth, stand > structure
playground: > structure
slide: > structure
seesaw: teeter totter > seat
sandbox: sandpit > ground
trampoline: > surface
grill: barbecue, bbq > appliance
building: house, skyscraper, tower, shop, store, church, cottage, hut > structure
building: cabin, garage, shed, barn, castle, apartment > structure
manhole: manhole cover > structure
# vehicles
vehicle: > thing
car: automobile, auto, sedan, hatchback, suv, jeep, taxi, cab, coupe, convertible, sports car, station wagon > vehicle
van: minivan, camper, camper van, campervan, minibus, ambulance > vehicle
truck: lorry, pickup, pickup truck, pick up, fire truck, firetruck, semi > vehicle
bus: coach, school bus, double decker > vehicle
train: tram, locomotive, subway, metro, railcar, wagon, carriage > vehicle
bicycle: bike, cycle, mountain bike, road bike, pushbike, velo, tandem, bmx > vehicle
motorcycle: motorbike, moped, vespa, chopper > vehicle
scooter: kick scooter, e scooter > vehicle
skateboard: longboard, hoverboard > vehicle
boat: ship, sailboat, rowboat, canoe, kayak, yacht, dinghy, raft, gondola > vehicle
airplane: plane, aeroplane, aircraft, jet, glider > vehicle
helicopter: chopper helicopter > vehicle
tractor: bulldozer, excavator, digger > vehicle
cart: trolley, shopping cart, shopping trolley, handcart > vehicle
stroller: pram, baby carriage, pushchair, buggy > vehicle
tank: > vehicle
rocket: spaceship, spacecraft > vehicle
# animals
animal: > thing
dog: puppy, hound > animal
cat: kitten, kitty > animal
horse: pony, foal > animal
cow: bull, cattle > animal
sheep: lamb, goat > animal
bird: duck, pigeon, chicken, hen, rooster, swan, goose > animal
thing: object, item, stuff
"""

# Words that name a piece of something rather than a thing of its own: "table leg", "chair_seat_02".
PARTS = frozenset(
    "top leg foot feet seat back backrest arm armrest base frame body wheel tire tyre rim spoke handle handlebar knob "
    "drawer shelf panel door side edge corner end cushion pillow upholstery fabric mattress headboard footboard slat "
    "rail post pole stand support bracket screw bolt hinge pedal chain fork saddle mirror light headlight window "
    "windshield bumper hood roof trunk branch leaf leaves foliage bark stem petal pot soil lid cap bottom front rear "
    "left right inner outer upper lower middle center metal wood glass plastic leather chrome cloth stitching piping "
    "caster castor column lever spring strut plate board beam bar rod tube shell cover trim mesh part piece detail "
    "apron stretcher crossbar brace joint surface interior exterior underside step skirt skirting".split()
)
IRREGULAR = {
    "shelves": "shelf", "knives": "knife", "leaves": "leaf", "wolves": "wolf", "loaves": "loaf", "feet": "foot",
    "mice": "mouse", "people": "person", "men": "man", "women": "woman", "children": "child", "geese": "goose",
    "benches": "bench", "couches": "couch", "branches": "branch", "torches": "torch", "bushes": "bush",
    "dishes": "dish", "brushes": "brush", "boxes": "box", "glasses": "glasses", "stairs": "stairs", "steps": "stairs",
    "keys": "key", "drawers": "drawers", "buses": "bus", "cacti": "cactus", "sofas": "sofa", "tomatoes": "tomato",
    "potatoes": "potato", "lenses": "lens", "horses": "horse", "houses": "house", "vases": "vase", "roses": "rose",
    "shoes": "shoe", "canoes": "canoe", "sandwiches": "sandwich", "pianos": "piano",
}  # fmt: skip


def _read() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    names: dict[str, str] = {}
    parents: dict[str, tuple[str, ...]] = {}
    for line in TABLE.strip().splitlines():
        if line.startswith("#"):
            continue
        noun, _, rest = line.partition(":")
        others, _, kinds = rest.partition(">")
        noun = noun.strip()
        names[noun] = noun
        parents[noun] = tuple(kind.strip() for kind in kinds.split(",") if kind.strip())
        for other in others.split(","):
            if other.strip():
                names.setdefault(other.strip(), noun)
    return names, parents


_NAMES, _PARENTS = _read()
LONGEST = max(len(name.split()) for name in _NAMES)


def words_of(text: str) -> tuple[str, ...]:
    """Lower-case words of a phrase or an object's name: "SM_OfficeChair.003" → sm, office, chair."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    return tuple(re.findall(r"[^\W\d_]+", text.lower()))


@cache
def singular(word: str) -> str:
    """The singular of an English noun, as far as spelling tells."""
    if word in IRREGULAR:
        return IRREGULAR[word]
    if word in _NAMES or len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "zes")):
        return word[:-2]
    return word[:-1]


def noun_of(words: tuple[str, ...] | list[str]) -> str | None:
    """The lexicon's noun for exactly these words, singular or plural; None if they name nothing known."""
    if not words:
        return None
    for candidate in (" ".join(words), " ".join([*words[:-1], singular(words[-1])]), "".join(words)):
        if candidate in _NAMES:
            return _NAMES[candidate]
    return None


@cache
def kinds_of(noun: str) -> tuple[str, ...]:
    """The noun and everything it is a kind of, nearest first, without the all-embracing `thing`."""
    found = [noun]
    for kind in found:
        found.extend(parent for parent in _PARENTS.get(kind, ()) if parent not in found and parent != "thing")
    return tuple(found)


def head_noun(text: str) -> str | None:
    """What a phrase or an object's name names: the last known noun, parts of things aside ("table_leg" → table)."""
    words = words_of(text)
    found: str | None = None
    part: str | None = None
    position = 0
    while position < len(words):
        for length in range(min(LONGEST, len(words) - position), 0, -1):
            noun = noun_of(words[position : position + length])
            if noun is not None:
                if length == 1 and words[position] in PARTS and found is not None:
                    part = noun
                else:
                    found = noun
                position += length
                break
        else:
            position += 1
    return found or part


def is_a(text: str, kind: str) -> bool:
    """Whether what a phrase or an object's name names is a `kind` ("IKEA_couch" is a seat)."""
    noun = head_noun(text)
    return noun is not None and kind in kinds_of(noun)


def known_nouns() -> tuple[str, ...]:
    """All nouns and their other names, for suggestions."""
    return tuple(_NAMES)
