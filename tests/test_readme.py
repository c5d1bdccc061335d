"""README cannot rot: its commands exist, CI runs its test command, its settings are the settings."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from evals.suites import SUITES
from rag.__main__ import app
from rag.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_command_named_in_readme_exists():
    named = set(re.findall(r"python -m rag (\w+)", README))
    assert {"ask", "check", "review", "search", "sources", "index", "transcripts", "staff"} <= named
    assert named <= set(get_command(app).commands)


def test_every_measured_figure_names_a_command_that_there_is():
    rows = README.partition("| measured | figure | printed by |\n|---|---|---|\n")[2].partition("\n\n")[0].splitlines()
    printed_by = [row.split("|")[3] for row in rows]
    assert printed_by and all("`python -m evals" in commands for commands in printed_by)
    assert set(re.findall(r"python -m evals run (\w+)", README)) <= set(SUITES)
    modules = re.findall(r"python -m (evals\.training\.\w+)", README)
    assert modules and all((ROOT / f"{module.replace('.', '/')}.py").is_file() for module in modules)


def test_ci_runs_the_test_command_of_readme():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    extract = re.search(r"^command=(.*)$", script, re.MULTILINE)
    assert extract
    printed = subprocess.run(
        ["bash", "-c", f'command={extract[1]}; printf %s "$command"'],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert printed.strip().endswith("-m pytest")
    assert printed.strip() in README


def test_ci_measures_the_floors_over_the_index_that_the_tests_built():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    shared = re.search(r'RAG_TEST_DATA_DIR="(\$\w+)".* bash -c "\$command"', script)
    assert shared and f'RAG_DATA_DIR="{shared[1]}" .venv/bin/python -m pytest --evals' in script


def test_readme_counts_the_sources_to_the_hundred_below():
    count = len(list((ROOT / "corpus" / "sources").glob("*.md")))
    assert f"more than {count // 100 * 100:,} studies" in README


def settings_listed() -> list[tuple[str, str]]:
    """The name of each setting in README's tables, and what holds when it is unset."""
    rows = re.findall(r"^\| `RAG_([A-Z_]+)` \| .+ \| (.+) \|$", README, re.MULTILINE)
    return [(name.lower(), unset) for name, unset in rows]


def test_readme_lists_every_setting_once_and_no_other():
    assert sorted(name for name, _ in settings_listed()) == sorted(Settings.model_fields)


def test_readme_gives_the_number_that_a_setting_has_when_unset():
    fields = Settings.model_fields.items()
    numbers = {name: field.default for name, field in fields if isinstance(field.default, int | float)}
    assert {name: float(unset) for name, unset in settings_listed() if name in numbers} == numbers


def test_the_top_level_holds_only_what_the_owner_fixed():
    kept = {"README.md", "pyproject.toml", "app.py", "corpus", "rag", "evals", "tests", "LICENSE", "constraints.txt"}
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    top = {line.split("/")[0] for line in tracked.splitlines()}
    assert {name for name in top if not name.startswith(".")} <= kept


def test_nothing_points_outside_the_repository():
    tracked = subprocess.run(
        ["git", "ls-files", "*.py", "*.md", "*.toml"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    outside = re.compile(r"\.\./shared|(?<![\w.])/(?:work|home|root)/")  # a part of a web address is none
    here = Path(__file__).relative_to(ROOT).as_posix()
    faults = [n for n in tracked.stdout.split() if n != here and outside.search((ROOT / n).read_text(encoding="utf-8"))]
    assert not faults


@pytest.mark.parametrize("marker", ["a suite of your own", "a scorer of your own"])
def test_an_evaluator_who_follows_readme_literally_gets_a_result(marker, data_dir, retriever, tmp_path):
    """The block as it stands, in an empty folder; only the interpreter's place differs."""
    block = re.search(rf"<!-- {marker} -->\n```sh\n(.*?)```", README, re.DOTALL)
    assert block
    steps = block[1].replace(".venv/bin/python", sys.executable)
    settings = {"RAG_DATA_DIR": str(data_dir), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["bash", "-euc", steps],
        cwd=tmp_path,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    cases = 5 if marker == "a suite of your own" else 1
    assert f"{cases} of {cases} scored; 0 unscored; 0 failed" in done.stdout
    assert re.search(rf"all_right +1\.000 .* {cases}\b", done.stdout), done.stdout


def test_readme_has_a_line_for_every_package():
    packages = {path.parent.name for path in (ROOT / "rag").glob("*/__init__.py")}
    assert {name for name in packages if f"`rag/{name}/`" not in README} == set()
