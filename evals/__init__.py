"""The evaluation suites: run offline, give the same figures twice, show their errors.

    python -m evals list                          every suite, its case format and its floors
    python -m evals run                           every suite that needs no file of yours
    python -m evals run claims safety             some suites; --json for machines, --split, --limit, --seed
    python -m evals run retrieval --beir DIR      a public retrieval set in BEIR's layout
    python -m evals run stance --pairs FILE       labelled claim-evidence pairs of yours
    python -m evals run claims --cases MINE.jsonl your own cases in a suite's format
    python -m evals run --cases FOLDER            a suite of your own, judged by scorers; --plugin adds some
    python -m evals run claims --system S ...     another system, or several compared: an address, module:object
    python -m evals run speed --scale             growth over 1,000, 10,000 and 100,000 passages
    python -m evals compare OLD.json NEW.json     two runs case by case, with paired tests
    python -m evals report                        the last saved run of each suite, with the change since the one before
    pytest --evals                                the floors in evals/floors.json as tests

A case is one line of JSON; ``evals.cases`` holds one record per format, ``python -m evals list --formats`` prints
them, and ``evals/schemas`` has a JSON Schema of each. A line that cannot be read is reported with its number and
counted as failed, never skipped in silence; a case that raises is a failure record, never a pass; a case that cannot
be scored is counted apart.
"""
