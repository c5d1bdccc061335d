"""Read ``corpus/safety.yaml`` into the records of ``rag.safety.rules``; all faults are reported at once."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rag.errors import CorpusError
from rag.files import Fault, parse_mapping, read_text
from rag.kinds import DANGERS, Kind
from rag.language.vocabulary import Vocabulary
from rag.safety.rules import NOTHING, Frame, Rule, Rules, SafetySentence, Sign

_RANKS = (*DANGERS, Kind.NEEDS_CLINICIAN)
_PATTERNS = [
    "clause",
    "dated",
    "present",
    "onset",
    "resolved",
    "unresolved",
    "asks_for_signs",
    "personal",
    "confession",
    "distress",
]
_EDGES = "injection wrongdoing greeting clinical hair animals topic other_medicine elsewhere unclear follow_up".split()
_CARRY = (Kind.URGENT.value, Kind.CRISIS.value, "moved_on", "agreed")
_NAME = re.compile(r"\{([a-z_]+)\}")
_RULE_KEYS = {
    "id",
    "reason",
    "signs",
    "context",
    "text",
    "also",
    "unnamed",
    "certain",
    "lasting",
    "calms",
    "adds",
    "of_another",
    "answered",
}
_FLAGS = {
    "lasting": (True,),
    "calms": (True, Kind.CRISIS.value),
    "adds": (True,),
}  # of hand-overs, and what they may be
_FRAME_KEYS = {"before", "until", "reach", "after", "yields", "owned"}


def load_rules(path: Path, vocabulary: Vocabulary, passage_ids: Collection[str] | None = None) -> Rules:
    """Read and validate the safety file; with ``passage_ids`` every passage named must be among them.

    Raises CorpusError that lists every fault with its mend.
    """
    try:
        raw = parse_mapping(read_text(path))
    except Fault as fault:
        raise CorpusError([f"{path.name}: {fault}"]) from fault
    reader = _Reader(path.name, raw, passage_ids)
    rules = reader.rules(vocabulary)
    if reader.faults:
        raise CorpusError(reader.faults)
    return rules


class _Reader:
    """Turns the loaded file into records and collects its faults."""

    def __init__(self, name: str, raw: Mapping[str, Any], passage_ids: Collection[str] | None) -> None:
        self._name, self._raw, self._known = name, raw, passage_ids
        self._words: dict[str, str] = {}
        self._seen: set[str] = set()
        self.faults: list[str] = []
        for key, value in self._map(raw.get("words"), "words").items():
            self._words[key] = self._filled(str(value), f"words.{key}")

    def rules(self, vocabulary: Vocabulary) -> Rules:
        raw, edge = self._raw, self._map(self._raw.get("out_of_scope"), "out_of_scope")
        spelling = self._map(raw.get("spelling"), "spelling")
        carry = self._map(raw.get("carry"), "carry")
        return Rules(
            rules=tuple(self._rules()),
            about_us=tuple(self._named(raw.get("about_us"), "about_us", Kind.OUT_OF_SCOPE)),
            hints=tuple(self._hints()),
            frames=tuple(self._frames()),
            patterns={key: self._pattern(raw.get(key), key) for key in _PATTERNS},
            carry={key: self._pattern(carry.get(key), f"carry.{key}") for key in _CARRY},
            edges={key: self._pattern(edge.get(key), f"out_of_scope.{key}") for key in _EDGES},
            idioms=tuple(self._pattern(i, "idioms") for i in self._list(raw.get("idioms"), "idioms")),
            rewrite=tuple(
                (self._pattern(old, "rewrite"), str(new))
                for old, new in self._map(raw.get("rewrite"), "rewrite").items()
            ),
            spelling=tuple(map(str, self._list(spelling.get("words"), "spelling.words"))),
            keep=frozenset(map(str, self._list(spelling.get("keep"), "spelling.keep"))),
            weak=self._terms(edge, "weak_terms", vocabulary),
            lone=self._terms(edge, "lone_terms", vocabulary),
            care=self._text(raw.get("care"), "care"),
            in_case=self._text(raw.get("in_case"), "in_case"),
            off_topic=self._text(edge.get("text"), "out_of_scope.text"),
            welcome=self._text(edge.get("greeting_text"), "out_of_scope.greeting_text"),
            span=self._number(raw.get("span"), "span"),
            vocabulary=vocabulary,
        )

    def _rules(self) -> Iterator[Rule]:
        for kind in _RANKS:
            yield from self._named(self._raw.get(kind.value), kind.value, kind)

    def _named(self, raw: object, where: str, kind: Kind) -> Iterator[Rule]:
        for one in self._list(raw, where):
            entry = self._map(one, where)
            name = str(entry.get("id") or f"{where} without id")
            if name in self._seen or not entry.get("id"):
                self._fault(f"{name}: every rule needs an `id` of its own.")
            self._seen.add(name)
            yield self._rule(kind, name, entry)

    def _rule(self, kind: Kind, name: str, raw: Mapping[str, Any]) -> Rule:
        for key in sorted(set(raw) - _RULE_KEYS):
            self._fault(f"{name}: unknown key `{key}`; known are {', '.join(sorted(_RULE_KEYS))}.")
        if not raw.get("reason"):
            self._fault(f"{name}: `reason` is missing; say in one sentence why the rule exists.")
        for key, values in _FLAGS.items():
            if key in raw and not (raw[key] in values and kind is Kind.NEEDS_CLINICIAN):
                said = " or ".join(str(value).lower() for value in values)
                self._fault(f"{name}: `{key}` may only be {said}, and only on a rule of {Kind.NEEDS_CLINICIAN.value}.")
        also_when, also = self._told_when(raw, "also", name)
        another_when, another = self._told_when(raw, "of_another", name)
        return Rule(
            id=name,
            kind=kind,
            reason=str(raw.get("reason")),
            signs=() if raw.get("unnamed") is True else self._signs(raw.get("signs"), f"{name}.signs"),
            sentences=self._text(raw.get("text"), f"{name}.text"),
            context=self._pattern(raw["context"], f"{name}.context") if "context" in raw else None,
            also_when=also_when,
            also=also,
            of_another_when=another_when,
            of_another=another,
            answered=self._text(raw["answered"], f"{name}.answered") if "answered" in raw else (),
            certain=raw.get("certain") is True,
            lasting=raw.get("lasting") is True,
            calms=Kind.URGENT if raw.get("calms") is True else Kind.CRISIS if raw.get("calms") else None,
            adds=raw.get("adds") is True,
        )

    def _told_when(
        self, raw: Mapping[str, Any], key: str, name: str
    ) -> tuple[re.Pattern[str] | None, tuple[SafetySentence, ...]]:
        """Give when sentences of a rule are told that are not always, and these."""
        if key not in raw:
            return None, ()
        entry, where = self._map(raw[key], f"{name}.{key}"), f"{name}.{key}"
        return self._pattern(entry.get("when"), f"{where}.when"), self._text(entry.get("text"), f"{where}.text")

    def _hints(self) -> Iterator[Rule]:
        raw = self._map(self._raw.get("hints"), "hints")
        for kind in DANGERS:
            signs = self._signs(raw.get(kind.value), f"hints.{kind.value}")
            yield Rule(id=f"hint_{kind.value}", kind=kind, reason="A hint.", signs=signs, sentences=())

    def _frames(self) -> Iterator[Frame]:
        for name, raw in self._map(self._raw.get("frames"), "frames").items():
            entry = self._map(raw, f"frames.{name}")
            for key in sorted(set(entry) - _FRAME_KEYS):
                self._fault(f"frames.{name}: unknown key `{key}`; known are {', '.join(sorted(_FRAME_KEYS))}.")
            yield Frame(
                before=self._pattern(entry.get("before"), f"frames.{name}.before"),
                until=self._pattern(entry.get("until"), f"frames.{name}.until"),
                reach=self._number(entry.get("reach"), f"frames.{name}.reach"),
                after=self._pattern(entry["after"], f"frames.{name}.after") if "after" in entry else None,
                yields=bool(entry.get("yields")),
                owned=bool(entry.get("owned")),
            )

    def _signs(self, raw: object, where: str) -> tuple[Sign, ...]:
        return tuple(self._sign(sign, where) for sign in self._list(raw, where))

    def _sign(self, raw: object, where: str) -> Sign:
        parts = raw if isinstance(raw, list) else [raw]
        return tuple(self._pattern(part, where) for part in parts)

    def _text(self, raw: object, where: str) -> tuple[SafetySentence, ...]:
        told = []
        for item in self._list(raw, where):
            entry = self._map(item, where)
            ids = tuple(map(str, entry.get("passages") or ()))
            if not str(entry.get("text") or "").strip() or "passages" not in entry:
                self._fault(f"{where}: each sentence needs `text` and `passages` (which may be []).")
            for unknown in (i for i in ids if self._known is not None and i not in self._known):
                self._fault(f"{where}: passage {unknown} is not in the corpus; name one that is, or use [].")
            told.append(SafetySentence(text=str(entry.get("text")), passage_ids=ids))
        return tuple(told)

    def _terms(self, raw: Mapping[str, Any], key: str, vocabulary: Vocabulary) -> frozenset[str]:
        terms = frozenset(map(str, self._list(raw.get(key), f"out_of_scope.{key}")))
        known = {*vocabulary.treatments, *vocabulary.conditions}
        for term in sorted(terms - known if known else ()):
            self._fault(f"out_of_scope.{key}: {term} is not in vocabulary.yaml; use a key from there.")
        return terms

    def _pattern(self, raw: object, where: str) -> re.Pattern[str]:
        if not isinstance(raw, str) or not raw:
            self._fault(f"{where}: a regular expression is missing.")
            return NOTHING
        try:
            return re.compile(self._filled(raw, where))
        except re.error as error:
            self._fault(f"{where}: {raw!r} is not a regular expression ({error}); correct it.")
            return NOTHING

    def _filled(self, raw: str, where: str) -> str:
        for name in _NAME.findall(raw):
            if name not in self._words:
                self._fault(f"{where}: {{{name}}} is not among `words`; add it there, above its first use.")
        return _NAME.sub(lambda m: self._words.get(m[1], "(?!)"), raw)

    def _list(self, raw: object, where: str) -> Sequence[Any]:
        if isinstance(raw, list) and raw:
            return raw
        self._fault(f"{where}: must be a list with at least one entry.")
        return []

    def _map(self, raw: object, where: str) -> Mapping[str, Any]:
        if isinstance(raw, dict) and raw:
            return raw
        self._fault(f"{where}: must hold `key: value` lines.")
        return {}

    def _number(self, raw: object, where: str) -> int:
        if isinstance(raw, int) and raw > 0:
            return raw
        self._fault(f"{where}: must be a whole number above 0.")
        return 1

    def _fault(self, message: str) -> None:
        self.faults.append(f"{self._name}: {message}")
