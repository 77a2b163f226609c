"""A run judged: thresholds, baseline, report, JUnit, resumption, sweeps, exit codes; and the starter set itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from typer.testing import CliRunner

import bot.chain
import bot.retrieval
from bot.answer import Answer, Outcome, Question, Understood
from bot.chain import Oriane
from bot.described import Ranking, rank_described
from bot.evaluation.commands import app
from bot.evaluation.comparison import Status, compare, diff_words, differences, paired_p
from bot.evaluation.conclusion import conclude
from bot.evaluation.questions import GoldQuestion, load_sets
from bot.evaluation.results import Measured, ResultsError, RunFile, code_hash, read_run, run_file
from bot.evaluation.runs import Options, ask_all, measure_all, run
from bot.evaluation.sweep import Setting, SweepError, load_plan, weights_of
from bot.evaluation.thresholds import Thresholds, ThresholdsError, load_thresholds, verdict
from bot.evaluation.warnings import warnings_against
from bot.weights import DEFAULT_WEIGHTS, Weights
from ingest.embedder import Embedder
from ingest.embedding_cache import EmbeddingCache
from ingest.lexicon import load_lexicon
from ingest.local_library import LocalLibrary
from ingest.pipeline import Options as IngestOptions
from ingest.pipeline import ingest
from ingest.scope import load_scope
from tests.conftest import ROOT
from tests.fakes import HashingEmbedder

STARTER = ROOT / "seeds" / "questions" / "regression.jsonl"
FLOORS = ROOT / "seeds" / "questions" / "thresholds.yaml"
KINDS = {
    *("fact", "noisy", "path", "described", "english", "comparison", "followup", "list", "reverse", "shared_name"),
    *("clarify", "unknown", "off_topic", "absent", "support", "traits"),
}
MEASURED = Measured(code="c", questions="q", library="l", model="m", edition="e", fiches=1)


def question(number: int, kind: str = "fact", outcome: str = "answer") -> GoldQuestion:
    return GoldQuestion(id=f"q{number}", kind=kind, question=f"question {number} <b>?", outcome=(Outcome(outcome),))


def answer(text: str = "Voici.", outcome: Outcome = Outcome.ANSWER) -> Answer:
    return Answer(
        question="",
        standalone_question="",
        outcome=outcome,
        answer=text,
        library_version=None,
        understood=Understood(kind="fact"),
        timings_ms={"retrieve": 2.0},
    )


def made(folder: Path, *outcomes: str, text: str = "Voici.") -> RunFile:
    """A run of as many questions as outcomes that came; each expected an answer."""
    came = iter(outcomes)
    questions = [question(number) for number in range(len(outcomes))]
    done = run(questions, lambda asked: answer(text, Outcome(next(came))), {}, folder / "made")
    return run_file(done.answered, done.records, {}, MEASURED, seconds=1.0, workers=1)


# --- the starter set


def test_the_starter_set_is_well_formed_and_covers_every_kind(seed_library: LocalLibrary):
    found = load_sets([STARTER])
    assert found.problems == ()
    assert len(found.questions) >= 150
    assert {q.kind for q in found.questions} == KINDS
    assert {outcome for q in found.questions for outcome in q.outcome} == set(Outcome)
    current = seed_library.current()
    assert current is not None
    assert warnings_against(found, seed_library.contents(current).fiches) == []
    assert load_thresholds(FLOORS).overall["verbatim"] == 1


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Oriane:
    """Oriane over the seeds as `--starter` builds them, with the real model."""
    folder = tmp_path_factory.mktemp("starter")
    library, embedder = LocalLibrary(folder / "library"), Embedder()
    options = IngestOptions(lexicon=load_lexicon(), scope=load_scope())
    ingest([ROOT / "seeds"], library, embedder, EmbeddingCache(folder / "cache"), options)
    return Oriane(library, embedder)


def worst_first(*arguments: object, **named: object) -> Ranking:
    """A broken retriever: the least fitting métier comes first."""
    ranking = rank_described(*arguments, **named)  # type: ignore[arg-type]
    return Ranking({fiche_id: -score for fiche_id, score in ranking.scores.items()}, ranking.prose)


@pytest.mark.model
@pytest.mark.slow
def test_the_starter_set_holds_its_floors_and_a_broken_retriever_makes_it_red(
    starter: Oriane, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(bot.chain, "open_oriane", lambda settings: starter)
    monkeypatch.setenv("ORIANE_LIBRARY", str(starter._library.folder))  # type: ignore[attr-defined]
    arguments = ["run", str(STARTER), "--fail-under", str(FLOORS), "--out"]
    result = CliRunner().invoke(app, [*arguments, str(tmp_path / "good")])
    assert result.exit_code == 0, result.output
    monkeypatch.setattr(bot.retrieval, "rank_described", worst_first)
    result = CliRunner().invoke(app, [*arguments, str(tmp_path / "bad")])
    assert result.exit_code == 1
    assert "Seuil non tenu : ensemble : métier au 1er rang" in result.output


# --- commands


@pytest.fixture
def invoke(
    seed_library: LocalLibrary, seed_oriane: Oriane, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str]]:
    monkeypatch.setattr(bot.chain, "open_oriane", lambda settings: seed_oriane)
    monkeypatch.setenv("ORIANE_LIBRARY", str(seed_library.folder))

    def call(*arguments: object) -> tuple[int, str]:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        return result.exit_code, result.output

    return call


def test_what_breaks_is_a_regression_against_the_baseline(
    invoke: Callable[..., tuple[int, str]], seed_oriane: Oriane, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    assert invoke("run", STARTER, "--out", tmp_path / "before")[0] == 0
    before = tmp_path / "before" / "run.json"
    code, output = invoke("run", STARTER, "--out", tmp_path / "same", "--baseline", before, "--workers", 3)
    assert code == 0
    assert "0 cassées, 0 réparées, 0 réponses changées" in output
    ask = seed_oriane.ask
    monkeypatch.setattr(seed_oriane, "ask", lambda asked: ask(Question(text="salaire du boulanger")))
    code, output = invoke("run", STARTER, "--out", tmp_path / "after", "--baseline", before)
    assert code == 1
    assert "Seuil non tenu : réussite face à la référence" in output
    assert "Ce qui a cassé" in (tmp_path / "after" / "report.html").read_text(encoding="utf-8")
    assert "régression" in (tmp_path / "after" / "summary.md").read_text(encoding="utf-8")


def test_two_runs_write_the_same_file_apart_from_timings(invoke: Callable[..., tuple[int, str]], tmp_path: Path):
    written = []
    for name, workers in (("a", 1), ("b", 4)):
        invoke("run", STARTER, "--out", tmp_path / name, "--workers", workers)
        run_json = json.loads((tmp_path / name / "run.json").read_text())
        assert run_json.pop("timings")["workers"] == workers
        written.append(run_json)
    assert written[0] == written[1]


def test_what_cannot_be_used_is_said_before_any_question(invoke: Callable[..., tuple[int, str]], tmp_path: Path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("overall: {hit0: 1}")
    for arguments, words in (
        ((STARTER, "--fail-under", wrong), "mesure inconnue « hit0 »"),
        ((STARTER, "--baseline", wrong), "n'est pas du JSON"),
        ((STARTER, "--baseline", tmp_path / "absent.json"), "illisible"),
        ((), "--starter"),
        ((STARTER, "--library", tmp_path / "nowhere"), "oriane ingest"),
    ):
        code, output = invoke("run", *arguments, "--out", tmp_path / "out")
        assert code == 2
        assert words in output
    assert not (tmp_path / "out").exists()


def test_an_interrupted_run_goes_on_where_it_was(tmp_path: Path):
    questions, asked = [question(number) for number in range(6)], []

    def ask(one: Question) -> Answer:
        asked.append(one.text)
        if len(asked) == 4:
            raise KeyboardInterrupt
        return answer()

    first = run(questions, ask, {}, tmp_path, options=Options(resume_key="same"))
    assert (first.complete, len(first.records)) == (False, 3)
    with (tmp_path / "answers.jsonl").open("a") as lines:
        lines.write('{"id": "q3", "half a li')
    again = run(questions, ask, {}, tmp_path, options=Options(resume_key="same"))
    assert again.complete
    assert len(asked) == 4 + 3
    assert [record.id for record in again.records] == [q.id for q in questions]
    run(questions, ask, {}, tmp_path, options=Options(resume_key="same"))
    assert len(asked) == 4 + 3 + 6  # a complete run is measured anew


def test_another_code_or_library_starts_anew(tmp_path: Path):
    asked = []

    def ask(one: Question) -> Answer:
        asked.append(one.text)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return answer()

    questions = [question(0), question(1)]
    run(questions, ask, {}, tmp_path, options=Options(resume_key="old"))
    run(questions, ask, {}, tmp_path, options=Options(resume_key="new"))
    assert len(asked) == 4
    assert re.fullmatch(r"[0-9a-f]{12}", code_hash())


# --- comparison


@pytest.mark.parametrize(
    ("differing", "p"),
    [([], 1.0), ([-1], 1.0), ([-1] * 5, 2 / 32), ([-1] * 6, 2 / 64), ([-1] * 6 + [1], 16 / 128), ([1, -1], 1.0)],
)
def test_few_differing_questions_are_tested_exactly(differing: Sequence[float], p: float):
    assert paired_p(np.array([0.0] * 50 + [float(value) for value in differing])) == pytest.approx(p)


def test_many_differing_questions_are_tested_by_drawing_and_always_alike():
    lost, mixed = np.array([-1.0] * 30), np.array([-1.0] * 15 + [1.0] * 15)
    assert paired_p(lost) == paired_p(lost) < 0.001
    assert paired_p(mixed) > 0.5


def test_changes_by_question(tmp_path: Path):
    before = made(tmp_path, "answer", "answer", "absent", "answer")
    now = made(tmp_path, "answer", "absent", "answer", "answer", "answer", text="Voilà.")
    found = compare(now, before)
    assert [change.status for change in found.changes.values()] == [
        Status.CHANGED,
        Status.BROKEN,
        Status.FIXED,
        Status.CHANGED,
        Status.NEW,
    ]
    passed = found.passed
    assert passed is not None
    assert (passed.n, passed.before, passed.now, passed.p) == (4, 0.75, 0.75, 1.0)
    assert compare(before, now).gone == ("q4",)
    assert compare(now, now).with_status(Status.SAME) == tuple(now.by_id)


def test_the_more_metrics_are_tested_the_less_one_counts(tmp_path: Path):
    before, now = made(tmp_path, *["answer"] * 8), made(tmp_path, *["absent"] * 8)
    found = {d.metric: d for d in differences(before.records, now.records)}
    assert found["passed"].p == 2 / 2**8
    assert found["passed"].p < found["passed"].adjusted < 0.05


def test_a_diff_tells_words_kept_removed_and_added():
    pieces = diff_words("Il débute à 1801 euros brut par mois.", "Il débute à 1900 euros brut par mois.")
    assert [(piece.kind, piece.text) for piece in pieces] == [
        ("kept", "Il débute à "),
        ("removed", "1801"),
        ("added", "1900"),
        ("kept", " euros brut par mois."),
    ]
    assert [piece.kind for piece in diff_words("Tout autre chose.", "Rien de commun ici")] == [
        "removed",
        "kept",
        "added",
    ]


# --- thresholds


@pytest.mark.parametrize(
    ("thresholds", "holds"),
    [
        ({}, True),
        ({"overall": {"passed": 0.75}}, True),
        ({"overall": {"passed": 0.76}}, False),
        ({"kinds": {"fact": {"outcome": 0.75}}}, True),
        ({"kinds": {"list": {"outcome": 0}}}, False),
        ({"overall": {"precision": 0}}, False),
    ],
)
def test_floors(thresholds: dict[str, object], holds: bool, tmp_path: Path):
    checks = verdict(
        made(tmp_path, "answer", "answer", "answer", "absent"), Thresholds.model_validate(thresholds), None
    )
    assert all(check.holds for check in checks) == holds


@pytest.mark.parametrize(
    ("broken", "rule", "holds"),
    [
        (5, {}, True),
        (6, {}, False),
        (6, {"alpha": 0.01}, True),
        (1, {"max_broken": 0}, False),
        (1, {"max_broken": 1}, True),
    ],
)
def test_what_may_be_lost_against_a_baseline(broken: int, rule: dict[str, float], holds: bool, tmp_path: Path):
    before, now = made(tmp_path, *["answer"] * 20), made(tmp_path, *["absent"] * broken, *["answer"] * (20 - broken))
    done = conclude(now, Thresholds.model_validate({"baseline": rule}), before, tmp_path)
    assert done.holds == holds
    assert conclude(before, Thresholds.model_validate({"baseline": rule}), now, tmp_path).holds


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("overall: {hit1: 2}", "overall.hit1"),
        ("floors: {}", "floors"),
        ("overall: {hit1: 0.9", "ligne 1"),
        ("kinds: {fact: {mort: 1}}", "« mort »"),
    ],
)
def test_thresholds_say_what_is_wrong(text: str, words: str, tmp_path: Path):
    path = tmp_path / "thresholds.yaml"
    path.write_text(text)
    with pytest.raises(ThresholdsError, match=re.escape(words)):
        load_thresholds(path)


# --- what is written


def test_a_run_is_read_back_as_it_was(tmp_path: Path):
    kept = conclude(made(tmp_path, "answer", "absent"), Thresholds(), None, tmp_path).run
    assert read_run(tmp_path / "run.json") == kept
    (tmp_path / "run.json").write_text('{"format": 0}')
    with pytest.raises(ResultsError, match="refaire la mesure"):
        read_run(tmp_path / "run.json")


def test_junit_is_red_exactly_when_the_run_is(tmp_path: Path):
    before, now = made(tmp_path, "absent", *["answer"] * 9), made(tmp_path, *["absent"] * 9, "answer", text="\x0c]]>")
    for rule, reds, skipped in (({}, 1 + 8, 1), ({"alpha": 0.0}, 0, 9)):
        conclude(now, Thresholds.model_validate({"baseline": rule}), before, tmp_path)
        root = ElementTree.parse(tmp_path / "junit.xml").getroot()
        assert (len(root.findall(".//failure")), len(root.findall(".//skipped"))) == (reds, skipped)
        assert len(root.findall("testsuite[@name='fact']/testcase")) == 10


def test_the_report_stands_alone_and_trusts_no_text(tmp_path: Path):
    before, now = (
        made(tmp_path, "answer", "answer"),
        made(tmp_path, "absent", "answer", text="<script>alert(1)</script>"),
    )
    conclude(now, Thresholds.model_validate({"baseline": {"max_broken": 0}}), before, tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "question 0 &lt;b&gt;?" in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert re.findall(r"""(?:src|href)=["'](?!#|https://www\.onisep\.fr/)[^"']*""", page) == []
    assert 'lang="fr"' in page
    assert page.index("Régression") < page.index("Ce qui a cassé") < page.index("Toutes les questions")
    assert page.count("<details id=") == 2


# --- sweeps


def test_a_sweep_varies_weights_and_compares(
    invoke: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr("bot.evaluation.sweep.embedder_named", lambda name: HashingEmbedder())
    plan = tmp_path / "plan.yaml"
    plan.write_text("settings: [{name: défaut}, {name: sans mots, weights: {words: 0, best: 1}}]")
    code, output = invoke("sweep", STARTER, "--settings", plan, "--half", "all", "--out", tmp_path / "out")
    assert code == 0, output
    assert "| sans mots |" in (tmp_path / "out" / "sweep.md").read_text()
    assert (tmp_path / "out" / "sans-mots" / "report.html").exists()


def test_a_setting_changes_only_the_weights_that_it_names():
    changed = weights_of(Setting(name="x", weights={"best": 1, "words": 0}))
    assert changed == Weights(best=1, words=0)
    assert isinstance(changed.best, int)
    assert weights_of(Setting(name="x")) == DEFAULT_WEIGHTS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("settings: []", "settings"),
        ("settings: [{name: x, weights: {word: 1}}]", "poids inconnu « word »"),
        ("settings: [{name: x}, {name: X}]", "même nom"),
        ("settings: [{", "mal formé"),
    ],
)
def test_a_plan_says_what_is_wrong(text: str, words: str, tmp_path: Path):
    path = tmp_path / "plan.yaml"
    path.write_text(text)
    with pytest.raises(SweepError, match=words):
        load_plan(path)


def test_an_error_passes_no_question():
    def broken(asked: Question) -> Answer:
        raise ValueError("broken")

    answered = list(ask_all([question(0)], broken, workers=2))
    assert measure_all(answered, {}, {})[0].metrics["passed"] == 0
