"""Which countries a text speaks of: rules, prices and help differ from one to the next. Pure."""

import re
from functools import lru_cache

# Place -> the words for it. A longer one goes first: "New Mexico" is no word for Mexico.
_WORDS = {
    "the US": "US, USA, U.S., FDA, FTC, America, American, United States, Medicare, Medicaid, Florida, Texas, "
    "California, New York, Los Angeles, Chicago, Miami, New Mexico, Indiana",
    "the UK": "UK, NICE, Britain, British, England, English, Scotland, Scottish, Wales, Welsh, Northern Ireland, NHS, "
    "MHRA, United Kingdom, London, Manchester, Birmingham, Glasgow",
    "the EU": "EU, EMA, Europe, European",
    "India": "India, Indian, Delhi, Mumbai, Bangalore, Hyderabad, Chennai",
    "Australia": "Australia, Australian, TGA, New South Wales",
    "Japan": "Japan, Japanese",
    "Mexico": "Mexico, Mexican, Tijuana, Cancun, Cancún",
    "Turkey": "Turkey, Turkiye, Türkiye, Turkish, Istanbul, Antalya, Ankara, Izmir",
    "Brazil": "Brazil, Brazilian",
    "Canada": "Canada, Canadian, British Columbia",
    "South Korea": "Korea, Korean, Seoul",
    "China": "China, Chinese",
    "Switzerland": "Switzerland, Swiss",
    "New Zealand": "New Zealand, New Zealander",
    "South Africa": "South Africa, South African",
    "Thailand": "Thailand, Thai, Bangkok",
    "the United Arab Emirates": "UAE, Dubai, Abu Dhabi, Emirates",
    "Germany": "Germany, German",
    "France": "France, French",
    "Spain": "Spain, Spanish",
    "Italy": "Italy, Italian",
    "the Netherlands": "Netherlands, Dutch, Holland",
    "Poland": "Poland, Polish",
    "Portugal": "Portugal, Portuguese",
    "Greece": "Greece, Greek",
    "Sweden": "Sweden, Swedish",
    "Ireland": "Ireland, Irish",
    "Norway": "Norway, Norwegian",
    "Denmark": "Denmark, Danish",
    "Finland": "Finland, Finnish",
    "Austria": "Austria, Austrian",
    "Belgium": "Belgium, Belgian",
    "the Czech Republic": "Czech, Czechia, Prague",
    "Hungary": "Hungary, Hungarian, Budapest",
    "Romania": "Romania, Romanian",
    "Albania": "Albania, Albanian",
    "Russia": "Russia, Russian, Moscow",
    "Ukraine": "Ukraine, Ukrainian",
    "Israel": "Israel, Israeli",
    "Egypt": "Egypt, Egyptian, Cairo",
    "Saudi Arabia": "Saudi, Saudi Arabia, Saudi Arabian, Riyadh, Jeddah",
    "Qatar": "Qatar, Qatari, Doha",
    "Kuwait": "Kuwait, Kuwaiti",
    "Iran": "Iran, Iranian, Tehran",
    "Pakistan": "Pakistan, Pakistani, Lahore, Karachi, Islamabad",
    "Bangladesh": "Bangladesh, Bangladeshi, Dhaka",
    "Sri Lanka": "Sri Lanka, Sri Lankan",
    "Nepal": "Nepal, Nepalese, Nepali",
    "the Philippines": "Philippines, Philippine, Filipino, Filipina, Manila",
    "Indonesia": "Indonesia, Indonesian, Jakarta, Bali",
    "Malaysia": "Malaysia, Malaysian, Kuala Lumpur",
    "Singapore": "Singapore, Singaporean",
    "Vietnam": "Vietnam, Vietnamese",
    "Taiwan": "Taiwan, Taiwanese",
    "Hong Kong": "Hong Kong",
    "Nigeria": "Nigeria, Nigerian, Lagos",
    "Ghana": "Ghana, Ghanaian",
    "Kenya": "Kenya, Kenyan, Nairobi",
    "Morocco": "Morocco, Moroccan",
    "Argentina": "Argentina, Argentine, Argentinian",
    "Chile": "Chile, Chilean",
    "Colombia": "Colombia, Colombian, Bogota, Bogotá, Medellin, Medellín",
    "Peru": "Peru, Peruvian",
    "Costa Rica": "Costa Rica, Costa Rican",
    "Panama": "Panama, Panamanian",
    "the Dominican Republic": "Dominican, Dominican Republic",
}
_NO_COUNTRY = (
    "South America, South American, Latin America, Latin American, Central America, Central American, New England"
)
# Written otherwise these are other words: "tell us", "hair polish".
_WITH_CAPITALS = frozenset("US USA U.S. FDA FTC NICE EU EMA TGA UAE Polish".split())
_IN_THE_EU = frozenset(
    {
        *"Germany France Spain Italy Poland Portugal Greece Sweden Ireland Denmark Finland Austria Belgium".split(),
        *("Hungary", "Romania", "the Netherlands", "the Czech Republic"),
    }
)
_PLACE_OF = {word.lower(): place for place, listed in _WORDS.items() for word in listed.split(", ")}


def _pattern() -> re.Pattern[str]:
    listed = ", ".join([*_WORDS.values(), _NO_COUNTRY]).split(", ")
    longest_first = sorted(listed, key=len, reverse=True)
    either = "|".join(re.escape(w) if w in _WITH_CAPITALS else f"(?i:{re.escape(w)})" for w in longest_first)
    return re.compile(rf"(?<!\w)({either})s?(?!\w)")


_NAMED = _pattern()


@lru_cache(maxsize=8_192)  # the same lines are held against every question
def places_in(text: str) -> frozenset[str]:
    """Give the countries that a text names, as one writes them after "in"; those of the EU bring "the EU" along.

    Example: "Is it approved in Germany?" -> {"Germany", "the EU"}
    """
    words = (match[1].lower() for match in _NAMED.finditer(text))
    named = {_PLACE_OF[word] for word in words if word in _PLACE_OF}
    return frozenset(named | ({"the EU"} if named & _IN_THE_EU else set()))
