"""The evaluation suites: run offline, give the same figures twice, show their errors.

    python -m evals list                          every suite, its case format and its floors
    python -m evals run claims safety             run suites; --json for machines, --split, --limit, --seed
    python -m evals run retrieval --beir DIR      a public retrieval set in BEIR's layout
    python -m evals run stance --pairs FILE       labelled claim-evidence pairs
    python -m evals run claims --cases MINE.jsonl your own cases in a suite's format
    python -m evals compare OLD.json NEW.json     two runs case by case, with paired tests
    python -m evals run claims --save NAME        keep the run under a name (or a path)
    python -m evals report [NAME] --html FILE     a run as a page; --baseline NAME shows the change since another

A case is one line of JSON; ``evals.cases`` holds one record per format and ``python -m evals list --formats`` prints
them. A line that cannot be read is reported with its number and counted as failed, never skipped in silence; a case
that raises is a failure record, never a pass; a case that cannot be scored is counted apart.
"""
