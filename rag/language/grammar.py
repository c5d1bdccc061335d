"""How people put claims in English: what comes before one, what joins two, what only asks, orders or tells a story."""

import re


def any_of(words: str) -> str:
    """Give one group that matches any of the words; ``_`` stands for a space inside a phrase."""
    return "(?:" + "|".join(word.replace("_", " ") for word in sorted(words.split(), key=len, reverse=True)) + ")"


def compiled(*parts: str) -> re.Pattern[str]:
    """Compile the parts of one expression, for small and capital letters alike."""
    return re.compile("".join(parts), re.IGNORECASE)


_ADVERB = r"(?: (?:just|also|recently|once|all|often|always|really|actually))?"
_HEARD = any_of(
    "heard read saw seen was_told were_told been_told think believe thought know learned found_out understand assume"
)
_SAID = any_of(
    "say says said claim claims claimed promise promises promised swears swore states insists insisted reckons reckon "
    "reckoned thinks believes keeps_saying posted wrote writes mentioned warned warns told tells tell explained"
)
_TOLD = r"(?: (?:me|us|him|her|them|you|everyone|people|my \w+|our \w+))?"
_TELLER = any_of(
    "doctor friend barber hairdresser stylist clinic surgeon dermatologist derm consultant article pharmacist gp "
    "website brochure leaflet sister brother mum mom mother dad father aunt uncle cousin wife husband partner "
    "girlfriend boyfriend mate pal boss neighbour neighbor colleague coworker roommate flatmate teacher trainer "
    "trichologist nurse guy lady bloke rep advert ad ads poster salesman salesperson influencer youtuber video "
    "podcast blog forum tiktok reddit instagram magazine label packet box receptionist coach grandma gran nan "
    "somebody someone buddy classmate grandmother grandfather niece nephew landlord vet chemist counsellor therapist "
    "anaesthetist anesthetist salon groomer manager"
)

# What somebody saw it in: "a tiktok that", "an article saying".
_SHOWN = (
    r"(?:an?|this|the|some|one) (?:\w+ )?(?:tiktok|video|reel|post|ad|advert|article|clip|story|blog|thread|headline"
    r"|podcast) (?:that|saying|claiming|about how)\b"
)

# What people say before a claim; the claim starts after it: "My doctor told me that", "is it true that".
WRAPPER = compiled(
    r"^\s*(?:(?:hi|hello|hey|dear \w+|",
    any_of("ok okay so well and but also plus basically apparently supposedly honestly look lol"),
    r")[,!.]?\s+)*",
    r"(?:(?:(?:i|we)(?:'ve| have)? )?(?:just )?(?:saw|seen|read|heard|watched) ", _SHOWN,
    r"|(?:i|we)(?:'ve| have)?", _ADVERB, " ", _HEARD, r"(?: (?:somewhere|online|on \w+|in an? \w+|from \w+|that))*",
    r"|(?:i|we) (?:was|were|am|have been|got) (?:warned|told|advised|assured|taught|promised)",
    r"|(?:(?:my|a|the|our|this|some|one) )?(?:[\w']+ ){0,3}?", _TELLER,
    r"s?(?: (?:at|from|in|on)(?: \w+){1,3}?)?(?: is an? \w+ and)? ", _SAID, _TOLD,
    r"|", any_of("they people everyone some many experts clinics ads he she"), _ADVERB, " ", _SAID, _TOLD,
    r"|(?:from what|as far as) i(?:'ve| have)? (?:read|heard|seen|gather|gathered|understand|can tell|know)\s*,?",
    r"|(?:just )?(?:a )?reminder that|turns out",
    r"|is it", _ADVERB, r" (?:true|correct|right|a fact|the case)|did you know",
    r"|it(?: i|')s (?:said|claimed|well known|known|a fact)|(?:the )?(?:fact|truth|thing) is",
    r"|(?:in my opinion|according to [\w ]{2,30}|for your information|",
    any_of(
        "fyi news breaking fact myth question claim psa note please_note worth_knowing good_to_know did_you_know tip"
    ),
    r")\s*[:,-])",
    r"(?:\s*,)?(?:\s+that\b)?[\s:,]*",
)  # fmt: skip

