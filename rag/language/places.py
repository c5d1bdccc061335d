"""Which countries a text speaks of: rules, prices and help differ from one to the next. Pure."""

import re
from functools import lru_cache

# Capitals matter: "us" and "uk" in small letters are words or slips, and only the latter is safe to read.
_PLACES = {
    "the US": r"\b(?:USA?|U\.S\.|FDA|FTC)(?!\w)|\b(?i:usa|america\w*|united states|medicare|medicaid|florida|texas"
    r"|california|new york|los angeles|chicago|miami)\b",
    "the UK": r"\bNICE\b|\b(?i:uk|britain|british|england|english|scotland|scottish|wales|welsh|northern ireland|nhs"
    r"|mhra|united kingdom|london|manchester|birmingham|glasgow)\b",
    "the EU": r"\b(?:EU|EMA)\b|\b(?i:europe\w*)\b",
    "India": r"\b(?i:india\w*|delhi|mumbai|bangalore|hyderabad|chennai)\b",
    "Australia": r"\bTGA\b|\b(?i:australia\w*)\b",
    "Japan": r"\b(?i:japan\w*)\b",
    "Mexico": r"\b(?i:mexic\w*|tijuana|canc[uú]n)\b",
    "Turkey": r"\b(?i:turkey|t[uü]rkiye|turkish|istanbul|antalya|ankara|izmir)\b",
    "Brazil": r"\b(?i:brazil\w*)\b",
    "Canada": r"\b(?i:canad\w*)\b",
    "South Korea": r"\b(?i:korea\w*|seoul)\b",
    "China": r"\b(?i:china|chinese)\b",
    "Switzerland": r"\b(?i:switzerland|swiss)\b",
    "New Zealand": r"\b(?i:new zealand)\b",
    "South Africa": r"\b(?i:south africa\w*)\b",
    "Thailand": r"\b(?i:thai\w*|bangkok)\b",
    "the United Arab Emirates": r"\bUAE\b|\b(?i:dubai|abu dhabi|emirates)\b",
    "Germany": r"\b(?i:german\w*)\b",
    "France": r"\b(?i:france|french)\b",
    "Spain": r"\b(?i:spain|spanish)\b",
    "Italy": r"\b(?i:italy|italian)\b",
    "the Netherlands": r"\b(?i:netherlands|dutch|holland)\b",
    "Poland": r"\b(?i:poland|polish)\b",
    "Portugal": r"\b(?i:portug\w*)\b",
    "Greece": r"\b(?i:greece|greek)\b",
    "Sweden": r"\b(?i:sweden|swedish)\b",
    "Ireland": r"(?<![Nn]orthern )\b(?i:ireland|irish)\b",
    "Norway": r"\b(?i:norway|norwegian)\b",
    "Denmark": r"\b(?i:denmark|danish)\b",
    "Finland": r"\b(?i:finland|finnish)\b",
    "Austria": r"\b(?i:austrian?)\b",
    "Belgium": r"\b(?i:belgium|belgian)\b",
    "the Czech Republic": r"\b(?i:czech\w*|prague)\b",
    "Hungary": r"\b(?i:hungary|hungarian|budapest)\b",
    "Romania": r"\b(?i:romania\w*)\b",
    "Albania": r"\b(?i:albania\w*)\b",
    "Russia": r"\b(?i:russia\w*|moscow)\b",
    "Ukraine": r"\b(?i:ukrain\w*)\b",
    "Israel": r"\b(?i:israel\w*)\b",
    "Egypt": r"\b(?i:egypt\w*|cairo)\b",
    "Saudi Arabia": r"\b(?i:saudi\w*|riyadh|jeddah)\b",
    "Qatar": r"\b(?i:qatar\w*|doha)\b",
    "Kuwait": r"\b(?i:kuwait\w*)\b",
    "Iran": r"\b(?i:iran\w*|tehran)\b",
    "Pakistan": r"\b(?i:pakistan\w*|lahore|karachi|islamabad)\b",
    "Bangladesh": r"\b(?i:bangladesh\w*|dhaka)\b",
    "Sri Lanka": r"\b(?i:sri lanka\w*)\b",
    "Nepal": r"\b(?i:nepal\w*)\b",
    "the Philippines": r"\b(?i:philippine\w*|filipin[oa]s?|manila)\b",
    "Indonesia": r"\b(?i:indonesia\w*|jakarta|bali)\b",
    "Malaysia": r"\b(?i:malaysia\w*|kuala lumpur)\b",
    "Singapore": r"\b(?i:singapor\w*)\b",
    "Vietnam": r"\b(?i:vietnam\w*)\b",
    "Taiwan": r"\b(?i:taiwan\w*)\b",
    "Hong Kong": r"\b(?i:hong kong)\b",
    "Nigeria": r"\b(?i:nigeria\w*|lagos)\b",
    "Ghana": r"\b(?i:ghana\w*)\b",
    "Kenya": r"\b(?i:kenya\w*|nairobi)\b",
    "Morocco": r"\b(?i:morocc\w*)\b",
    "Argentina": r"\b(?i:argentin\w*)\b",
    "Chile": r"\b(?i:chile(?:an)?)\b",
    "Colombia": r"\b(?i:colombia\w*|bogot[aá]|medell[ií]n)\b",
    "Peru": r"\b(?i:peru|peruvian)\b",
    "Costa Rica": r"\b(?i:costa rica\w*)\b",
    "Panama": r"\b(?i:panama\w*)\b",
    "the Dominican Republic": r"\b(?i:dominican\w*)\b",
}
_IN_THE_EU = frozenset(
    {
        *"Germany France Spain Italy Poland Portugal Greece Sweden Ireland Denmark Finland Austria Belgium".split(),
        *("Hungary", "Romania", "the Netherlands", "the Czech Republic"),
    }
)
_COMPILED = {name: re.compile(pattern) for name, pattern in _PLACES.items()}


@lru_cache(maxsize=8_192)  # the same lines are held against every question
def places_in(text: str) -> frozenset[str]:
    """Give the countries that a text names, as one writes them after "in"; those of the EU bring "the EU" along.

    Example: "Is it approved in Germany?" -> {"Germany", "the EU"}
    """
    named = {name for name, pattern in _COMPILED.items() if pattern.search(text)}
    return frozenset(named | ({"the EU"} if named & _IN_THE_EU else set()))
