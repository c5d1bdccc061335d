"""The ids of what we hold, put together and taken apart: a passage is ``owner#number``, a line of it ``.../place``."""

_TOPIC, _QUESTION, _WAY = "topic-", "ask-", "way-"


def numbered(owner: str, number: int) -> str:
    """Give the id of one of the things of an owner: "kuka2020", 3 -> "kuka2020#3"."""
    return f"{owner}#{number}"


def owner_of(id_: str) -> str:
    """Give whose a numbered thing is: the source of a passage, or of a line of it."""
    return id_.partition("#")[0]


def number_of(id_: str) -> str:
    """Give the number of a thing within its owner; empty where it has none."""
    return id_.partition("#")[2]


def line_id(passage_id: str, place: int) -> str:
    """Give the id of a line of a passage; the first has place 1."""
    return f"{passage_id}/{place}"


def passage_of_line(id_: str) -> str:
    """Give the passage that a line is of."""
    return id_.rpartition("/")[0]


def place_of_line(id_: str) -> int:
    """Give the place of a line in its passage; the first has 1."""
    return int(id_.rpartition("/")[2])


def source_of_topic(topic_id: str) -> str:
    """Give the source that a topic's sentences are numbered in."""
    return f"{_TOPIC}{topic_id}"


def question_id(topic_id: str, number: int) -> str:
    """Give the id of one of a topic's questions."""
    return numbered(f"{_QUESTION}{topic_id}", number)


def topic_of_question(id_: str) -> str:
    """Give the topic that a question is one of."""
    return owner_of(id_).removeprefix(_QUESTION)


def way_id(outcome: str, number: int) -> str:
    """Give the id of one of the ways of asking for an outcome."""
    return numbered(f"{_WAY}{outcome}", number)


def outcome_of_way(id_: str) -> str:
    """Give the outcome that a way of asking asks for."""
    return owner_of(id_).removeprefix(_WAY)
