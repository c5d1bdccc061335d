"""Where a person is reached: e-mail addresses, online profiles, IP addresses and telephone numbers."""

import re

from rag.privacy.rules.shapes import ALONE, END, FREE, SEP, YEAR, Personal, Rule, Shape, digits_of, is_figure

_TOP = r"(?:com|org|net|edu|gov|info|biz|eu|io|[a-z]{2})\b"  # "at home dot matrix" is no address
_PLAIN = (  # a word of an address that is spelled out, not one that leads up to it
    r"(?!(?:is|it|it's|its|at|me|my|mail|email|e-mail|address|to|or|and|contact|reach|write|use|via|on|a|an|the|i|i'm"
    r"|am|are|was|by|you|can|please|called|message|his|her|our|your|work|works|working|live|look|looked)\b)[\w.+\-]+"
)
_LOCAL = r"[\w.!#$%&'*+/=?^`{|}~\-]+"
_SITES = r"(?:facebook|fb|instagram|twitter|x|tiktok|snapchat|threads|pinterest|vk|linkedin|onlyfans)\.(?:com|net)"

EMAIL_RULES = (
    Rule(
        kind=Personal.EMAIL,
        shape=Shape(
            # jo@gmail.com, jo%40gmail.com, jo&#64;gmail.com
            r"(?<![\w.!#$%&'*+/=?^`{|}~\-])"
            rf"{_LOCAL}(?:[@＠]|%40|&\#0*64;|&\#x0*40;|&commat;)[\w\-]+(?:\.[\w\-]+)+"
            # jo [at] mail (dot) com
            r"|(?<![\w.+\-])[\w.+\-]+\s*[\[({]\s*at\s*[\])}]\s*[\w\-]+(?:\s*(?:\.|[\[({]\s*dot\s*[\])}])\s*[\w\-]+)+"
            # jo smith at gmail dot com; not "works at home dot matrix"
            rf"|(?<![\w.+\-])(?:{_PLAIN}\s+(?:dot\s+)?){{0,2}}[\w.+\-]+\s+at\s+[\w\-]+(?:\s+dot\s+[\w\-]+)*"
            rf"\s+dot\s+{_TOP}"
            # jo at gmail.com
            r"|(?<![\w.+\-])[\w.+\-]+\s+at\s+(?:gmail|googlemail|yahoo|hotmail|outlook|icloud|aol|gmx|proton)\.[\w.]+\w"
        ),
    ),
)


# Words that people put behind the sign when they mean "at" or call on a reader.
_NO_HANDLE = {f"@{w}" for w in "home night work bedtime least once day morning the look see note me all".split()}


def _a_handle(found: str) -> bool:
    return found.lower() not in _NO_HANDLE


def _has_mark(found: str) -> bool:
    return bool(re.search(r"[\d_]|\w\.\w", found))


PROFILE_RULES = (
    Rule(
        kind=Personal.PROFILE,
        shape=Shape(
            # fb.com/john.doe, reddit.com/u/name, wa.me/447700900123; not reddit.com/r/tressless, fb.com/groups/hair
            rf"(?<![\w.@\-])(?:https?://)?(?:(?:www|m|web|\w\w)\.)?"
            rf"(?:{_SITES}/(?!groups/|events/|hashtag/|watch\b)(?:in/)?|reddit\.com/u(?:ser)?/|(?:t|wa)\.me/"
            r"|youtube\.com/(?:@|user/|c/|channel/))[\w@.\-%?=&/+]*[\w/]"
        ),
    ),
    # @baldguy_92; not "use it @night"
    Rule(kind=Personal.PROFILE, shape=Shape(r"(?<![\w@.])@[a-z_][\w.]{1,28}\w\b"), accept=_a_handle),
    Rule(
        kind=Personal.PROFILE,
        shape=Shape(
            # "my insta is bald.guy"; not "Instagram is full of it"
            r"\b(?:instagram|insta|twitter|tiktok|snapchat|telegram|reddit|discord|facebook|skype)"
            r"(?:\s+(?:handle|name|user(?:name)?|account|id))?\s*(?:is\b|:|=)\s*(?P<x>[\w.]{2,29}\w)\b"
        ),
        accept=_has_mark,
    ),
)

_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
NETWORK_RULES = (
    Rule(
        kind=Personal.NETWORK,
        # 192.168.10.77; not "version 1.2.3.4"
        shape=Shape(rf"(?<![\w.,/\-])(?<!section )(?<!version ){_OCTET}(?:\.{_OCTET}){{3}}(?![\w%]|\.\d)"),
    ),
    Rule(
        kind=Personal.NETWORK,
        shape=Shape(
            # 2001:db8::7334; not "at 10:30:45"
            r"(?<![\w:])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6})(?![\w:])"
        ),
        accept=lambda found: len(digits_of(found)) >= 3,
    ),
)


def _long_number(found: str) -> bool:
    # Round figures ("10000000000 cells") are counts, not telephone numbers.
    return not digits_of(found).endswith("0000")


PHONE_RULES = (
    Rule(  # any number behind "call me on"; not "called 2019 2020"
        kind=Personal.PHONE,
        shape=Shape(
            r"\b(?:call(?:ed|ing)?|phone|tel|telephone|mobile|mob|whats?app|text|ring|fax|reach (?:me|us)"
            r"|contact me|cell[ -]?phone|cell number|my cell)\b"
            rf"(?:{SEP}|:|,|\#|\b(?:me|us|back|at|on|is|my|number|no|it's|now|please|under|the)\b)*"
            rf"(?P<x>[+(]?\d(?:{SEP}{{0,3}}\d){{5,14}})(?!\d)"
        ),
        accept=lambda found: not re.fullmatch(rf"{YEAR}\D+{YEAR}", found),
        spared=is_figure,
    ),
    Rule(  # international: +49 30 1234567, 0049 30 1234567
        kind=Personal.PHONE,
        shape=Shape(rf"(?:\+|{ALONE}00(?=[1-9]))\(?\d(?:{SEP}{{0,3}}\d){{7,14}}(?!\d)"),
        spared=is_figure,
    ),
    Rule(  # national, with its leading zero: 020 7946 0958, 07700 900123, 06 12 34 56 78
        kind=Personal.PHONE,
        shape=Shape(rf"{ALONE}\(?0\d(?:{SEP}{{0,3}}\d){{7,10}}(?!\d)"),
        spared=is_figure,
    ),
    Rule(  # 3-3-4, as in the United States and Canada, and an NHS number: (415) 555-0132, 555-0132, 943 476 5919
        kind=Personal.PHONE,
        shape=Shape(
            rf"{FREE}(?:1{SEP}{{0,2}})?\(?\d{{3}}{SEP}{{1,3}}\d{{3}}{SEP}{{1,3}}\d{{4}}(?!\d)"
            rf"|{FREE}555-\d{{4}}{END}"
        ),
        spared=is_figure,
    ),
    Rule(  # in one run, or 5-5 as in India: 4155550132, 98765 43210
        kind=Personal.PHONE,
        shape=Shape(rf"{ALONE}(?:\d{{10,13}}|[6-9]\d{{4}}[ \-]\d{{5}})(?![\d%]|[.,]\d)"),
        accept=_long_number,
        spared=is_figure,
    ),
)