# Somebody said so, wherever it stands: "the barber I go to reads a lot, and he says nobody ever ...".
REPORTS = compiled(
    r"\b(?:my|our|his|her|their|the|a|an|one|some|i|he|she|they|we|who|and|but) (?:[\w'-]+ ){0,8}?",
    r"(?:",
    _SAID,
    r"|heard|swear|advise|announces?|(?:answer|view|advice|point|experience) is)\b(?<!\bunited states)(?! by\b)",
    r"(?:(?:(?<=told)|(?<=tells)|(?<=tell)|(?<=promised)|(?<=warned)) (?:me|us|him|her|them|my \w+))?",
    r"(?:,? that)?[\s:,]+(?=\w)",
)
# What only joins a report to the words before it: ", and" behind "PRP cost me 900".
JOINED_ON = compiled(r"\W*(?:\b(?:and|but|so|because|since|as))?\W*$")
# "..., my surgeon insists", "..., audit finds", "..., so a clinic rep told my gran".
REPORTED_LAST = compiled(
    r",\s*(?:so\s+|and\s+)?(?:[\w'-]+\s+){1,6}?(?:", _SAID,
    r"|finds?|found|reveals?|shows?|showed|warn|advises?|advised|confirm(?:s|ed)?|agree[sd]?|backs?)",
    _TOLD, r"(?: (?:it|this|that|so|it up|this up))?\s*[.!]*\s*$",
    r"|,\s*(?:says?|said|reckons?|insists?|claims?) (?:my|our|the|an?|his|her) [\w ]{3,40}[.!]*\s*$",
)  # fmt: skip
# What a question takes as given; the named group is the claim: "Since PRP is permanent, can I", "PRP is safe, right?".
PRESUPPOSED = compiled(
    r"\b(?:since|because|given that|now that|seeing as|as)\s+(?P<claim>[^,?]{8,}?)(?:,|\?|$)",
    r"|\b(?:i|we)(?:'ve| have)? (?:heard|read|been told|was told|were told|saw)(?: somewhere| online)?",
    r"(?: that| ", _SHOWN, r")?\s+(?P<heard>[^?]{8,}?)",
    r"(?:[,.]\s*(?:is|are|does|do|can|will|true|right|correct)\b[^?]*\?|\?|$)",
    r"|\b(?:is it|isn't it)", _ADVERB, r" (?:true|correct|right|a fact|the case),?(?: that)?\s+(?P<true>[^?]{6,})",
    r"|^\W*(?:(?:so|and|but) )?(?:(?:am i|was i|is he|is she) (?:right|wrong|correct)(?: in thinking| to think)?|true)",
    r" (?:that )?(?P<asked>[^?]{6,})\?",
    r"|^(?P<tag>[^?]{10,}?),\s*(?:right|correct|true|yes|is that (?:true|right|so|correct)|is this true",
    r"|(?:is|are|does|do)n't (?:it|they))\s*\?",
)  # fmt: skip

# "..., is that true?" and "..., any truth in it?" ask of what stands before them.
ASKED_TAIL = compiled(
    r"[,.;:]?\s*(?:and |but |so )?(?:(?:is|are|isn't|can) (?:that|this|it|they|these|he|she)(?: really| actually)? ",
    r"(?:true|right|correct|so|real|a lie|a scam|legit|possible|a myth|nonsense|rubbish)",
    r"|(?:is there )?any truth (?:in|to) (?:it|that|this)|(?:true|real|legit|fact|rubbish|nonsense|myth|bs) or ",
    r"(?:false|not|fiction|myth|real|fake|rubbish|nonsense|true|legit|fact)",
    r"|(?:should|can) i (?:believe|trust) (?:it|that|this|them|her|him))\s*\??\s*$",
)

QUESTION_START = compiled(
    r"^\s*(?:so |and |but |well |ok(?:ay)? |hi |hello |please )*",
    any_of(
        "whats? why hows? whens? wheres? whos? which whose is are was were do does did can "
        "could will would should has may am "
        r"have(?!_(?:your|a|an|the|it|this)\b) any(?:one|body)?"
    ),
    r"\b",
)

