"""Medicines that people take for something else, known by their names, and questions on taking two together. Pure."""

import re

from rag.text import normalise

_NAMES = (
    "warfarin heparin clopidogrel aspirin paracetamol acetaminophen tylenol ibuprofen advil nurofen naproxen "
    "diclofenac codeine tramadol sertraline zoloft citalopram escitalopram lexapro prozac venlafaxine duloxetine "
    "mirtazapine bupropion trazodone lithium quetiapine olanzapine aripiprazole risperidone lamotrigine carbamazepine "
    "valproate topiramate levetiracetam gabapentin pregabalin propranolol digoxin amiodarone furosemide diltiazem "
    "verapamil metformin insulin levothyroxine thyroxine prednisolone prednisone methotrexate azathioprine "
    "hydroxychloroquine allopurinol colchicine omeprazole montelukast cetirizine loratadine viagra cialis xanax "
    "adderall ritalin tamsulosin"
).split()
# What the names of one class end in: "amlodipine", "ramipril", "sildenafil".
_ENDINGS = (
    "dipine pril sartan olol statins? prazole oxetine triptyline azepam cycline thromycin cillin floxacin conazole "
    "gliptin gliflozin xaban thiazide triptan afil"
).split()
_MEDICINE = re.compile(rf"\b(?:{'|'.join(_NAMES)}|(?!april\b|l?olol\b)[a-z]*(?:{'|'.join(_ENDINGS)}))\b")
# "Do they mix", "can I use it", "does that matter with the foam"; not "which one thins my hair".
_TOGETHER = re.compile(
    r"\b(?:mix\w*|interact\w*|clash\w*|combin\w+|alongside|together|matters?)\b"
    r"|\b(?:can|could|may|should) (?:i|we|he|she|they|my \w+) (?:also |still |just |safely )*"
    r"(?:take|use|have|start|add|try)\b"
    r"|\b(?:safe|ok|okay|fine|alright) (?:\w+ ){0,5}(?:with|while)\b"
)


def medicines_in(text: str) -> tuple[str, ...]:
    """Name the medicines in a text, in order: "I take Amlodipine and warfarin" -> ("amlodipine", "warfarin")."""
    return tuple(dict.fromkeys(_MEDICINE.findall(normalise(text).lower())))


def asks_of_both(question: str) -> bool:
    """Tell a question on whether one thing may be taken with another."""
    return bool(_TOGETHER.search(normalise(question).lower()))
