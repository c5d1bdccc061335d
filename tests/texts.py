"""Any text at all, and text made of what readers of text look for."""

from hypothesis import strategies as st

PIECES = st.sampled_from(
    [
        "2-4 weeks",
        "12.5 %",
        "1,000",
        "£30,000",
        "USD 5",
        "two sessions",
        "0.5x",
        "½",
        "٣ days",
        "a hundred people",
        "one",
    ]
    + ["e.g.", "Dr. Lee", "et al.", "hair", "not", "“No.”", "…", "?!", ".", " ", "\n\n", "\n- ", "\n1. "]
    + ["\u00a0", "\u200b", "\x00"]
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=20).map(" ".join), st.lists(PIECES).map("".join))
