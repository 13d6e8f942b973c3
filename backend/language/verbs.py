"""Which words of a sentence are verbs, in whatever form, and which of them have their spelling wrong.

A form in -ing counts wherever it is no adjective ("rocking chair") and no noun ("ceiling"); other forms count where a
verb may stand: after the people, after "and", "to", "who". Verbs are named by their lemma.
"""

from __future__ import annotations

from functools import cache

from . import people
from .actions import PART_WORDS
from .morphology import forms_of, lemma, one_off
from .nouns import noun_of
from .words import AUXILIARY, DETERMINERS, JOINTS, NO_PLACES, RELATIVE, is_adverb, preposition

# Verbs that the library shows, alone or with their object. The retrieval decides what they mean.
SHOWN = frozenset(
    "sit seat perch plonk plop lounge recline sprawl slouch slump relax rest chill laze loll unwind think ponder "
    "contemplate reflect brood muse daydream wonder straddle bestride meditate picnic stand wait pose idle loiter "
    "linger queue stay remain loaf hover sleep nap doze snooze slumber snore drowse hibernate lie sunbathe tan bask "
    "curl nestle kneel genuflect curtsy propose pray worship plead squat hunker crouch duck cower cringe huddle lurk "
    "hide sneak prowl crawl creep slither scramble bend stoop bow hunch fold cross point direct indicate show wave "
    "greet hail salute beckon signal phone telephone call ring dial drink sip gulp swig slurp quaff photograph film "
    "shoot snap stretch yawn limber read study peruse leaf browse skim cram revise type work code program write draw "
    "sketch scribble eat dine feast munch snack chew lunch devour nibble gobble consume drive steer chauffeur strum "
    "play lift heave hoist deadlift weightlift raise carry bring tote lug transport schlep cart deliver pick gather "
    "collect scoop retrieve fetch harvest forage reach extend grab take touch get grasp snatch press knock tap flick "
    "pat stroke pet caress push shove nudge pull drag tug haul tow yank walk stroll wander stride march go amble pace "
    "saunter hike trek ramble roam step promenade tread plod strut trudge parade patrol stagger limp shuffle run jog "
    "sprint race dash hurry rush flee chase bolt scurry move climb ascend scale mount clamber jump leap hop bounce "
    "skip vault bound hurdle dance twirl waltz pirouette ride cycle bicycle bike pedal gallop trot canter skate "
    "skateboard surf snowboard longboard lean prop talk chat converse discuss gossip speak natter chatter debate argue "
    "banter confer mingle interview negotiate quarrel tell shake hug embrace cuddle snuggle squeeze handstand "
    "headstand hold grip clutch clasp cradle grope tiptoe exchange seal breakdance backflip have make do put rise "
    "balance hang use say warm nod tie perform stargaze yoga enjoy tuck".split()
)
# Verbs that say where somebody looks; "up" and "down" after them are set phrases of their own.
GAZE = frozenset(
    "look gaze stare watch peer peek peep glance admire observe view see behold gawk regard face examine inspect eye "
    "contemplate".split()
)
# Verbs without a posture.
SILENT = frozenset(
    "be is are wear dress smile laugh grin frown cry weep blush sweat dangle sing whistle listen hear breathe blink "
    "feel seem appear try start begin keep continue get want prepare cover clothe name enjoy let left place position "
    "situate locate turn include surround accompany join belong use age spend".split()
)
# Verbs of everyday life that no pose of the library shows: they are no misspelling of one that it does show.
UNSHOWN = frozenset(
    "fit hit set knit spit bake cook fish wash watch paint teach swim fly float juggle fight kick box kiss spar shop "
    "sweep mop wipe iron sew weave dig plant prune mow rake throw catch bat pitch bowl putt golf ski sled sail row "
    "paddle fence wrestle punch slap spank massage comb brush shave bathe shower clap applaud pack unpack open close "
    "shut lock pour mix stir slice chop peel grill barbecue milk feed groom train repair fix weld saw drill hammer "
    "build measure count sell buy pay serve conduct preach lecture vote sneeze cough vomit faint fall trip slip slide "
    "swing spin roll tumble flip cartwheel somersault hang dive snorkel levitate whittle carve blow smoke vape bite "
    "lick scratch rub tickle pinch poke stab cut burn light bury wade splash sink drown fart mime act rehearse "
    "compete celebrate mourn marry divorce hunt aim load park reverse stop drift bore tune trim wrap whip skin list "
    "wish win wink wake wrestle work lace land lay lend lose melt mend moan mow pave peck peep pin pop pray prey rap "
    "rip rob row rub ruin sail sand save score scold scrub seize sigh slam smell sob soak sort spell spill spray stamp "
    "steal sting stitch strap strip suck suffer switch tame tangle tease test thank tick tow trap treat twist type "
    "change love hate help hope live learn mind miss need pass plan promise return share solve stack start visit vary "
    "walk want waste water wave wonder worry wrap yawn aim ask answer add allow appear arrive bake beat blend bless "
    "book boil borrow bounce brake breed brew bully bump calm camp cause challenge check cheer choke chase clean "
    "coach command compare complain connect control copy crack crash cure cycle damage deal decide decorate defend "
    "delay destroy develop disagree discover dust earn educate employ empty end enter excite excuse expect explode "
    "fail fasten fax fear fetch file fill film fool force form found frame frighten fry gather glow glue guard guess "
    "guide handle happen heal heat hook identify ignore imagine impress improve inject injure interest interrupt "
    "introduce invent invite irritate itch jail jam joke judge kill label last launch license "
    "warn weigh whisper whirl yell zip".split()
)
_NOUNS_ONLY = frozenset("box book ball bus table bar car train board chair bench bed floor wall mat ring well".split())
NOT_VERBS = frozenset(
    "ceiling building railing painting awning clearing landing king ring wing string swing spring thing nothing "
    "something everything anything morning evening living parking clothing bedding stocking filing sling "
    "lightning being during according wedding earring pudding viking darling duckling sibling meaning".split()
)
_BEFORE_NOUNS = frozenset(("dining",))  # "dining table", but "dining at the table"
POSTURE_ADJECTIVES = frozenset("asleep astride seated".split())
_ALL = SHOWN | GAZE | SILENT | UNSHOWN