# "..., will it come back": a question without its mark.
ASKS_WITHIN = compiled(
    r"(?:^|[,;:.]\s*|\b(?:and|but|so)\s+)(?:what|how|when|will|can|does|do|is|should|would|could)\s+",
    any_of("it i he she they this that we you my there the long much many soon safe"), r"\b",
    r"|[,;:.]\s*(?:will|can|do|does|would|could)\s+(?!\w*thing)\w{3,}ing\b",  # ", will taking it help"
    r"|[,;:.]\s*what(?:'?s| is| are) (?:it|that|this|they|those|these)\b",  # "she mentioned Litfulo, what is it"
)  # fmt: skip

INSTRUCTION = compiled(
    r"^\s*(?:please\s+)?(?:do not|don't|never|always)?\s*",
    any_of(
        "ask call book click contact visit see talk speak read tell give show explain "
        "send sign buy try order join follow "
        "subscribe share check remember consider get keep avoid stop start take use wash "
        "apply rinse let make find learn "
        "choose bring write ignore print note wait imagine compare list help summari[sz]e translate"
    ),
    r"\b(?! of\b)",
)

# "Had PRP yesterday, forehead is puffy": who tells of themselves often leaves the "I" out.
_I_LEFT_OUT = (
    r"^\s*(?:ok |so |hi |just )*(?:had|got|did|started|took|tried|used|finished|having|been (?:on|using|taking)) "
    r"[^.?!]{0,60}?\b(?:yesterday|today|tonight|last (?:night|week|month|year)|this (?:morning|week|month)|ago|since)\b"
)
LEAVES_I_OUT = compiled(_I_LEFT_OUT)
FIRST_PERSON = compiled(r"\b(?:i|i'm|i've|i'll|i'd|me|my|mine|we|our|us)\b|", _I_LEFT_OUT)
# A first-person sentence that still says something general, a rule, a reason, a price or what somebody advised:
# "I must use it for ever"; not "I shed after chemo".
RULE = compiled(
    r"\b(?:because|so (?:i|we)|supposed to|allowed to|not allowed|advised|advises|recommended|warned|told|must|cannot|",
    r"can't|cant|won't|wont|only (?:as long|if|when)|as long as|until|gave me|made my|makes my|made me|cured my|",
    r"look up|covers?|pays?|in england|in the uk|in the us|went bald (?:from|after)|fell out (?:from|after|when))\b",
)
# What makes a story of a named treatment a claim about it: what it did, for whom, what research says of it, its price.
# "Minoxidil brought my hair back"; not "I used minoxidil last year".
TELLING = compiled(
    r"\b(?:brought (?:\w+ ){0,4}back|(?:came|come|comes|grew) back|(?:it|that|this) works|works? (?:for|wonders)|",
    r"worked for|",
    r"(?:for|in) (?:everyone|everybody|anyone|people like (?:us|me))|(?:all|most|half of) (?:the )?(?:wo)?men|",
    r"nobody (?:who|ever|has ever)|stud(?:y|ies)|research|reviews?|totally normal|proof|known|likelier|more likely|",
    r"chance|costs? (?:me )?nothing|free|rules? out|the answer|going rate|about the price|than with(?:out)?|ends? up|",
    r"apparently|turns? out)\b",
)
# Where a story may end and a statement begin: ", but" in "I used it for years, but PRP is permanent".
STORY_ENDS = compiled(r"\s*[;:]\s+|\s+and\s+(?=as far as|in (?:trials|studies))|,?\s+but\s+|,\s+apparently\s+")
# Asides that make nothing a story.
ASIDE = compiled(
    r"\b(?:trust me|believe me|don'?t @ me|i think|i believe|i guess|i mean|i swear|if you ask me|imo|imho|",
    r"as far as i (?:can tell|know)|my advice|ask me how)\b",
)
# "When women lose hair, the crown thins", "Where the fat was taken a scar stays." state; they do not ask.
SUBORDINATE = compiled(
    r"^\s*(?:when|where|while|whenever)\b[^,?]{3,80},[^?]+$",
    r"|^\s*(?:when|where|whenever) (?:the|an?|your|hairs?|people) [^,?]{8,80}\.\s*$",
)
# What is told about, and no statement: "I read about those pills".
NO_STATEMENT = compiled(
    r"^\s*(?:about|of|on|for|to|with|which|what|how|why|who|if|whether|",
    r"an? (?:article|video|post|blog|book|piece|story))\b",
)
# "How long it lasts is an open question", "Any doctor may inject it": what opens like a question and tells.
TELLS = compiled(
    r"^\s*(?:any (?:\w+ ){1,5}?(?:may|can|will|must|is|has)\b"
    r"|(?:how|what|why|who|when|where|which)\b[^?]*? (?:is|are|was|remains?) (?:still )?"
    r"(?:an open|unknown|unclear|not known|open)\b"
    r"|(?:how|why)\b[^?]{5,80}: "
    r"|(?:how|what|whether|when)\b[^?]{5,80} (?:depends?|varies|vary|differs?)\b"
    r"|what (?:we|you|they|people|most|nobody|some|i)\b[^?]*? (?:is|are|was|were|has|have)\b)[^?]*$",
)
# "Contact immunotherapy regrows hair": a noun that looks like an order, with its verb soon after.
NOUN_FIRST = compiled(
    r"^\s*\w+ (?!us\b|me\b|your?\b|our\b|the\b|a\b|an\b|this\b|that\b|it\b|them\b|for\b|to\b|with\b|before\b|if\b|",
    r"what\b|which\b|how\b|who\b|when\b|where\b)(?:\w+ ){0,3}?(?:is|are|was|were|has|can|may|will|does|",
    any_of("regrows grows helps works causes makes stops cures treats reduces increases prevents blocks gives leads"),
    r")\b",
)
# "our treatment" may still state something general; "my scalp" tells a story.
STORY = compiled(r"\b(?:i|i'm|i've|i'll|i'd|me|my|mine)\b|", _I_LEFT_OUT)

