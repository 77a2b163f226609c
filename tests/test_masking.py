"""Personal data in texts: every way it is written is masked, and figures of métiers never are."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.masking import MASK, Use, mask

PHONES = [
    "06 12 34 56 78",
    "0612345678",
    "06.12.34.56.78",
    "06-12-34-56-78",
    "06/12/34/56/78",
    "06–12–34–56–78",
    "06\u00a012\u00a034\u00a056\u00a078",
    "06\u202f12\u202f34\u202f56\u202f78",
    "06  12  34  56  78",
    "06. 12. 34. 56. 78",
    "0612 34 56 78",
    "06 12345678",
    "06 123 456 78",
    "0612 345 678",
    "0 6 1 2 3 4 5 6 7 8",
    "06 12.34-56 78",
    "0 800 123 456",
    "01 42 34 56 78",
    "(0)6 12 34 56 78",
    "+33 6 12 34 56 78",
    "+33612345678",
    "+33 (0)6 12 34 56 78",
    "+33(0)612345678",
    "(+33) 6 12 34 56 78",
    "+33.6.12.34.56.78",
    "+33 06 12 34 56 78",
    "0033 6 12 34 56 78",
    "0033612345678",
    "00 33 6 12 34 56 78",
    "6 12 34 56 78",
    "612345678",
    "7.12.34.56.78",
    "+41 79 123 45 67",
    "+32 475 12 34 56",
    "+262692123456",
]

OTHERS = [
    ("jean.dupont@ac-lyon.fr", "[adresse]"),
    ("JEAN_DUPONT+test@exemple.co.uk", "[adresse]"),
    ("lea @ exemple.fr", "[adresse]"),
    ("lea(at)exemple.fr", "[adresse]"),
    ("lea arobase exemple point fr", "[adresse]"),
    ("léa.né@exémple.fr", "[adresse]"),
    ("2 05 03 69 123 456 78", "[numéro]"),
    ("205036912345678", "[numéro]"),
    ("1 85 05 78 006 084 36", "[numéro]"),
    ("1 85 05 78 006 084", "[numéro]"),
    ("2.05.03.2A.123.456.78", "[numéro]"),
    ("2 05 03 2b 123 456", "[numéro]"),
    ("123456789AB", "[numéro]"),
    ("1234567890K", "[numéro]"),
    ("123456789a", "[numéro]"),
]

#: What is masked only where a text is kept or sent.
HANDED_ON = [
    ("https://exemple.fr/moi", "[lien]"),
    ("www.exemple.fr", "[lien]"),
    ("@lea_2009", "[compte]"),
    ("@lea.martin", "[compte]"),
    ("12 rue Victor Hugo", "[adresse]"),
    ("3 bis, avenue de la République, 69003 Lyon", "[adresse]"),
    ("27 bd Gambetta 38000 Grenoble", "[adresse]"),
    ("4 impasse des lilas", "[adresse]"),
    ("8 allée de l'Orangerie", "[adresse]"),
    ("123456789012", "[numéro]"),
]

FIGURES = [
    "30 000 euros",
    "30\u202f000\u00a0€ brut par an",
    "3080 euros brut par mois",
    "entre 1801 et 2083 euros brut par mois",
    "de 2 500 à 3 000 €",
    "2 500 000 habitants",
    "6 500 000 000 euros de chiffre d'affaires",
    "612 345 678 euros",
    "+15 000 000 d'emplois, +150 000 000 euros",
    "MET.228 gagne 3 080 euros",
    "FOR.5574, FOR.11114 et M1802, K15, A1101",
    "RNCP35339, RNCP 35339, RS 5372",
    "code 40033403",
    "01/09/2025",
    "le 01/09/2025 30 élèves",
    "du 01/09/2025 au 04/07/2026",
    "01/09/2025 - 04/07/2026",
    "01/09/25-31/08/26",
    "01 09 2025 16 h",
    "né le 03-06-2009 06 ans",
    "2025-10-21",
    "en 2025/2026/2027",
    "2024, 2025, 2026, 2027",
    "bac + 5 en 2026, 35 heures par semaine",
    "bac +5 2025 2026",
    "de 8 h 30 à 17 h 30",
    "3114, 119, 3018, 15, 17, 18, 112, 114",
    "69003 Lyon",
    "UAI 0750001A",
    "10 chemins, 4 cours de cuisine, 2 places en BTS, la rue",
    "mails@",
    "0,5 % de 1 234 567 890",
]


@pytest.mark.parametrize("phone", PHONES)
@pytest.mark.parametrize(
    "around", ["{}", "mon tel c'est {}.", "appelez le {}, combien gagne un boulanger ?", "tel:{}!"]
)
def test_telephones_are_masked_however_they_are_written(phone: str, around: str) -> None:
    assert mask(around.format(phone), Use.READ) == around.format(MASK)
    assert mask(around.format(phone), Use.HAND_ON) == around.format("[téléphone]")


@pytest.mark.parametrize(("said", "mark"), OTHERS)
def test_addresses_and_numbers_of_persons_are_masked(said: str, mark: str) -> None:
    assert mask(f"voici {said}, quel salaire ?", Use.READ) == f"voici {MASK}, quel salaire ?"
    assert mask(f"voici {said}, quel salaire ?", Use.HAND_ON) == f"voici {mark}, quel salaire ?"


@pytest.mark.parametrize(("said", "mark"), HANDED_ON)
def test_links_accounts_and_streets_are_masked_where_a_text_is_kept_and_left_where_it_is_answered(
    said: str, mark: str
) -> None:
    assert mask(f"voici {said}, quel salaire ?", Use.HAND_ON) in (
        f"voici {mark}, quel salaire ?",
        f"voici {mark} quel salaire ?",
    )
    assert mask(f"voici {said}, quel salaire ?", Use.READ) == f"voici {said}, quel salaire ?"


def test_a_street_ends_where_the_question_begins() -> None:
    said = "j'habite 12 rue victor hugo combien gagne un boulanger"
    assert mask(said, Use.HAND_ON) == "j'habite [adresse] combien gagne un boulanger"


@pytest.mark.parametrize("said", FIGURES)
@pytest.mark.parametrize("use", Use)
def test_figures_of_metiers_are_not(said: str, use: Use) -> None:
    assert mask(said, use) == said


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("06 12 34 56 78/07 12 34 56 78", f"{MASK}/{MASK}"),
        ("06 12 34 56 78 ou lea@exemple.fr", f"{MASK} ou {MASK}"),
        ("en 2025 06 12 34 56 78", f"en 2025 {MASK}"),
        ("06 12 34 56 78, 30 000 euros", f"{MASK}, 30 000 euros"),
    ],
)
def test_several_in_a_row_are_all_masked(said: str, kept: str) -> None:
    assert mask(said, Use.READ) == kept


@given(
    st.integers(0, 9_999_999),
    st.sampled_from([" ", "\u00a0", "\u202f"]),
    st.sampled_from(["{} euros", "{} € brut par mois", "gagne {}", "entre {} et {} euros"]),
    st.sampled_from(Use),
)
def test_no_salary_is_ever_masked(amount: int, thousands: str, around: str, use: Use) -> None:
    said = around.replace("{}", f"{amount:,}".replace(",", thousands))
    assert mask(said, use) == said


@given(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d", "%d-%m-%Y"]),
    st.integers(1, 99),
    st.sampled_from(Use),
)
def test_no_date_is_ever_masked(day: date, layout: str, people: int, use: Use) -> None:
    said = f"le {day:{layout}} {people} élèves"
    assert mask(said, use) == said


@given(st.from_regex(r"\A(?:[A-Z]\d{4}|MET\.\d{1,4}|FOR\.\d{1,5}|RNCP ?\d{5}|\d{8})\Z"), st.sampled_from(Use))
def test_no_code_is_ever_masked(code: str, use: Use) -> None:
    assert mask(f"le code {code} ?", use) == f"le code {code} ?"


@given(st.from_regex(r"\A0[1-9](?:[ .]?[0-9]{2}){4}\Z"), st.sampled_from(Use))
def test_any_telephone_in_pairs_is_masked_unless_it_begins_as_a_date(number: str, use: Use) -> None:
    digits = number.replace(" ", "").replace(".", "")
    masked = mask(f"tel {number} svp", use)
    assert digits[4:8] not in masked or digits[4:6] in ("19", "20")


@pytest.mark.parametrize("unit", ["a", "06 ", "+", "0", "1 rue ", "a@", "a.", "@a", "12 rue a ", "(0)", "6 12 "])
@pytest.mark.parametrize("use", Use)
def test_what_comes_after_a_very_long_text_is_masked_too(unit: str, use: Use) -> None:
    assert "lea" not in mask(unit * (200_000 // len(unit)) + ", lea@exemple.fr", use)
