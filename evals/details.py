"""Made-up personal details in the ways people write them, drawn by a seed: nobody's, and each with its kind."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

KINDS = ("phone", "email", "birth_date", "record_number", "name")
_FIRST = ("Maria", "James", "Aisha", "Tom", "Olga", "Wei", "Fatima", "Liam", "Priya", "Anna", "Diego", "Ruth")
_LAST = ("Kowalski", "Osei", "Tanaka", "Becker", "O'Brien", "Novak", "Silva", "Haddad", "Larsen", "Mehta", "Fox")
_MONTHS = ("January", "March", "April", "June", "August", "September", "November", "December")
_HOSTS = ("gmail.com", "outlook.com", "mail.example.org", "nhs.net", "yahoo.co.uk")
_QUESTIONS = (
    "Is the regrowth from stem cell injections permanent?",
    "Does PRP hurt?",
    "how long until minoxidil works",
    "My hair thins at the crown, what can I do?",
    "Are exosomes approved?",
)
# What a person writes around the detail; {} is the detail, which is the only personal thing in it.
_AROUND = {
    "phone": ("Call me on {}.", "my number is {}", "reach me at {} please", "Tel: {}", "text {} after 5"),
    "email": ("Write to {}.", "my email is {}", "send it to {} please", "({})", "e-mail: {}"),
    "birth_date": ("I was born on {}.", "DOB: {}", "my date of birth is {}", "born {}", "my birthday is {}"),
    "record_number": ("MRN {}", "my NHS number is {}", "patient ID: {}", "medical record number {}", "case no. {}"),
    "name": ("My name is {}.", "I'm {}, asking for advice.", "I am called {}.", "Name: {}", "This is {}, a patient."),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A message with one personal detail in it."""

    id: str
    split: str
    kind: str
    text: str
    detail: str


def told(per_kind: int, seed: int) -> Iterator[Told]:
    """Give messages with a detail of every kind, the same for the same seed."""
    random = np.random.default_rng(seed)
    for kind in KINDS:
        for number in range(per_kind):
            detail = _MAKERS[kind](random)
            around = str(random.choice(_AROUND[kind])).format(detail)
            question = str(random.choice(_QUESTIONS))
            text = f"{question} {around}" if random.integers(2) else f"{around} {question}"
            yield Told(id=f"{kind}-{number + 1:03}", split="dev", kind=kind, text=text, detail=detail)


def _phone(random: np.random.Generator) -> str:
    digits = "".join(map(str, random.integers(0, 10, 10)))
    area, middle, last = random.integers(201, 989), random.integers(200, 999), digits[:4]
    return str(
        random.choice(
            [
                f"({area}) {middle}-{last}",
                f"+1 {area} {middle} {last}",
                f"{area}.{middle}.{last}",
                f"020 7{digits[:3]} {digits[3:7]}",
                f"07{digits[:3]} {digits[3:9]}",
                f"+44 7{digits[:3]} {digits[3:9]}",
                f"+49 30 {digits[:7]}",
            ]
        )
    )


def _email(random: np.random.Generator) -> str:
    first, last = str(random.choice(_FIRST)).lower(), str(random.choice(_LAST)).lower().replace("'", "")
    name = str(random.choice([f"{first}.{last}", f"{first}{random.integers(10, 99)}", f"{first[0]}_{last}"]))
    host = str(random.choice(_HOSTS))
    return str(
        random.choice([f"{name}@{host}", f"{name.upper()}@{host}", f"{name} (at) {host.replace('.', ' (dot) ')}"])
    )


def _birth_date(random: np.random.Generator) -> str:
    day, month, year = int(random.integers(1, 29)), int(random.integers(1, 13)), int(random.integers(1935, 2008))
    name = str(random.choice(_MONTHS))
    forms = [
        f"{day:02}/{month:02}/{year}",
        f"{year}-{month:02}-{day:02}",
        f"{day} {name} {year}",
        f"{name} {day}, {year}",
    ]
    return str(random.choice(forms))


def _record_number(random: np.random.Generator) -> str:
    digits = "".join(map(str, random.integers(1, 10, 10)))
    return str(
        random.choice([digits[:7], f"{digits[:3]} {digits[3:6]} {digits[6:]}", f"AB-{digits[:5]}", f"H{digits[:8]}"])
    )


def _name(random: np.random.Generator) -> str:
    return f"{random.choice(_FIRST)} {random.choice(_LAST)}"


_MAKERS: dict[str, Callable[[np.random.Generator], str]] = {
    "phone": _phone,
    "email": _email,
    "birth_date": _birth_date,
    "record_number": _record_number,
    "name": _name,
}
