"""Names of people, where something introduces them; a name that nothing introduces is not caught."""

import re

from rag.privacy.rules.shapes import GAP, Personal, Rule, Shape, compiled

# Words that may stand with a capital, in a title or a shout, and are no names.
_COMMON = """
a about accutane actually advised afraid african after again against age aged alone alopecia also always am american
an and androgenetic anxious any anyone arab are areata as asian ask asking at aunt australian aware back bad bald
balding based batra's because been before being believes best better between big bipolar black blood both brazilian
breastfeeding british bronner's brother but by called calm can can't canadian cancer careful cell cells certain chat
check checked chinese chronic clinic concerned confident confused considering could curious currently dad daughter day
decides definitely depressed desperate diabetic diagnosed didn't diffuse disappointed do doctor does doesn't doing
done donor down due dutasteride dutch each early eight embarrassed english even ever every everyone exosome exosomes
explained extremely fat father fda feeling feels fellow female fifty fin finally finasteride fine first five follicle
for forty found four free french friend from frustrated full fully gave gay german getting girl give given gives glad
going gonna good google gpt grade graft great greek guy had hair hairs happy has hate have having he health healthy
hello help her here hi him his hispanic history hiv home hopeful hormonal how human i if ill in indian informed
injections interested into irish is isn't it italian japanese jart jewish just keen keeps kept knows korean las laser
late latest latin latino left less lets light like lol lonely long looking los losing loss lost love low ludwig lupus
mad made makes male man many married martens me medicine menopausal mental mexican middle mild minoxidil moderate mom
more most mother mr mrs ms much mum muslim must my natural near nearly neither nervous never new nhs nine no non nor
north norwood not now nurse of off offered often old older on once one only open optimistic or oral organic other
otherwise our out over overweight oz pakistani panicking part pattern pcos people perfectly permanent pharmacist
platelet please plus polish portuguese post postmenopausal postpartum pre pregnant prescribed prescribes pretty
probably prp ptsd put puts quite rare ready really receding recently recommended recommends reddy's refused refuses
regaine regrowth relieved retired rich rogaine russian sad safe said san saw say says scalp scared sceptical see seen
sees serious serum seven severe severely she shedding shocked should sick single sister six skeptical smoker so some
someone something son south spanish spironolactone squatch stage stem still stopped stressed stuck student such
suddenly suffering suggested sure surgeon surprised svf swedish takes taking teacher tell ten terrified testosterone
than that the their them then therapy there these they thinking thinks thinning thirty this those though thought three
tired to today together told too took topical totally trans transgender transplant treated treatment trying turkish
turning twenty two type unable under unhappy unless unsure until up upset us used uses using utterly vegan vegetarian
very vitamin vs want wants warned was wasn't wasting we week well were what whatever when where whether which white
who why widowed wife willing with without woman won't wondering work working worried worse would writing year years
yes yet york young younger your yours
""".split()
_STOP = rf"(?!(?:{'|'.join(map(re.escape, sorted(_COMMON, key=len, reverse=True)))})(?![\w'’]))"

# Words of this subject that follow "this is" with capitals and are no names.
_NO_NAME = compiled(
    r"(?:the|a|an|not|no|it|i|and|or|but|in|on|at|my|your|for|from|with|stem|hair|cells?|platelet|exosomes?"
    r"|minoxidil|finasteride|prp|fda|nhs|so|just|about|because|that|what|when|how|why|losing|going|having|often|by"
    r"|names?|back|to|bald\w*|ugly|old|fat|lucky|crazy|vain|all|every\w*|some\w*|again|always|out|up|into|over|this"
    r"|names|into|later|today|soon|never|sometimes|daily|dad|mum|mom|sir|grandpa|egghead|\w+ed)"
)


def _a_name(found: str) -> bool:
    words = re.findall(r"[^\W\d_]+", found)
    return bool(words) and not _NO_NAME.fullmatch(words[0])


