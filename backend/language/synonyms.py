"""Words that mean nearly the same, as far as what people do is concerned: the lexicon of the embedded text embedding.

A line is `meaning: words`; words are lemmas (see morphology.py), the underscore joins the words of an expression.
A meaning may have several lines. A word may stand in several meanings: it then means a little of each. Meanings only
need to be right about posture: "doze" and "snore" are both sleep here.
"""

from __future__ import annotations

from functools import cache

TABLE = """
# resting the body
SIT: sit seat seated perch sit_down take_a_seat have_a_seat plonk plop squeeze_in enthroned sprawl slouch slump
UPRIGHT: straight upright erect bolt_upright properly straight-backed stiffly up posture formal formally
RECLINE: recline lounge lean_back relax slouch slump sprawl loll chill laze kick_back put_feet_up back unwind rest
PERCH: perch edge brink forward rim front
SIDEWAYS: sideways side-saddle side_saddle sidesaddle sideway
THINK: think ponder contemplate reflect brood muse daydream bored wonder pensive thoughtful boredom thinker mull
THINK: reverie
CHIN: chin jaw cheek face
STRADDLE: straddle astride bestride
MEDITATE: meditate lotus cross-legged cross_legged tailor-fashion yoga indian-style zen meditation mindfulness
PICNIC: picnic
FLOOR: floor ground grass lawn carpet rug mat earth sand dirt soil turf
STAND: stand wait pose idle loiter linger queue hang_around stay remain stand_up loaf upstanding line_up hover attend
SLEEP: sleep nap doze snooze slumber snore kip asleep siesta shuteye nod_off drowse dream hibernate forty_winks
SLEEP: pass_out
LIE: lie recumbent lie_down stretched_out sprawl supine laid_out flat repose
SUNBATHE: sunbathe tan bask sun sunbake
SIDE: side flank sideways fetal foetal
CURL: curl fetal foetal ball snuggle nestle
FRONT: stomach belly tummy front prone face_down facedown abdomen chest
BACK: back supine face_up faceup spine
PROP: prop propped prop_up raise half-lying
ELBOW: elbow forearm
KNEEL: kneel knee genuflect curtsy
ONEKNEE: one_knee propose genuflect proposal marry ring engagement knight tie_a_shoe shoelace lace
PRAY: pray worship prayer pew beg plead supplicate
SQUAT: squat hunker heel haunch
CROUCH: crouch duck cower cringe stoop_low huddle take_cover hunch shelter lurk
HIDE: hide sneak lurk conceal prowl stalk spy ambush
CRAWL: crawl creep all_fours all_four four hand_and_knee worm slither scramble crawler
BEND: bend stoop bow bend_over bend_down hunch double_over curtsy dip lean_forward fold_forward
TOES: tiptoe toe tip_toe
# the arms
HIPS: hip akimbo waist
CROSSED: cross fold
ARMS: arm
LEGS: leg ankle thigh
LOOKUP: sky star ceiling heaven moon cloud upward up skyward overhead firework bird
LOOK: look gaze stare watch peer glance admire observe stargaze peek view see behold gawk regard
POINT: point direct indicate show_the_way gesture show direction finger way
WAVE: wave greet hail salute hello goodbye farewell beckon hi bye welcome signal flag_down
PHONE: phone telephone call cellphone smartphone mobile ring_up cell mobile_phone dial handset iphone receiver hotline
DRINK: drink sip beverage gulp booze swig slurp quaff toast imbibe
CUP: cup mug glass coffee tea beer wine goblet teacup water juice latte espresso cocktail bottle soda cocoa
CUP: tumbler chocolate lemonade whisky can
PHOTO: photograph photo picture film camera shoot snap selfie snapshot video record capture portrait shot photographer
STRETCH: stretch yawn warm_up limber limb loosen
READ: read study peruse leaf browse browsing skim thumb reader cram revise flip page
BOOK: book newspaper magazine novel paper letter comic map textbook menu kindle journal paperback brochure
BOOK: poetry poem homework story
TYPE: type computer laptop keyboard work desk code program email write notebook pc macbook typewriter software
TYPE: essay typist
WRITE: write draw sketch scribble jot sign pen note diary letter journal essay
PIANO: piano keyboard organ synthesizer harpsichord keys
PLAY: play
EAT: eat dine feast munch snack chew lunch dinner breakfast devour supper brunch nibble feed meal consume gobble
FOOD: food pizza soup sandwich cake noodle meal pasta salad burger apple fruit rice bread dinner lunch breakfast
FOOD: steak ramen cereal cookie donut ice_cream supper dish
DRIVE: drive steer steering_wheel steering chauffeur wheel motorist behind_the_wheel
CAR: car truck bus van tractor lorry taxi vehicle
GUITAR: guitar ukulele strum banjo lute bass mandolin music guitarist lyre chord
HOLD: hold grip clutch grasp clasp cradle
LIFT: lift heave hoist deadlift raise weightlift weightlifting weightlifter
WEIGHTS: weight barbell dumbbell kettlebell
CARRY: carry bring tote lug transport schlep cart haul_along bear porter deliver ferry
BOX: box crate parcel package suitcase tray load carton bag luggage sack basket groceries grocery burden
PICKUP: pick_up pick gather collect scoop retrieve fetch scoop_up harvest grab_from_the_floor forage
REACH: reach extend grab take touch get grasp snatch grope stretch_out
PRESS: press push button switch tap knock ring_the_bell doorbell flick
TOPSHELF: shelf top high above overhead cupboard upper
REACHUP: reach_up reach_high
DOWN: down low floor ground below
PET: pat stroke pet caress fondle
PETS: dog cat puppy kitten pup
PUSH: push shove press nudge ram shift move
PULL: pull drag tug haul tow yank heave_ho tug-of-war
ROPE: rope cord cable
# going
WALK: walk stroll wander stride march go amble pace saunter hike trek ramble roam step promenade tread plod
WALK: strut trudge parade pedestrian patrol stagger limp shuffle
RUN: run jog sprint race dash hurry rush flee chase bolt scurry runner marathon gallop_along hasten
CLIMB: climb ascend upstairs stair staircase scale mount go_up clamber ladder stairway stairwell steps
JUMP: jump leap hop bounce skip vault spring bound hurdle joy
DANCE: dance ballet twirl waltz tango salsa pirouette disco groove breakdance ballerina samba boogie jive
DANCE: pole_dance sway flamenco dancer
HANDSTAND: handstand upside_down upside headstand inverted head_down
RIDE: ride
BICYCLE: bicycle bike cycle pedal tricycle bmx unicycle velo tandem cyclist mountain_bike push-bike pushbike
MOTORCYCLE: motorcycle motorbike scooter moped vespa harley chopper biker quad_bike motor motorcyclist
HORSE: horse pony horseback donkey camel mule saddle cow stallion mare gallop trot elephant bull zebra rider
HORSE: jockey equestrian canter steed
SKATEBOARD: skateboard skate surf snowboard longboard surfboard board skateboarder surfer skater kickflip
SKATEBOARD: hoverboard wakeboard
# leaning
LEAN: lean prop rest slouch recline
WALL: wall pillar tree column post lamppost fence doorframe door car
LEANOUT: lean_out look_out window out balcony railing windowsill hang_out banister parapet
HANDS: hand palm
ONEHAND: one_hand single_hand
TABLE: table counter desk worktop bar countertop
FOOT: foot
FOOTUP: foot_up
# together
TALK: talk chat converse discuss gossip speak conversation natter chatter debate argue chit-chat banter confer
TALK: discussion tell small_talk catch_up interview negotiate quarrel mingle
GROUP: group circle together huddle crowd gathering
SHAKE: shake handshake deal shake_hands
HUG: hug embrace cuddle snuggle hold_each_other squeeze hold_one_another
EACHOTHER: each_other one_another
"""

# Verbs that say little: their object carries the meaning ("have a chat", "take a picture", "be on the phone").
LIGHT = frozenset("have take make do be get give go keep let start begin try want use put stay hold play".split())
# Words that say nothing about what is done.
STOP = frozenset(
    "a an the his her its their my your our some any this that these those he she it they him them who which while and "
    "or as is are am was were been being of to for at with by in into on onto from about very just so then there here "
    "own both quietly happily slowly quickly calmly gently alone comfortably casually carefully intently lazily still "
    "again now currently busily really bit little something someone somebody person man woman people each".split()
)


@cache
def meanings() -> dict[str, tuple[str, ...]]:
    """Word or expression (words joined by spaces) → what it means."""
    found: dict[str, list[str]] = {}
    for line in TABLE.strip().splitlines():
        if line.startswith("#"):
            continue
        meaning, _, words = line.partition(":")
        for word in words.split():
            found.setdefault(word.replace("_", " "), []).append(meaning)
    return {word: tuple(dict.fromkeys(of)) for word, of in found.items()}