def base_of(word: str) -> str:
    """The verb's lemma: "sitting", "sat", "sits" → sit."""
    if word in ("astride",):
        return "straddle"
    base = lemma(word, _ALL)
    return "lie" if base == "lay" else base  # as many say it


def known(word: str) -> bool:
    """Whether a word can be a form of a verb that means something here."""
    base = base_of(word)
    return base in SHOWN or base in GAZE or base in SILENT


def is_verb(words: list[str], position: int) -> bool:
    """Whether the word is a verb where it stands; what comes before the clause's first word are the people."""
    word = words[position]
    if word in NOT_VERBS or not word[0].isalpha() or word in JOINTS or word in DETERMINERS:
        return False
    before = words[position - 1] if position else ""
    if word == "face" and words[position + 1 : position + 2] in (["down"], ["up"]):
        return False
    if word in POSTURE_ADJECTIVES:
        return before not in DETERMINERS
    if word.endswith("ing") and len(word) > 4:
        if word in _BEFORE_NOUNS and _nominal(words, position + 1):
            return False
        if base_of(word) in _NOUNS_ONLY or before in DETERMINERS:
            return False
        if position and preposition(words, position - 1)[2] and _nominal(words, position + 1):
            return False
        # "a reading lamp" after an adjective: a known noun of two words.
        return not (position and noun_of(words[position : position + 2]) and not known(before))
    return _in_verb_slot(words, position) and _finite(word, before)


def _finite(word: str, before: str) -> bool:
    """Whether a form without -ing is a verb in a place where one may stand."""
    base = base_of(word)
    if base in AUXILIARY or word in AUXILIARY:
        return True
    if before in ("and", ",", "or", ";", "with") and noun_of([word]) is not None:
        return False
    return base in SHOWN or base in GAZE or base in SILENT or (base in UNSHOWN and not is_adverb(word))


def _in_verb_slot(words: list[str], position: int) -> bool:
    if position == 0:
        return True
    before = words[position - 1]
    if before in JOINTS or before in RELATIVE or before in AUXILIARY or is_adverb(before):
        # "as", "or" and adverbs do not make nouns of what follows, an article before them would.
        return True
    if before == "to":
        return base_of(words[position]) in _ALL and noun_of([words[position]]) is None
    if before in ("he", "she", "they", "him", "them", "it", "about"):
        return True
    if words[position].endswith("s") and known(words[position]) and noun_of([words[position]]) is None:
        # "a man in a suit walks"
        article = position > 1 and words[position - 2] in DETERMINERS
        return article or noun_of([before]) is not None or before in people.WORN or before in NO_PLACES
    return words[position].endswith("ed") and base_of(words[position]) in SHOWN and before not in DETERMINERS


def _nominal(words: list[str], position: int) -> bool:
    """Whether a noun can begin here: not the end, no mark, no preposition, no determiner, no verb."""
    if position >= len(words) or words[position] in JOINTS or words[position] in DETERMINERS:
        return False
    word = words[position]
    return not preposition(words, position)[2] and not is_adverb(word) and not word.endswith("ing")


@cache
def _all_forms() -> tuple[str, ...]:
    return tuple(form for base in sorted(SHOWN | GAZE) for form in forms_of(base) if len(form) > 4)


@cache
def corrected(word: str) -> str | None:
    """The verb form that a word misspells by one letter, or None: "siting" → sitting, "standng" → standing."""
    if len(word) < 5 or not word.isalpha() or word in NOT_VERBS or word in people.NOUNS or is_adverb(word):
        return None
    if base_of(word) in _ALL and not _one_letter_short(word):
        return None
    if noun_of([word]) is not None or word in PART_WORDS or word in people.ADJECTIVES or word in people.WORN:
        return None
    return one_off(word, _all_forms())


def _one_letter_short(word: str) -> bool:
    """"siting", "runing", "huging": the lemma is found, the doubled consonant is missing."""
    base = lemma(word, _ALL)
    return word.endswith("ing") and word not in forms_of(base) and base in SHOWN
