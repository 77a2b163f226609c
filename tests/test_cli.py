"""The command line: what it prints, its exit codes, its help, and errors that say what to do in one French line."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli import app
from ingest.fiche import SectionName
from ingest.local_library import LocalLibrary
from tests.conftest import ROOT, SEEDS
from tests.fakes import HashingEmbedder

SEED_COUNT = len(list(SEEDS.glob("*.md")))
HEAVY = ("chromadb", "torch", "gradio", "langchain_core", "sentence_transformers", "numpy", "fastapi")


@pytest.fixture(autouse=True)
def _no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("bot.chain.Embedder", "ingest.embedder.Embedder"):
        monkeypatch.setattr(place, lambda model: HashingEmbedder())


@pytest.fixture
def seeds(seed_library: LocalLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands find the library of the seeds."""
    monkeypatch.setenv("ORIANE_LIBRARY", str(seed_library.folder))


def oriane(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "100"})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def failed(result: Result, code: int) -> str:
    """The one line of an error."""
    assert (result.exit_code, result.stdout) == (code, "")
    (line,) = result.stderr.splitlines()
    return line


# ask


@pytest.mark.usefixtures("seeds")
def test_ask_prints_the_answer_its_sources_and_what_to_ask_next() -> None:
    result = oriane("ask", "Combien gagne une ingénieure cloud débutante ?")
    assert result.exit_code == 0
    assert result.stdout.startswith("Un ingénieur ou une ingénieure cloud computing débute à partir de 3080 euros")
    assert (
        "[1] ingénieur/e cloud computing (MET.228), Vie professionnelle › Salaire › Salaire du débutant"
        in result.stdout
    )
    assert "https://www.onisep.fr/http/redirection/metier/slug/MET.228" in result.stdout
    assert "Pour continuer\n- " in result.stdout


@pytest.mark.usefixtures("seeds")
def test_ask_prints_json() -> None:
    answer = json.loads(oriane("ask", "salaire d'une apicultrice", "--json").stdout)
    assert (answer["outcome"], answer["understood"]["fiches"]) == ("answer", ["MET.70"])


@pytest.mark.usefixtures("seeds")
def test_a_question_without_end_is_refused_in_one_line() -> None:
    result = oriane("ask", "a" * 10_000)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "raccourcir" in result.stderr


@pytest.mark.usefixtures("seeds")
@pytest.mark.parametrize("text", ["boulanger", "xyzzy", "MET.99999", "je veux mourir", "", "  ", "?!"])
def test_ask_ends_well_whatever_the_outcome(text: str) -> None:
    result = oriane("ask", text)
    assert result.exit_code == 0
    assert result.stdout.strip()


@pytest.mark.usefixtures("seeds")
def test_a_question_that_is_not_unicode_is_no_accident() -> None:
    result = oriane("ask", "salaire d'une apicultrice \udce9", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["understood"]["fiches"] == ["MET.70"]


@pytest.mark.usefixtures("seeds")
def test_ask_within_a_metier_and_a_section() -> None:
    arguments = ("ask", "boulanger", "--metier", "met.228", "--section", "Conditions de travail", "--json")
    answer = json.loads(oriane(*arguments).stdout)
    assert {(c["fiche_id"], c["section"]) for c in answer["citations"]} == {("MET.228", "Conditions de travail")}


@pytest.mark.usefixtures("seeds")
def test_an_unknown_section_lists_the_choices() -> None:
    result = oriane("ask", "boulanger", "--section", "Salaire")
    assert result.exit_code == 2
    printed = " ".join(result.stderr.replace("│", " ").split())
    assert [section for section in get_args(SectionName) if section not in printed] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask",),
        ("ask", "boulanger", "--batch", "in.jsonl", "--out", "out.jsonl"),
        ("ask", "--batch", "in.jsonl"),
        ("ask", "--out", "out.jsonl"),
        ("ask", "boulanger", "--out", "out.jsonl"),
        ("ask", "--batch", "in.jsonl", "--out", "out.jsonl", "--metier", "MET.17"),
        ("ask", "--batch", "in.jsonl", "--out", "out.jsonl", "--section", "En bref"),
    ],
)
def test_a_wrong_use_of_ask_is_one_line(arguments: tuple[str, ...]) -> None:
    assert "QUESTION" in failed(oriane(*arguments), 2)