# "I love this clinic"; not "because I want hair", which gives a reason.
OPINION = compiled(
    r"\b(?:exciting|ethically|beautiful|wonderful experience|highly recommend|recommend (?:them|this|it)",
    r"|love (?:this|it|my)|amazing (?:team|staff|service)|friendly|thank|thanks|sounds like",
    r"|(?<!because )i (?:feel|hope|wish|want|would like|love|hate))\b",
)

VERB = compiled(
    r"\b(?:",
    any_of("is are was were be been being has have had can could will would may might must should shall do does did"),
    r"|cannot|(?:is|are|was|wo|ca|do|does|did)n'?t|it's|that's|you're|they're|there's|varies|vary|uses|results? in|",
    any_of("went fell grew regrew lost gave took saw made got came"), "|",
    any_of(
        "cure work grow regrow last stop help make give take need cost cause lead "
        "show prove get keep stay become mean "
        "require leave contain come go fade return prevent treat beat reverse "
        "restore increase reduce improve activate "
        "stimulate block fix raise lower run see pay cover sell offer turn "
        "switch find protect thicken lengthen revive "
        "unclog bring save halt slow boost happen occur remain depend carry hold "
        "heal damage kill hurt trigger outperform "
        "affect count belong appear regain sprout rule_out sort spin swap swear"
    ),
    r"(?:e?s)?|\w{3,}(?:ed|ises|izes))\b",
)  # fmt: skip

# "PRP for hair: off-label in America" states; "PRP for hair: what to expect" only announces.
LABELLED = compiled(
    r"^[^:]{3,40}:\s+(?!(?:what|how|why|who|when|where|which|your|our|the (?:truth|facts)|",
    r"an? (?:guide|overview|review)|benefits|risks|costs?|types|facts|questions|everything|all you|pros)\b)\S+\s+\S+",
)
# "The benefits of PRP" names a subject; it states nothing.
TITLE = compiled(
    r"^(?:the |our |some )?(?:\w+ )?",
    any_of(
        "benefits? risks? causes? types? costs? side_effects history science truth facts? "
        "price role overview future guide "
        "introduction"
    ),
    r" (?:of|about|to|for)\b",
)

