"""Question sets, metrics on hand-made answers, runs over the seeds."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

import bot.chain
from bot.answer import Answer, Citation, Outcome, Question, RankedPassage, Understood
from bot.chain import Oriane
from bot.evaluation import predicates
from bot.evaluation.aggregate import by_kind, figure, latencies
from bot.evaluation.aims import Aim
from bot.evaluation.commands import app
from bot.evaluation.halves import Half, half_of, in_half
from bot.evaluation.metrics import by_first_mark, measure, ranking_of, stands_in, with_pairs
from bot.evaluation.predicates import count_satisfying, level_rank, satisfies
from bot.evaluation.questions import GoldQuestion, Predicate, load_sets
from bot.evaluation.report import failures
from bot.evaluation.runs import Answered, measure_all, run
from bot.evaluation.timing import BESIDE_MODEL, MODEL, TimedEmbedder, with_model_time
from bot.evaluation.warnings import warnings_against
from ingest.fiche import Appellation, Block, Domaine, FicheMetier, Section
from ingest.library import NoLibraryError
from ingest.local_library import LocalLibrary
from tests.fakes import HashingEmbedder

#: Written down once: a change of the hash would move questions between the halves.
KNOWN_SPLIT = ("tune", "report", "tune", "tune", "report", "tune", "report", "report")
SETS = Path(__file__).parent / "questions"
LINE = {"id": "q1", "kind": "fact", "question": "Combien gagne un essayeur ?"}


def fiche(number: int, **facts: object) -> FicheMetier:
    prose = (Section(name="Présentation", blocks=(Block(text="Essaie tout ce qui passe."),)),)
    return FicheMetier(id=f"MET.{number}", name=Appellation(title=f"métier {number}"), sections=prose, **facts)


FICHES = {
    f.id: f
    for f in (
        fiche(1, level="bac + 2", statuses=("salarié", "artisan"), interests=("j'aime  bouger",)),
        fiche(2, level="Bac + 5", statuses=("fonctionnaire",), domaines=(Domaine(name="défense", sub="marine"),)),
        fiche(3, level="autre formation", statuses=("salarié",)),
        fiche(4),
    )
}


def gold(**fields: object) -> GoldQuestion:
    return GoldQuestion.model_validate({**LINE, **fields})


def expects(*fiches: str, match: str = "any", sections: tuple[str, ...] = (), **fields: object) -> GoldQuestion:
    return gold(gold={"fiches": fiches, "match": match, "sections": sections}, **fields)


def answer(
    *cited: tuple[str, str],
    text: str = "",
    outcome: Outcome = Outcome.ANSWER,
    retrieved: tuple[str, ...] = (),
    understood: tuple[str, ...] = (),
    total: int | None = None,
) -> Answer:
    citations = tuple(
        Citation(n=n, fiche_id=fiche_id, title="", section=section, heading="", quote="SECRET", url="")
        for n, (fiche_id, section) in enumerate(cited, start=1)
    )
    passages = tuple(RankedPassage(id=f"{f}/x", fiche_id=f, section="En bref", score=0.5) for f in retrieved)
    return Answer(
        question="",
        standalone_question="",
        outcome=outcome,
        answer=text,
        library_version=None,
        understood=Understood(kind="fact", fiches=understood),
        citations=citations,
        passages=passages,
        total=total,
        timings_ms={"retrieve": 2.0},
    )


def metrics(question: GoldQuestion, given: Answer | None) -> dict[str, float | None]:
    return measure(question, given, FICHES).metrics


# --- sets


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({**LINE, "outcom": "answer"}, ["« outcom » inconnu", "outcome"]),
        ({"id": "q", "kind": "fact"}, ["« question » manquant"]),
        ({**LINE, "question": " "}, ["question non vide"]),
        ({**LINE, "kind": "Fait!"}, ["mot en minuscules"]),
        ({**LINE, "gold": {"fiches": ["228"]}}, ["'228'", "MET.228"]),
        ({**LINE, "gold": {"fiches": "MET.228"}}, ["gold.fiches", "liste"]),
        ({**LINE, "gold": {"sections": ["Salaire"]}}, ["'Salaire'", "Vie professionnelle"]),
        ({**LINE, "gold": {"match": "some"}}, ["gold.match", "any"]),
        ({**LINE, "outcome": "found"}, ["'found'", "not_found"]),
        ({**LINE, "predicate": {"level_max": "licence"}}, ["niveau inconnu", "bac + 3"]),
        ({**LINE, "predicate": {"niveau": "bac"}}, ["predicate.niveau"]),
        ({**LINE, "history": [{"role": "bot", "content": ""}]}, ["history.0.role", "assistant"]),
        ({**LINE, "total": "beaucoup"}, ["total", "nombre entier"]),
        ({**LINE, "total": -1}, ["positif"]),
        (["q1"], ["attendu un objet"]),
    ],
)
def test_a_bad_line_is_named_with_its_place_and_what_to_mend(tmp_path: Path, line: object, words: list[str]):
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(LINE) + "\n\n" + json.dumps(line) + "\n" + json.dumps({**LINE, "id": "q9"}))
    found = load_sets([path])
    assert [q.id for q in found.questions] == ["q1", "q9"]
    (problem,) = found.problems
    assert str(problem).startswith(f"{path}, ligne 3 : ")
    assert all(word in str(problem) for word in words), str(problem)


def test_malformed_files_are_problems_not_crashes(tmp_path: Path):
    (tmp_path / "json.jsonl").write_text('{"id": "q1",}\n')
    (tmp_path / "latin.jsonl").write_bytes("é".encode("latin-1"))
    (tmp_path / "map.yaml").write_text("id: q1\n")
    (tmp_path / "broken.yaml").write_text("- id: q1\n  kind: [fact\n- x\n")
    (tmp_path / "nul.yaml").write_text("- id: q\0\n")
    problems = load_sets([tmp_path, tmp_path / "absent.jsonl"]).problems
    lines = {problem.path.name: problem.line for problem in problems}
    assert lines == {
        "json.jsonl": 1,
        "latin.jsonl": None,
        "map.yaml": 1,
        "broken.yaml": 4,
        "nul.yaml": None,
        "absent.jsonl": None,
    }


def test_yaml_and_jsonl_give_the_same_questions_and_yaml_knows_its_lines(tmp_path: Path):
    (tmp_path / "a.yaml").write_text(
        "# mes questions\n- id: q1\n  kind: fact\n  question: Combien gagne un essayeur ?\n  must_not: non\n"
        "\n- id: q2\n  kind: fact\n"
    )
    (tmp_path / "a.jsonl").write_text(json.dumps({**LINE, "must_not": ["non"]}), encoding="utf-8-sig")
    from_yaml, from_json = load_sets([tmp_path / "a.yaml"]), load_sets([tmp_path / "a.jsonl"])
    assert from_yaml.problems[0].line == 7
    assert from_json.questions == from_yaml.questions


def test_ids_are_unique_across_sets_and_pairs_have_two_questions(tmp_path: Path):
    (tmp_path / "a.jsonl").write_text(json.dumps(LINE))
    (tmp_path / "b.jsonl").write_text("\n" + json.dumps(LINE) + "\n" + json.dumps({**LINE, "id": "p", "pair": "p1"}))
    twice, alone = load_sets([tmp_path]).problems
    assert "b.jsonl, ligne 2" in str(twice)
    assert "a.jsonl, ligne 1" in str(twice)
    assert "b.jsonl, ligne 3" in str(alone)
    assert "1 question" in str(alone)


def test_one_string_stands_for_a_list_and_null_for_nothing():
    line = gold(outcome="list", predicate={"status": "salarié", "interest": None}, must_include=["1", ["2", "3"]])
    assert line.outcome == (Outcome.LIST,)
    assert line.predicate == Predicate(status=("salarié",))
    assert line.must_include == (("1",), ("2", "3"))
    assert gold(predicate=None, total=None, outcome=None).outcome == ()


def test_the_sets_of_this_project_are_well_formed():
    assert not load_sets([SETS]).problems


def test_warnings_name_what_a_library_contradicts(tmp_path: Path):
    path = tmp_path / "set.jsonl"
    lines = [
        {**LINE, "id": "a", "gold": {"fiches": ["MET.1", "MET.99"], "sections": ["Présentation"]}},
        {**LINE, "id": "b", "gold": {"fiches": ["MET.4"], "sections": ["Conditions de travail"]}},
        {**LINE, "id": "c", "predicate": {"status": "salarié"}, "total": 3},
        {**LINE, "id": "d", "predicate": {"interest": "j’aime dormir"}},
        {**LINE, "id": "e", "gold": {"fiches": ["MET.4"], "sections": ["En bref"]}, "outcome": "absent"},
        {**LINE, "id": "f", "predicate": {"status": "salarié", "interest": "j’aime bouger"}, "total": 1},
    ]
    path.write_text("\n".join(map(json.dumps, lines)))
    warnings = [str(warning).split(" : ", 1)[1] for warning in warnings_against(load_sets([path]), FICHES)]
    assert [warning.split(" : ")[0] for warning in warnings] == ["a", "b", "c", "d"]
    assert "MET.99" in warnings[0]
    assert "2 métiers" in warnings[2]


# --- the order of métiers and texts


def test_citations_are_taken_by_first_mark_then_retrieved_passages():
    given = answer(
        ("MET.1", "En bref"),
        ("MET.2", "En bref"),
        ("MET.3", "En bref"),
        text="b [2], a [1], b [2]",
        retrieved=("MET.1", "MET.4"),
    )
    assert [citation.n for citation in by_first_mark(given)] == [2, 1, 3]
    assert ranking_of(given) == ("MET.2", "MET.1", "MET.3", "MET.4")


@pytest.mark.parametrize("outcome", [Outcome.NOT_FOUND, Outcome.OFF_TOPIC, Outcome.SUPPORT])
def test_a_refusal_shows_no_metier_whatever_it_retrieved(outcome: Outcome):
    assert ranking_of(answer(retrieved=("MET.1",), outcome=outcome)) == ()


@pytest.mark.parametrize(
    ("part", "text", "stands"),
    [
        ("2100", "à partir de 2\u202f100 euros", True),
        ("2 100", "2100", True),
        ("20 h", "dès 20\xa0h", True),
        ("2100", "12100", False),
        ("bac + 2", "Bac+2.", True),
        ("bac + 2", "bac + 25", False),
        ("Élève", "l’ELEVE officier", True),
        ("l'élève", "l’élève", True),
        ("BTS opticien-lunetier", "un BTS  opticien-lunetier", True),
        ("(a+b)", "ab", False),
        ("", "x", True),
    ],
)
def test_texts_are_compared_folded_and_without_spaces(part: str, text: str, stands: bool):
    assert stands_in(part, text) is stands


# --- metrics

EN_BREF, WORK = "En bref", "Présentation"


@pytest.mark.parametrize(
    ("question", "given", "expected"),
    [
        (expects("MET.1"), answer(("MET.1", WORK)), {"hit1": 1, "hit4": 1, "mrr": 1, "all_hit": None}),
        (expects("MET.1"), answer(("MET.2", WORK), ("MET.1", WORK)), {"hit1": 0, "hit4": 1, "mrr": 0.5}),
        (expects("MET.1"), answer(retrieved=("MET.2", "MET.3", "MET.4", "MET.5", "MET.1")), {"hit4": 0, "mrr": 0.2}),
        (expects("MET.1"), answer(("MET.2", WORK), ("MET.2", EN_BREF), ("MET.1", WORK)), {"mrr": 0.5}),
        (expects("MET.1"), answer(), {"hit1": 0, "hit4": 0, "mrr": 0, "section": None}),
        (expects("MET.1"), answer(retrieved=("MET.1",), outcome=Outcome.NOT_FOUND), {"hit1": 0}),
        (expects("MET.1"), answer(("MET.1", WORK), outcome=Outcome.ABSENT), {"hit1": 1}),
        (expects("MET.1", outcome="answer"), None, {"hit1": 0, "mrr": 0, "outcome": 0}),
        (gold(), answer(("MET.1", WORK)), {"hit1": None, "hit4": None, "mrr": None, "outcome": None, "total": None}),
        (gold(outcome=["list", "answer"]), answer(), {"outcome": 1}),
        (gold(outcome="not_found"), answer(), {"outcome": 0}),
    ],
)
def test_metier_and_outcome(question: GoldQuestion, given: Answer | None, expected: dict[str, float | None]):
    found = metrics(question, given)
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("question", "given", "expected"),
    [
        (expects("MET.1", "MET.2", match="all"), answer(("MET.1", WORK), ("MET.2", WORK)), 1),
        (expects("MET.1", "MET.2", match="all"), answer(("MET.1", WORK), retrieved=("MET.2",)), 0),
        (expects("MET.1", "MET.2", match="all"), answer(("MET.1", WORK), ("MET.2", WORK), outcome=Outcome.CLARIFY), 1),
        (expects("MET.1", "MET.2", match="all"), None, 0),
        (gold(gold={"match": "all"}), answer(), None),
    ],
)
def test_all_named_are_cited(question: GoldQuestion, given: Answer | None, expected: float | None):
    assert metrics(question, given)["all_hit"] == expected


@pytest.mark.parametrize(
    ("question", "given", "expected"),
    [
        (expects("MET.1", sections=(WORK,)), answer(("MET.1", EN_BREF), ("MET.1", WORK)), 1),
        (expects("MET.1", sections=(WORK,)), answer(("MET.1", EN_BREF), ("MET.2", WORK)), 0),
        (expects("MET.1", sections=(WORK,)), answer(("MET.2", WORK), ("MET.1", WORK)), None),
        (expects("MET.1", sections=(WORK,)), answer(retrieved=("MET.1",)), 0),
        (expects("MET.1", sections=("Conditions de travail",)), answer(("MET.1", WORK)), None),
        (expects("MET.1", "MET.2", match="all", sections=(WORK,)), answer(("MET.1", WORK), ("MET.2", EN_BREF)), 0),
        (expects("MET.1", "MET.2", match="all", sections=(WORK,)), answer(("MET.1", WORK), ("MET.2", WORK)), 1),
        (expects("MET.1", "MET.2", sections=(WORK,)), answer(("MET.1", EN_BREF), ("MET.2", WORK)), 1),
        (
            expects("MET.1", "MET.4", match="all", sections=("Statuts possibles",)),
            answer(("MET.1", "Statuts possibles"), ("MET.4", WORK)),
            1,  # MET.4 has no status: it cannot be asked to cite one
        ),
    ],
)
def test_section_given_the_metier(question: GoldQuestion, given: Answer, expected: float | None):
    assert metrics(question, given)["section"] == expected


def test_texts_expected_and_forbidden():
    question = gold(must_include=[["2100", "2 552"], ["brut"]], must_not=["net"])
    found = measure(question, answer(text="2552 euros net"), FICHES)
    assert (found.metrics["must_include"], found.missing) == (0.5, ("brut",))
    assert (found.metrics["must_not"], found.forbidden) == (0, ("net",))
    assert metrics(question, None)["must_not"] == 0
    assert metrics(question, answer(text="2552 € bruts"))["must_not"] == 1


LIST = Outcome.LIST


@pytest.mark.parametrize(
    ("question", "given", "precision", "total"),
    [
        (gold(predicate={"level_max": "bac + 2"}, outcome="list"), answer(("MET.1", WORK), outcome=LIST), 1, None),
        (
            gold(predicate={"level_max": "bac + 2"}, outcome="list", total=1),
            answer(("MET.1", WORK), ("MET.3", WORK), ("MET.3", EN_BREF), outcome=LIST, total=2),
            0.5,
            0,
        ),
        (gold(predicate={"status": "salarié"}, outcome="list"), answer(("MET.77", WORK), outcome=LIST), 0, None),
        (gold(predicate={"status": "salarié"}, outcome="list", total=2), answer(outcome=LIST, total=2), 0, 1),
        (gold(predicate={"status": "x"}, outcome="list", total=0), answer(outcome=LIST, total=0), None, 1),
        (gold(predicate={"status": "salarié"}, outcome="list", total=2), answer(("MET.1", WORK)), None, 0),
        (gold(predicate={}, outcome="list"), answer(("MET.1", WORK), outcome=LIST), None, None),
        (
            expects("MET.1", "MET.2", outcome="list", total=2),
            answer(("MET.1", WORK), ("MET.3", WORK), outcome=LIST, total=2),
            0.5,
            1,
        ),
        (expects("MET.1", outcome=["list", "answer"], total=1), answer(("MET.1", WORK)), None, None),
        (expects("MET.1", outcome="list", total=9), answer(("MET.3", WORK), outcome=LIST), None, 0),
    ],
)
def test_lists(question: GoldQuestion, given: Answer, precision: float | None, total: float | None):
    found = metrics(question, given)
    assert (found["precision"], found["total"]) == (precision, total)


@pytest.mark.parametrize(
    ("first", "second", "equal", "cites"),
    [
        (answer(("MET.1", WORK), ("MET.2", WORK)), answer(("MET.2", EN_BREF), ("MET.1", WORK)), 1, 1),
        (answer(("MET.1", WORK)), answer(("MET.2", WORK)), 0, 1),
        (answer(("MET.1", WORK), understood=("MET.1",)), answer(("MET.1", WORK)), 0, 1),
        (answer(("MET.1", WORK), total=3), answer(("MET.1", WORK), total=4), 0, 1),
        (answer(outcome=Outcome.NOT_FOUND), answer(outcome=Outcome.NOT_FOUND), 1, 0),
        (None, None, 0, 0),
    ],
)
def test_pairs(first: Answer | None, second: Answer | None, equal: float, cites: float):
    questions = [gold(id="a", pair="p"), gold(id="alone"), gold(id="b", pair="p"), gold(id="c", pair="missing")]
    given = [first, answer(), second, answer()]
    answered = [Answered(q, a, None if a else "ValueError") for q, a in zip(questions, given, strict=True)]
    records = measure_all(answered, FICHES, {})
    assert [record.metrics.get("pair") for record in records] == [None, None, equal, None]
    assert records[2].metrics["pair_cites"] == cites


def test_pairs_are_left_alone_without_their_twin():
    record = measure(gold(pair="p"), answer(), FICHES)
    assert with_pairs([record], [gold(pair="p")]) == (record,)


# --- predicates


@pytest.mark.parametrize(
    ("predicate", "ids"),
    [
        ({"level_max": "bac + 2"}, {1}),
        ({"level_min": "bac\xa0+ 3"}, {2}),
        ({"level_min": "sans diplôme"}, {1, 2}),
        ({"level_min": "bac + 2", "level_max": "BAC + 2"}, {1}),
        ({"status": ["artisan", "fonctionnaire"]}, {1, 2}),
        ({"status": "SALARIE"}, {1, 3}),
        ({"interest": "j’aime bouger"}, {1}),
        ({"domaine": "défense"}, {2}),
        ({"domaine": "marine"}, {2}),
        ({"status": "salarié", "level_max": "bac + 8"}, {1}),
        ({"status": "salarié", "domaine": "défense"}, set()),
        ({}, {1, 2, 3, 4}),
    ],
)
def test_predicates(predicate: dict[str, object], ids: set[int]):
    wanted = Predicate.model_validate(predicate)
    assert {int(f.id[4:]) for f in FICHES.values() if satisfies(f, wanted)} == ids
    assert count_satisfying(FICHES, wanted) == len(ids)


def test_a_level_without_rank_has_none():
    assert level_rank("autre formation") is None
    assert level_rank(None) is None
    ordered = [level_rank(label) for label in ("Sans diplôme", "3E", "CAP ou équivalent", "bac\xa0+\xa02", "BAC + 5")]
    assert ordered == sorted(ordered, key=lambda rank: -1 if rank is None else rank)
    assert None not in ordered


def test_the_predicate_check_shares_no_code_with_the_bot():
    tree = ast.parse(Path(predicates.__file__).read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name for name in imported if name and name.startswith("bot")} <= {"bot.evaluation.questions"}
    assert "level_rank" not in {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


# --- halves and figures


def test_the_split_depends_on_the_id_alone_and_keeps_pairs_together():
    questions = [gold(id=f"q{n}") for n in range(400)]
    halves = [half_of(question) for question in questions]
    assert halves == [half_of(gold(id=f"q{n}", question="autre")) for n in range(400)]
    assert 160 < halves.count(Half.REPORT) < 240
    assert halves[:8] == [Half(name) for name in KNOWN_SPLIT]
    assert all(half_of(gold(id=f"{n}a", pair=f"p{n}")) == half_of(gold(id=f"{n}b", pair=f"p{n}")) for n in range(50))
    both = {*in_half(questions, Half.TUNE), *in_half(questions, Half.REPORT)}
    assert both == set(questions) == set(in_half(questions, None))


def test_figures_do_not_depend_on_the_order_and_hold_the_mean():
    values = [1.0] * 30 + [0.0] * 10
    first, again = figure(values), figure(values[::-1])
    assert first == again
    assert first is not None
    assert (first.mean, first.n) == (0.75, 40)
    assert 0.55 < first.low < 0.75 < first.high < 0.95
    assert figure([]) is None
    assert str(figure([1.0] * 3)) == "100 % [100–100] n=3"
    assert str(figure([1.0] * 9999 + [0.0])).startswith("99.9 %")


def test_tables_leave_out_what_does_not_apply():
    records = [measure(expects("MET.1", kind=kind), answer(("MET.1", WORK)), FICHES) for kind in ("fact", "path")]
    table = by_kind(records)
    assert list(table) == ["fact", "path", "ensemble"]
    assert list(table["fact"]) == ["hit1", "hit4", "mrr", "ndcg"]
    assert table["ensemble"]["hit1"].n == 2
    assert latencies([{"a": 1.0}, {"a": 3.0, "b": 2.0}])["a"].p50 == 2.0


def test_an_aim_counts_the_questions_it_is_about():
    questions = {q.id: q for q in (expects("MET.1", id="a", note="far"), expects("MET.1", id="b"), gold(id="c"))}
    records = [
        measure(question, answer((f, WORK)), FICHES)
        for question, f in zip(questions.values(), ("MET.1", "MET.2", "MET.2"), strict=True)
    ]
    aim = Aim("fact", "hit1", 0.5, ("fact",))
    found = aim.figure(records, questions)
    assert found is not None
    assert (found.mean, found.n, aim.is_reached(found)) == (0.5, 2, True)
    assert aim.failing(records, questions) == ["b"]
    assert Aim("far", "hit1", 1.0, where=lambda q: q.note == "far").failing(records, questions) == []
    assert Aim("none", "hit1", 1.0, ("path",)).is_reached(None) is None


# --- runs over the seeds

SEED_QUESTIONS = (
    expects(
        "MET.228", id="s1", question="Combien gagne une ingénieure cloud computing ?", sections=("Vie professionnelle",)
    ),
    expects("MET.171", id="s2", question="c'est quoi le métier de vétérinaire ?", outcome="answer"),
    expects("MET.171", id="s3", question="c'est quoi le métier d'infirmier ?", must_include=[["introuvable"]]),
    gold(id="s4", kind="unknown", question="MET.99999 c'est quoi ?", outcome="not_found"),
    gold(
        id="s5",
        kind="list",
        question="métiers avec un CAP",
        outcome="list",
        total=3,
        predicate={"level_max": "CAP ou équivalent"},
    ),
)


@pytest.fixture
def oriane(seed_library: LocalLibrary) -> Oriane:
    return Oriane(seed_library, HashingEmbedder())


@pytest.fixture
def seeds(seed_library: LocalLibrary) -> dict[str, FicheMetier]:
    current = seed_library.current()
    assert current is not None
    return dict(seed_library.contents(current).fiches)


def test_a_run_writes_answers_records_summary_and_failures(
    oriane: Oriane, seeds: dict[str, FicheMetier], tmp_path: Path
):
    counted: list[tuple[int, int]] = []
    done = run(SEED_QUESTIONS, oriane.ask, seeds, tmp_path / "out", lambda *count: counted.append(count))
    assert done.complete
    assert counted[-1] == (5, 5)
    lines = [json.loads(line) for line in (tmp_path / "out" / "answers.jsonl").read_text().splitlines()]
    assert [line["id"] for line in lines] == ["s1", "s2", "s3", "s4", "s5"]
    assert lines[0]["citations"][0]["fiche_id"] == "MET.228"
    records = [json.loads(line) for line in (tmp_path / "out" / "records.jsonl").read_text().splitlines()]
    assert records[0]["metrics"]["hit1"] == records[0]["metrics"]["section"] == 1
    assert records[2]["metrics"]["hit1"] == 0
    assert "whole" in records[0]["timings_ms"]
    assert "| fact |" in (tmp_path / "out" / "summary.md").read_text()
    failed = (tmp_path / "out" / "failures.md").read_text()
    assert "## s3" in failed
    assert "## s1" not in failed


def test_two_runs_give_the_same_records_apart_from_timings(
    oriane: Oriane, seeds: dict[str, FicheMetier], tmp_path: Path
):
    first, again = (run(SEED_QUESTIONS, oriane.ask, seeds, tmp_path / name).records for name in "ab")
    assert [r.model_copy(update={"timings_ms": {}}) for r in first] == [
        r.model_copy(update={"timings_ms": {}}) for r in again
    ]


def test_failures_hold_no_text_of_a_fiche(oriane: Oriane, seeds: dict[str, FicheMetier], tmp_path: Path):
    wrong = tuple(
        expects("MET.1", id=fiche_id, question=f"{title} ?", sections=("Présentation",), must_include=[["introuvable"]])
        for fiche_id, title in ((f.id, f.title) for f in seeds.values())
    )
    run(wrong, oriane.ask, seeds, tmp_path)
    text = " ".join((tmp_path / "failures.md").read_text(encoding="utf-8").split())
    assert text.count("## MET.") == len(wrong)
    sentences = [
        s for f in seeds.values() for section in f.sections for b in section.blocks for s in b.text.split(". ")
    ]
    assert len(sentences) > 200
    assert not [sentence for sentence in sentences if len(sentence.split()) > 4 and sentence in text]


def test_a_failed_pair_shows_both_questions():
    questions = [gold(id="a", pair="p", question="je suis une fille"), gold(id="b", pair="p", question="un garçon")]
    answered = [Answered(q, answer((f, WORK))) for q, f in zip(questions, ("MET.1", "MET.2"), strict=True)]
    text = failures(measure_all(answered, FICHES, {}), questions, FICHES)
    assert "## b" in text
    assert "jumelle a : je suis une fille" in text
    assert "MET.1 métier 1" in text
    assert "SECRET" not in text


def test_an_error_takes_the_place_of_one_answer(seeds: dict[str, FicheMetier], tmp_path: Path):
    def ask(question: Question) -> Answer:
        if "vétérinaire" in question.text:
            raise ValueError("broken")
        return answer(("MET.228", "Vie professionnelle"))

    done = run(SEED_QUESTIONS[:2], ask, seeds, tmp_path)
    assert [record.error for record in done.records] == [None, "ValueError"]
    assert done.records[1].metrics["hit1"] == 0
    assert json.loads((tmp_path / "answers.jsonl").read_text().splitlines()[1]) == {"id": "s2", "error": "ValueError"}
    assert "erreur ValueError" in (tmp_path / "failures.md").read_text()


def test_ctrl_c_keeps_what_was_answered(seeds: dict[str, FicheMetier], tmp_path: Path):
    def ask(question: Question) -> Answer:
        if "vétérinaire" in question.text:
            raise KeyboardInterrupt
        return answer(("MET.228", "Vie professionnelle"))

    done = run(SEED_QUESTIONS, ask, seeds, tmp_path)
    assert not done.complete
    assert [record.id for record in done.records] == ["s1"]
    assert "1 questions posées sur 5" in (tmp_path / "summary.md").read_text()


def test_without_a_library_the_run_ends(seeds: dict[str, FicheMetier], library: LocalLibrary, tmp_path: Path):
    with pytest.raises(NoLibraryError):
        run(SEED_QUESTIONS, Oriane(library, HashingEmbedder()).ask, seeds, tmp_path)


def test_the_model_is_timed_apart(seed_library: LocalLibrary):
    embedder = TimedEmbedder(HashingEmbedder())
    ask = with_model_time(Oriane(seed_library, embedder).ask, embedder)
    described = ask(Question(text="soigner les bêtes à la campagne, loin des villes et du bruit")).timings_ms
    named = ask(Question(text="salaire vétérinaire")).timings_ms
    assert 0 <= described[BESIDE_MODEL] <= described["retrieve"]
    assert MODEL in described
    assert MODEL not in named
    assert named[BESIDE_MODEL] == named["retrieve"]


# --- commands


@pytest.fixture
def invoke(
    seed_library: LocalLibrary, oriane: Oriane, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str]]:
    monkeypatch.setattr(bot.chain, "open_oriane", lambda settings: oriane)

    def call(*arguments: object) -> tuple[int, str]:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        return result.exit_code, result.output

    return call


@pytest.fixture
def seed_set(tmp_path: Path) -> Path:
    path = tmp_path / "seeds.jsonl"
    path.write_text("\n".join(question.model_dump_json() for question in SEED_QUESTIONS))
    return path


def test_check_says_what_is_wrong_or_counts(invoke: Callable[..., tuple[int, str]], seed_set: Path, tmp_path: Path):
    code, output = invoke("check", seed_set)
    assert (code, output) == (0, "5 questions bien formées : fact 3, unknown 1, list 1.\n")
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"id": "x"}')
    code, output = invoke("check", bad)
    assert code == 2
    assert "ligne 1" in output
    assert invoke("check", tmp_path / "absent.jsonl")[0] == 2


def test_check_warns_against_a_library(
    invoke: Callable[..., tuple[int, str]], tmp_path: Path, seed_library: LocalLibrary
):
    path = tmp_path / "set.jsonl"
    path.write_text(expects("MET.1048").model_dump_json())
    code, output = invoke("check", path, "--library", seed_library.folder)
    assert code == 0
    assert "MET.1048" in output
    assert invoke("check", path, "--library", tmp_path / "nowhere")[0] == 2


def test_run_measures_a_half(
    invoke: Callable[..., tuple[int, str]], seed_set: Path, seed_library: LocalLibrary, tmp_path: Path
):
    library, out = ("--library", seed_library.folder), tmp_path / "out"
    code, output = invoke("run", seed_set, "--out", out, *library)
    assert code == 0, output
    assert "5 questions sur 5" in output
    counts = []
    for half in ("tune", "report"):
        expected = len(in_half(SEED_QUESTIONS, Half(half)))
        invoke("run", seed_set, "--out", tmp_path / half, "--half", half, *library)
        counts.append(len((tmp_path / half / "records.jsonl").read_text().splitlines()) if expected else 0)
        assert counts[-1] == expected
    assert sum(counts) == 5


def test_run_refuses_what_it_cannot_do(invoke: Callable[..., tuple[int, str]], seed_set: Path, tmp_path: Path):
    assert invoke("run", "--out", tmp_path / "o")[0] == 2
    assert invoke("run", seed_set, "--out", tmp_path / "o", "--half", "both")[0] == 2
    code, output = invoke("run", seed_set, "--out", tmp_path / "o", "--library", tmp_path / "nowhere")
    assert code == 2
    assert "oriane ingest" in output


def test_run_interrupted_exits_with_130(
    invoke: Callable[..., tuple[int, str]],
    oriane: Oriane,
    monkeypatch: pytest.MonkeyPatch,
    seed_set: Path,
    seed_library: LocalLibrary,
    tmp_path: Path,
):
    asked, ask = [], oriane.ask

    def interrupted(question: Question) -> Answer:
        asked.append(question)
        if len(asked) == 4:
            raise KeyboardInterrupt
        return ask(question)

    monkeypatch.setattr(oriane, "ask", interrupted)
    code, output = invoke("run", seed_set, "--out", tmp_path / "out", "--library", seed_library.folder)
    assert code == 130
    assert "mesuré et écrit" in output
    assert len((tmp_path / "out" / "records.jsonl").read_text().splitlines()) == 2


def test_help_teaches(invoke: Callable[..., tuple[int, str]]):
    for command in ("check", "run", "sweep"):
        code, output = invoke(command, "--help")
        assert code == 0
        assert "Codes de sortie" in output