_UPPER = "".join(chr(c) for c in range(0x41, 0x530) if chr(c).isupper())
_LETTER = r"(?:[^\W\d_'’\-]|[\u0300-\u036f])"
_WORD = r"[^\W\d_][\w'’\-]*"
_CAPITAL = rf"(?-i:[{_UPPER}]){_LETTER}*(?:['’\-][^\W\d_]+)*"
_OF = rf"(?:(?:van|von|de|del|della|der|den|di|da|dos|du|la|le|ter|ten|al|el|bin|ibn){GAP}+){{0,2}}"  # van der Berg
_FULL_NAME = rf"(?P<x>{_CAPITAL}(?:{GAP}+{_OF}{_CAPITAL}){{0,3}}|{_WORD}(?:{GAP}+(?!{{stop}}){_WORD})?)".replace(
    "{stop}",
    r"(?:and|i|i'm|im|from|but|my|a|an|the|is|am|was|have|has|who|with|born|dob|here|to|of|or|can|will)\b",
)
# Stricter: no common word; the first word is no "Losing" or "Taking" either.
_PART = rf"{_STOP}{_CAPITAL}"
_FIRST = rf"(?!\w{{2,}}ing\b){_PART}"
_MIDDLE = rf"(?:{GAP}+(?-i:[{_UPPER}])\.)?"
_TWO = rf"(?P<x>{_FIRST}{_MIDDLE}{GAP}+{_OF}{_PART}(?:{GAP}+{_PART})?)"
_IAM = rf"\bi(?:{GAP}+am|['’]?m){GAP}+"
_NAMED = rf"(?P<x>{_FIRST}(?:{_MIDDLE}{GAP}+{_OF}{_PART}){{0,2}})"
_HERE = rf"\b(?:this{GAP}+is|it(?:['’]s|{GAP}+is)|i(?:{GAP}+am|['’]?m)){GAP}+"
_OPENS = rf"(?:^|[.!?\n]{GAP}*)"
_NO_DAY = r"(?!(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|(?:january|february|march|july|august)\b)"
# Small letters on purpose: in a headline, any word may follow "Wife".
_RELATIVE = (
    r"(?-i:wife|husband|partner|girlfriend|boyfriend|fianc[ée]e?|son|daughter|child|mother|father|mum|mom|dad|sister"
    r"|brother|aunt|uncle|cousin|niece|nephew|friend|boss|colleague|neighbou?r|flatmate|roommate|surgeon|dermatologist)"
)
# What people say of themselves after their name: "James Novak, a patient of yours".
_SOMEBODY = (
    rf"(?:,{GAP}*|{GAP}+)(?:a|an|your|the|one{GAP}+of{GAP}+your){GAP}+(?:[\w'’\-]+{GAP}+){{0,3}}?"
    rf"(?:patients?|clients?|customers?|readers?|nurse|student|teacher|man|woman|guy|girl|boy|lady|{_RELATIVE})\b"
)
_AGED = rf",?{GAP}+\(?(?:aged?{GAP}+)?[1-9]\d(?:[,.)]|$|{GAP}+(?:years|yo\b|male|female))"
_BARE = rf"(?P<x>{_STOP}{_WORD}{GAP}+{_STOP}{_WORD})"  # in small letters; only where what follows leaves no doubt