@pytest.mark.parametrize("arguments", [("ask", "a", "b"), ("ask", "a", "--quoi"), ("demander",), ("ingest",)])
def test_a_wrong_command_exits_with_2(arguments: tuple[str, ...]) -> None:
    assert oriane(*arguments).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ask", "a", "--quoi"), "L'option --quoi n'existe pas."),
        (("ask", "a", "--librari", "x"), "L'option --librari n'existe pas. Peut-être : --library."),
        (("ask", "a", "--metier"), "L'option --metier attend une valeur."),
        (("ask", "a", "--json=oui"), "L'option --json s'emploie sans valeur."),
        (("ask", "a", "b"), "Cette commande est mal écrite : un argument est en trop, ou il en manque un."),
        (("path",), "Il manque MÉTIER."),
        (("eval", "import-feedback"), "Il manque --out."),
        (("chat", "--port", "abc"), "Valeur refusée pour --port : attendu un nombre."),
        (("chat", "--port", "65536"), "Valeur refusée pour --port : attendu un nombre, 65535 au plus."),
        (("eval", "run", "--workers", "0"), "Valeur refusée pour --workers : attendu un nombre, 1 au moins."),
        (("eval", "run", "--half", "x"), "Valeur refusée pour --half : attendu l'un de ces choix : tune, report, all."),
    ],
)
def test_a_command_written_wrongly_is_told_in_french(arguments: tuple[str, ...], said: str) -> None:
    result = oriane(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    sentence, *help_line = result.stderr.splitlines()
    assert sentence == said
    assert all(line.startswith("Aide : ") and line.endswith(" --help") for line in help_line)


@pytest.mark.parametrize(
    ("arguments", "names"),
    [(("demander",), "ingest, ask"), (("eval", "demander"), "check, run"), (("lexique", "x"), "check")],
)
def test_a_command_that_is_not_there_names_those_that_are(arguments: tuple[str, ...], names: str) -> None:
    line = failed(oriane(*arguments), 2)
    assert line.startswith(f"La commande « {arguments[-1]} » n'existe pas. Commandes : ")
    assert names in line


def test_no_command_at_all_shows_the_help() -> None:
    result = oriane()
    assert result.exit_code == 2
    assert "oriane ingest --starter" in result.output


# ask --batch


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    lines = ['{"id": "a", "question": "boulanger"}', "pas du json", '{"id": "c", "question": "pompier", "gold": 1}']
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def answered(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.usefixtures("seeds")
def test_a_batch_writes_one_answer_a_line(questions: Path, tmp_path: Path) -> None:
    result = oriane("ask", "--batch", questions, "--out", tmp_path / "out.jsonl")
    assert (result.exit_code, result.output) == (0, "")
    first, second, third = answered(tmp_path / "out.jsonl")
    assert (first["id"], first["outcome"]) == ("a", "answer")
    assert set(second) == {"id", "error"}
    assert (third["id"], third["outcome"]) == ("c", "answer")


@pytest.mark.usefixtures("seeds")
def test_a_batch_of_odd_bytes_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    lines = [
        b'\xef\xbb\xbf{"id": 1, "question": "boulanger"}',  # a byte order mark
        b'{"id": 2, "question": "v\xe9t\xe9rinaire"}',  # latin-1
        b'{"id": 3, "question": "boulanger \\ud83d"}',  # half a character
        '{"id": 4, "question": "vétérinaire"}'.encode(),
    ]
    path.write_bytes(b"\r\n".join(lines))
    assert oriane("ask", "--batch", path, "--out", tmp_path / "out.jsonl").exit_code == 0
    one, two, three, four = answered(tmp_path / "out.jsonl")
    assert (one["id"], one["outcome"]) == (1, "answer")
    assert "UTF-8" in str(two["error"])
    assert (three["question"], three["outcome"]) == ("boulanger \ud83d", "answer")
    assert (four["id"], four["outcome"]) == (4, "answer")


@pytest.mark.usefixtures("seeds")
def test_an_empty_batch_writes_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").touch()
    assert oriane("ask", "--batch", tmp_path / "in.jsonl", "--out", tmp_path / "out.jsonl").exit_code == 0
    assert answered(tmp_path / "out.jsonl") == []


@pytest.mark.usefixtures("seeds")
def test_a_batch_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    result = oriane("ask", "--batch", tmp_path / "absent.jsonl", "--out", tmp_path / "out.jsonl")
    assert "absent.jsonl" in failed(result, 2)


@pytest.mark.usefixtures("seeds")
def test_a_place_that_cannot_be_written_is_one_line(questions: Path, tmp_path: Path) -> None:
    result = oriane("ask", "--batch", questions, "--out", tmp_path / "absent" / "out.jsonl")
    assert "out.jsonl" in failed(result, 2)


@pytest.mark.usefixtures("seeds")
def test_answers_never_overwrite_the_questions(questions: Path) -> None:
    before = questions.read_bytes()
    assert questions.name in failed(oriane("ask", "--batch", questions, "--out", questions), 2)
    assert questions.read_bytes() == before


# The library


def test_without_a_library_ask_exits_with_3_and_says_what_to_run() -> None:
    assert "oriane ingest" in failed(oriane("ask", "boulanger"), 3)


def test_without_a_library_a_batch_exits_with_3(questions: Path, tmp_path: Path) -> None:
    assert "oriane ingest" in failed(oriane("ask", "--batch", questions, "--out", tmp_path / "out.jsonl"), 3)


def test_without_a_library_distress_is_still_met() -> None:
    result = oriane("ask", "je veux mourir")
    assert result.exit_code == 0
    assert "3114" in result.stdout


def test_a_library_that_is_a_file_exits_with_3(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for command in (("ask", "boulanger"), ("status",)):
        assert "--library" in failed(oriane(*command, "--library", tmp_path / "file"), 3)


def test_a_library_of_another_model_exits_with_3(seed_library: LocalLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.chain.Embedder", lambda model: HashingEmbedder("another/2"))
    assert "another/2" in failed(oriane("ask", "boulanger", "--library", seed_library.folder), 3)


def test_status_without_a_library_exits_with_3_and_says_what_to_run() -> None:
    assert "oriane ingest" in failed(oriane("status"), 3)


@pytest.mark.usefixtures("seeds")
def test_status_says_what_the_library_holds(seed_library: LocalLibrary) -> None:
    result = oriane("status")
    assert result.exit_code == 0
    for part in (
        str(seed_library.folder),
        str(seed_library.current()),
        f"{SEED_COUNT} fiches",
        "hashing/1",
    ):
        assert part in result.stdout
    assert json.loads(oriane("status", "--json").stdout)["version"] == seed_library.current()


def test_status_verifies_every_file_when_asked(seed_library: LocalLibrary, tmp_path: Path) -> None:
    shutil.copytree(seed_library.folder, tmp_path / "copy")
    asked = ("status", "--verify", "--library", str(tmp_path / "copy"))
    assert oriane(*asked).exit_code == 0
    passages = tmp_path / "copy" / "versions" / str(seed_library.current()) / "passages.json"
    passages.write_bytes(passages.read_bytes() + b" ")
    assert "passages.json n'est plus le fichier qui a été publié" in failed(oriane(*asked), 3)
    assert oriane("status", "--library", str(tmp_path / "copy")).exit_code == 0


# ingest


def test_ingest_publishes_what_ask_reads() -> None:
    result = oriane("ingest", SEEDS, "--edition", "2025-10-21", "--source", "Onisep, Idéo-Fiches métiers")
    assert result.exit_code == 0
    assert "Version en service" in result.stdout
    assert "3080" in oriane("ask", "salaire d'une ingénieure cloud").stdout
    assert "Onisep, Idéo-Fiches métiers" in oriane("status").stdout


def test_ingest_prints_a_report_as_json() -> None:
    report = json.loads(oriane("ingest", SEEDS, "--json").stdout)
    assert (report["read"], report["added"], report["rejected"]) == (SEED_COUNT, SEED_COUNT, [])


def test_ingest_exits_with_1_when_something_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "vide.md").touch()
    result = oriane("ingest", SEEDS, tmp_path / "vide.md")
    assert result.exit_code == 1
    assert "vide.md" in result.stderr
    assert f"{SEED_COUNT} fiches lues" in result.stdout


def test_ingest_exits_with_2_when_nothing_is_usable(tmp_path: Path) -> None:
    result = oriane("ingest", tmp_path / "absent")
    assert result.exit_code == 2
    assert "absent" in result.stderr


# Settings, help, start


@pytest.mark.parametrize("port", ["abc", "-1", "65536", "", "7860.5"])
@pytest.mark.parametrize("command", [("ask", "boulanger"), ("status",), ("chat",)])
def test_a_wrong_port_in_the_environment_is_one_line(
    monkeypatch: pytest.MonkeyPatch, port: str, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("ORIANE_PORT", port)
    line = failed(oriane(*command), 2)
    assert (
        line
        == f"Réglage ORIANE_PORT refusé : « {port} » n'est pas une valeur possible. Il faut un nombre de 0 à 65535."
    )


@pytest.mark.parametrize("port", ["abc", "-1", "65536"])
def test_a_wrong_port_on_the_command_line_exits_with_2(port: str) -> None:
    assert oriane("chat", "--port", port).exit_code == 2


@pytest.mark.parametrize(
    ("command", "taught"),
    [
        ((), ["ingest", "ask", "chat", "status", "oriane ingest", "oriane ask"]),
        (("ingest",), ["CHEMIN", "--library", "ORIANE_LIBRARY", "--edition", "--source", "--prune", "--json", ".zip"]),
        (("ask",), ["QUESTION", "--batch", "--out", "--metier", "--section", "--json", "Codes de sortie", "En bref"]),
        (("chat",), ["--host", "--port", "ORIANE_PORT", "127.0.0.1"]),
        (("status",), ["--library", "--json", "--verify"]),
    ],
)
def test_help_teaches(command: tuple[str, ...], taught: list[str]) -> None:
    result = oriane(*command, "--help")
    assert result.exit_code == 0
    printed = " ".join(result.stdout.replace("│", " ").split())
    assert [word for word in taught if word not in printed] == []


def loaded_by(*arguments: str) -> set[str]:
    """The heavy packages that a command imports, seen from a fresh interpreter."""
    program = (
        "import sys; from bot.cli import main\n"
        f"sys.argv = ['oriane', *{list(arguments)}]\n"
        "try: main()\nexcept SystemExit: pass\n"
        f"print('LOADED', *(name for name in {HEAVY} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("LOADED"))
    return set(line.split()[1:])


@pytest.mark.parametrize("arguments", [("--help",), ("ask", "--help"), ("chat", "--help")])
def test_help_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert loaded_by(*arguments) == set()


def test_what_would_be_heavy_is_seen() -> None:
    assert "langchain_core" in loaded_by("status")
