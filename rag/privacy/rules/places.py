"""Postal addresses and post codes."""

from rag.privacy.rules.shapes import GAP, Personal, Rule, Shape, compiled

_STREET = (
    r"(?:Street|Road|Avenue|Lane|Drive|Close|Court|Boulevard|Terrace|Crescent|Gardens|Square|Highway"
    r"|St|Rd|Ave|Ln|Dr|Ct|Blvd|Sq|Hwy|Way|Place|Pl)"
)
_SURE_STREET = r"(?:street|road|avenue|boulevard|terrace|crescent|lane|st|rd|ave|blvd|ln)"
_NO_STREET = (  # a word that may name a street: none of those in "2 years down the road"
    r"(?!(?:the|a|an|of|on|in|at|to|by|from|for|with|and|or|per|is|was|my|your|down|up|off|away|along|way|lane|years?"
    r"|months?|weeks?|days?|hours?|minutes?|mins?|times?|people|men|women|patients?|hairs?|cells?|grafts?|clinics?"
    r"|mg|ml|mcg|km|miles?|metres?|meters?|percent|different|other|more|x)\b)[^\W\d_][\w'’.\-]*"
)
_SUBJECT = compiled(
    r"\b(?:hairs?|follicles?|studies|appeals|us|no|more|transplants?|stem|cells?|prp|growth|graft\w*|treatments?|natural|scalp|best)\b"
)


def _not_of_the_subject(found: str) -> bool:
    return not _SUBJECT.search(found)


_CITY = r"[A-ZÀ-ÖØ-Þ][\w\-]+"

ADDRESS_RULES = (
    Rule(  # with capitals: 10 Downing Street; not "3 Hair Transplant Way"
        kind=Personal.ADDRESS,
        shape=Shape(
            rf"\b\d{{1,5}}[A-Za-z]?,?{GAP}+(?:(?:[A-Z][\w'’.\-]*|of|the|\d+(?:st|nd|rd|th)){GAP}+){{1,4}}{_STREET}\b",
            0,
        ),
        accept=_not_of_the_subject,
    ),
    Rule(  # in small letters only before what is surely a street: 221 baker street; not "2 years down the road"
        kind=Personal.ADDRESS,
        shape=Shape(rf"(?<![\w.,/\-])\d{{1,5}}[a-z]?,?{GAP}+(?:{_NO_STREET}{GAP}+){{1,2}}{_SURE_STREET}\b"),
        accept=_not_of_the_subject,
    ),
    Rule(  # I live at 12 high gardens
        kind=Personal.ADDRESS,
        shape=Shape(
            rf"\b(?:liv(?:e|ing)|resid(?:e|ing)|address)(?:{GAP}|:|at\b|is\b|on\b)+"
            rf"(?P<x>\d{{1,5}}[a-z]?,?{GAP}+(?:[\w'’.\-]+{GAP}+){{1,4}}{_STREET})\b"
        ),
    ),
    Rule(  # German and French: Hauptstraße 12, 80331 München; 12 rue de la Paix
        kind=Personal.ADDRESS,
        shape=Shape(
            rf"\b[^\W\d_][\w\-]*(?:(?:straße|strasse|str\.|gasse|allee){GAP}*|(?:str|weg|platz|damm){GAP}+)"
            rf"\d{{1,4}}{GAP}?(?:[a-h]\b)?(?:,?{GAP}*(?:D-?)?\d{{4,5}}{GAP}+(?-i:{_CITY}))?(?!\w)"
            rf"|\b\d{{1,4}},?{GAP}+rue{GAP}+(?:d(?:e|u|es){GAP}+)?(?:la{GAP}+)?[\w'’\-]+"
        ),
    ),
    Rule(  # SW1A 2AA, or MA 02115 behind a town and a comma
        kind=Personal.ADDRESS,
        shape=Shape(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}\b|(?<=, )[A-Z]{2} \d{5}(?:-\d{4})?\b", 0),
    ),
    Rule(  # zip code: 02115
        kind=Personal.ADDRESS,
        shape=Shape(
            rf"\b(?:zip|post(?:al)?[ -]?code)(?:{GAP}|:|is\b|code\b)+"
            rf"(?P<x>\d{{5}}(?:-\d{{4}})?|[A-Z]{{1,2}}\d[A-Z\d]? ?\d[A-Z]{{2}})\b"
        ),
    ),
)