_PATTERNS = (
    # "My name is john smith", "patient name: Jane Roe"
    rf"\b(?:my{GAP}+(?:full{GAP}+)?name(?:{GAP}+is|['’]s)|i(?:{GAP}+am|['’]?m){GAP}+called"
    rf"|(?:patient|full|first|last|sur)[ -]?name{GAP}*(?::|is\b)):?{GAP}*{_FULL_NAME}",
    # "name: John Smith"; not "brand name: Rogaine"
    rf"(?<!brand )(?<!trade )(?<!drug )(?<!generic )(?<!product )(?<!file )(?<!\w)name{GAP}*:{GAP}*{_STOP}{_FULL_NAME}",
    # "Hi, I'm Anna Kowalski"; not "Hi, I'm Losing hair"
    r"\b(?:hi|hello|hey|good (?:morning|afternoon|evening))\b[\s,.!\-]*(?:there\b|all\b)?[\s,.!\-]*"
    rf"(?:this{GAP}+is|i(?:{GAP}+am|['’]?m)){GAP}+(?P<x>{_FIRST}(?:{GAP}+{_PART}){{0,2}})",
    # "I am John Smith from Leeds"; not "I am Losing Hair"
    rf"{_IAM}{_TWO}",
    # "I'm Tom, 34", "I'm Tom from Leeds"; not "I'm Tom and I shed", where one name alone could be any word
    rf"{_IAM}(?P<x>{_FIRST})(?=,{GAP}*(?:aged?{GAP}*)?\d\d\b(?!%)|{GAP}+from{GAP}+(?-i:[{_UPPER}]))",
    # "Patient: Jane Roe"; not "Patient: Is PRP Safe?"
    rf"\b(?:patient|client|signed|sender|from|yours){GAP}*[:]{GAP}*{_TWO}",
    # "Anna Müller here, is PRP safe?"; not "Stem Cells here, PRP there"
    rf"(?:^|[.!?\n,]{GAP}*|\b(?:hi|hello|hey|it['’]s){GAP}+){_TWO}(?={GAP}+here\b{GAP}*(?:[.,;:!\-–—]|$|and\b|with\b|from\b))",
    # "Hi all, Anna here"
    rf"\b(?:hi|hello|hey)(?:{GAP}+all|{GAP}+there|{GAP}+everyone)?[,.!]?{GAP}+(?P<x>{_FIRST})(?={GAP}+here\b)",
    # "This is Jane speaking"
    rf"\bthis{GAP}+is{GAP}+(?P<x>{_CAPITAL}(?:{GAP}+{_CAPITAL}){{0,2}})(?={GAP}+(?:speaking|here|writing)\b)",
    # "This is Jane Doe, asking"; not "This is Alopecia Areata, a disease"
    rf"\bthis{GAP}+is{GAP}+{_TWO}(?={GAP}*(?:[.,;!]|$|and\b|from\b))",
    # "It's James Novak, your client"
    rf"{_HERE}{_NAMED}(?={_SOMEBODY})",
    # "this is james novak, a patient"; not "..., a disease"
    rf"{_HERE}{_BARE}(?=,{GAP}*(?:a|your){GAP}+(?:\w+{GAP}+)?(?:patient|client|customer)\b)",
    # "This is Jane Doe again"
    rf"{_HERE}{_TWO}(?={GAP}+(?:again|from)\b)",
    # "I, Jane Doe, agree"
    rf"\bi,{GAP}+{_TWO}(?=,)",
    # "James Novak, a patient of yours", "Jane Doe, 34", "James Novak writing"
    rf"{_OPENS}{_TWO}(?={_SOMEBODY}|{_AGED}|{GAP}+writing\b)",
    # "They call me Jim", "I go by Jim", "my sister's name is Ann"; not "they call me Monday"
    rf"\b(?:calls?{GAP}+me|i{GAP}+go{GAP}+by|my{GAP}+{_RELATIVE}{GAP}+(?:is|was){GAP}+(?:called|named)|i{GAP}+was{GAP}+born|name['’]s"
    rf"|(?:my|his|her|our|their)(?:{GAP}+(?:{_RELATIVE}['’]s|first|last|full))?{GAP}+name(?:{GAP}+is|['’]s))"
    rf"{GAP}+{_NO_DAY}{_NAMED}",
    # "The name is James Novak"
    rf"\bthe{GAP}+name{GAP}+is{GAP}+{_TWO}",
    # "My wife Jane sheds"; not "My Wife Needs Help"
    rf"\bmy{GAP}+{_RELATIVE},?{GAP}+(?=(?-i:[{_UPPER}][a-zß-öø-ÿ])){_NO_DAY}(?P<x>{_FIRST}(?:{GAP}+{_OF}{_PART})?)",
    # "Patient Jane Doe asks"; not "Patient Care asks"
    rf"\b(?:patient|client){GAP}+{_TWO}(?={GAP}+(?:asks?|wants?|says?|writes?|needs?|has|is|was)\b)",
    # "Greetings from Jane Doe", "signed by Jane Doe"
    rf"\b(?:(?:greetings|hello|hi|love){GAP}+from|signed(?:{GAP}+by)?:?|speaking(?:{GAP}+(?:to|with)|:)){GAP}+{_TWO}",
    # "je m'appelle Jeanne", "ich heiße Anna"
    rf"\b(?:je{GAP}+m['’]appelle|me{GAP}+llamo|mi{GAP}+chiamo|ich{GAP}+hei(?:ß|ss)e){GAP}+{_NAMED}",
    # "ich bin Anna Müller", "soy Ana García"
    rf"\b(?:je{GAP}+suis|soy|ich{GAP}+bin|sono){GAP}+{_TWO}",
    # "Dr. Patricia Nolan told me", "Mr Smith"; not "ask my Doctor About it"
    rf"\b(?-i:Mr|Mrs|Ms|Miss|Mx|[Dd]r|(?<!my )(?<!My )(?<!a )(?<!A )(?<!the )(?<!The )Doctor|Prof|Professor)\b\.?{GAP}+"
    rf"(?P<x>(?!(?:Will|May)\b(?!{GAP}+{_PART}))(?:(?-i:[{_UPPER}])\.{GAP}*)*{_PART}(?:{_MIDDLE}{GAP}+{_PART}){{0,2}})",
    # "Kind regards, Jane" at the end; not "Thanks, does it work"
    r"\b(?:regards|wishes|best|sincerely|faithfully|truly|yours|respectfully|love|thanks|thank you|cheers)\s*[,\n]\s*"
    rf"{_NAMED}[.!]?\s*$",
    # "... - Jane Doe" at the end
    rf"(?:^|[.!?\n])\s*[-–—]{{1,2}}\s*{_TWO}\s*$",
)
NAME_RULES = tuple(Rule(kind=Personal.NAME, shape=Shape(p), accept=_a_name) for p in _PATTERNS)