# Words of the field that name neither a treatment nor a kind of hair loss; two of them place a statement in it.
FIELD = compiled(
    r"\b(?:hairs?|hairlines?|hairless|scalps?|bald\w*|grafts?|follic\w+|roots?|cells?|fat|donors?|platelets?|placebo|",
    r"dummy|trials?|stud(?:y|ies)|fda|ema|nhs|nice|mhra|licen[cs]\w+|approv\w+|inject\w*|lidocaine|liposuction|numbing|",
    r"drugs?|tablets?|pills?|doses?|side effects?|shampoo\w*|clinics?|surgeons?|dermatolog\w+|wigs?|shedding|",
    r"regrow\w*|regrew|thinning|complications?|lasers?|patch(?:es)?|before-and-after|photos?|pictures?|scabs?|hypertrichosis|autoimmune)\b",
)
# Without a verb, only these make a line a claim: one side is more than the other ("cheaper than", "FUE > FUT").
COMPARES = compiled(
    r"\b(?:higher|kinder|gentler|cheaper|quicker|healthier|thicker|longer|lower|more|fewer|less|better|worse|",
    r"stronger|safer|faster|twice|double|half) (?:\w+ ){0,4}?",
    r"(?:than|as many|as much|as)\b|\btwice as\b|[^<>-]\s>\s|\s=\s",
)
# A second statement does not open so: such words lean on what stands before them ("because it is natural").
LEANS = compiled(
    r"^(?:so|because|since|if|when|as|for|with|without|in|on|at|to|by|from|of|after|before|during|until|unless|though|",
    r"although|maybe|perhaps|not|even|just|than|then|which|that|who|found|shown|seen|said|tested|given|made|based)\b",
)
# What cannot be parted from what comes after it: "Before anyone is given cells, ...", "a safe and promising ...".
UNFINISHED = compiled(
    r"(?:^|: )(?:(?:and|but) )?",
    any_of("before after if when because since as although though while once unless unlike like given with in"),
    r"\b[^,:]*$",
    r"|\b(?:an?|the|very|more) \w+$|\bthe (?:more|less|higher|older|longer) [^,]*$",
)
# "Once the cells have been collected", "By injecting cells": says when, why or how, and waits for what comes after it.
CONDITION = compiled(
    r"^\W*(?:(?:and|but|even|just|only) )?(?:by \w+ing|",
    any_of("before after if when whenever because since although though once unless unlike"),
    r")\b[^,:]*$",
)
# Where one sentence may hold two statements; the group is what joins them: ", and" in "PRP is safe, and it lasts",
# below ", which" in "it uses PRP, which is safe"; not "that" in "PRP that works".
JOINT = compiled(
    r"(?P<joint>\s*;\s*|,?\s+(?:and|but|while|whereas|yet|plus)\s+(?:that\s+)?|,\s+|\s+[-–—]\s+)",
    r"(?=(?:unlike [^,]+, )?(?:it's|there's|[a-z-]+)\b)",
)
RELATIVE = compiled(
    r"(?P<joint>,?\s+(?:that|which)\s+)(?=",
    any_of("has_been have_been is are was were then can will causes? results? makes? helps? lasts? never needs?"),
    r"\b)",
)

_FACE = r"[^\w\s.,;:!?%()\[\]\"'’‘“”$£€+°/&<>=~–—-]"  # a small picture, not a mark of punctuation
# What opens and closes a message and claims nothing: "Good morning 🌞,", "thanks so much 🙏".
GREETING = re.compile(
    rf"(?:(?:{_FACE}|[\s,.!-])*(?:(?:hi|hiya|hello|hey|greetings|good (?:morning|afternoon|evening|day))"
    r"(?: (?:there|all|everyone|team|guys|doc|doctor)\b)?"
    r"|(?:thanks|thank you|thx|cheers)(?! (?:to|for)\b)(?: (?:so much|very much|a lot|again)\b)?)(?!\w))+"
    rf"(?:{_FACE}|[\s,.!-])*|(?:{_FACE}\s*)+",
    re.IGNORECASE,
)
THANKS = re.compile(
    rf"(?:{_FACE}|[\s,.!?-])*(?:(?<!\w)(?:(?:many )?(?:thanks|thank you|thx)|cheers|kind regards|bye)"
    rf"(?: (?:so much|very much|a lot|again|in advance|all|guys)\b)?(?:{_FACE}|[\s,.!?-])*"
    rf"|{_FACE}(?:{_FACE}|\s)*)$",
    re.IGNORECASE,
)
