"""How people also say what the table of interactions means: examples beside its own descriptions, for retrieval.

A line is `interaction: saying, saying, …` in base forms. Tests hold other sayings, none of them from here.
"""

from __future__ import annotations

from functools import cache

TABLE = """
sitting upright: sit, sit down, have a seat, take a seat, sit at attention, sit bolt upright, sit properly
sitting back: lean back in the armchair, slouch on the couch, put the feet up and relax, sprawl on the sofa, chill
sitting on an edge: sit at the edge of the bed, sit on the brink, barely sit, perch on a stool
sitting side-saddle: sit with both legs to one side, sit sideways on the chair
sitting, legs crossed: cross the legs, sit with ankles crossed, legs crossed
sitting, chin in hand: chin in hand, head resting on the fist, sit like the thinker, be lost in thought, daydream
reading: leaf through a book, study a map, browse a magazine, do homework, read the paper, read a letter
typing: work on a laptop, write an email, use the computer, program, write a letter at the desk, play the keyboard
eating: have breakfast, eat a sandwich, eat soup, have a meal, munch
driving: drive a car, drive a truck, behind the wheel, steer the bus, be at the wheel
playing guitar: play guitar, play the banjo, play a song on the guitar, strum a tune
sitting astride: straddle a bench, sit with legs on both sides, sit backwards on a chair
sitting cross-legged: sit cross-legged, do yoga, sit in the lotus position
sitting on the floor: sit on the carpet, sit on the rug, sit on the lawn, have a picnic, sit in the sand
standing at ease: stand still, get up, rise, wait for the bus, stand in line, queue, pose, stand up, be around, loiter
hands on hips: hands on hips, put the hands on the hips
arms crossed: cross the arms, arms folded, with arms crossed, arms folded across the chest
looking up: stare at the ceiling, look upward, look at the clouds, stargaze
pointing: point a finger, point out, indicate, give directions, gesture towards something
waving: wave a hand, say goodbye, say hi, flag down a cab, salute
phoning: call, phone a friend, hold a phone to the ear, answer the phone, speak on the telephone, ring
holding a cup: hold a glass, drink a beer, have a coffee, drink water, raise a glass, hold a cup of tea, hold a cup
photographing: snap a picture, shoot a video, film with a camera, take a selfie, take a snapshot
stretching: stretch out the arms, limber up, do stretches
tiptoe: tiptoe, rise onto the toes, stand on the balls of the feet
one foot up: one foot up, foot up, foot resting on a step, one foot on the bench, put one foot on the rock
leaning back: lean, lean back against, back against the wall, lean against a tree, slouch against the door
leaning on one hand: lean on the wall with one hand, prop oneself with one hand, one arm against the wall
leaning on both hands: lean on the table with both hands, both hands on the desk, prop oneself up with both hands
leaning on elbows: rest the elbows on the table, elbows on the counter, lean on the forearms
leaning out of a window: lean out of the window, lean over the balcony, hang out of a window, lean from the window
lying on the back: lie on the back, fall asleep, take a nap, lie in bed, lie flat, lie face up, doze, stretched out
lying on the side: lie sideways, in the fetal position, curl up in a ball
lying on the front: lie face down, lie on the belly, lie on the front
propped on an elbow: lie propped on one elbow, lie on the side leaning on an elbow, half lie
kneeling on one knee: go down on one knee, tie the shoelaces, ask to marry, tie shoes
kneeling: be on the knees, get on the knees, kneel down, worship, beg
squatting: squat down, sit on the haunches, do squats
crouching: crouch down, duck down, take cover, hide behind, cringe
crawling: crawl on hands and knees, be on all fours, creep on the floor
bending down: bend forward, lean forward, double over, touch the toes, bend at the waist, take a bow
picking up: pick something up from the floor, pick flowers, grab the ball off the ground, gather sticks, pick up litter
reaching up: reach high, reach overhead, get something from the top shelf, stretch up to the shelf
reaching forward: reach out, reach for the cup, touch a thing, grab the handle, knock on the door, flick a switch
reaching down: reach to the floor, pet a dog, touch the floor, pet the cat
pushing: push against the wall, push the door, push a trolley, shove the sofa, push a pram, push a lawnmower
pulling: pull on a rope, drag a sledge, tug at the door, pull a suitcase, yank
carrying: carry a bag, carry a suitcase, carry groceries, bring a tray, lug a crate, hold a parcel
lifting: lift up a crate, hoist a sack, raise a barbell, lift something heavy
walking: go for a walk, take a stroll, stroll about, walk along, be on foot, walk the dog, cross the street
running: go for a run, run away, rush, dash, flee, chase
climbing stairs: climb, walk up the stairs, go up the stairs, climb up the steps, climb a ladder, mount the staircase
jumping: jump up and down, leap into the air, hop on one leg, skip, bounce
dancing: dance ballet, dance to the music, do a pirouette, breakdance
handstand: stand on the head, do a headstand, hand stand
riding a bicycle: ride a bicycle, go by bike, go cycling, on a bike, ride a tricycle, pedal a bike
riding a motorcycle: ride a moped, on a motorbike, drive a motorcycle, ride a vespa
riding a horse: on horseback, ride a donkey, ride a camel, sit on a horse, gallop
riding a skateboard: ride a skateboard, ride a surfboard, on a skateboard, go surfing, stand on a skateboard
talking in a group: have a chat, have a conversation, talk to each other, chat with friends, speak, argue, tell a story
shaking hands: shake hands, shake the hand, seal a deal, give a handshake
hugging: hug each other, give a hug, hold one another, put the arms around each other, share an embrace
"""


@cache
def sayings() -> dict[str, tuple[str, ...]]:
    """Name of an interaction → how else it is said."""
    # Names have commas, never colons: the first colon ends the name.
    lines = (line.partition(":") for line in TABLE.strip().splitlines())
    return {name: tuple(said.strip() for said in rest.split(",")) for name, _, rest in lines}
