"""From what an operator names to candidate files: folders, globs, archives, and everything that stands in the way."""

from __future__ import annotations

import os
import stat
import struct
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import sources
from ingest.readers import Rejection, Source
from ingest.sources import Ignored, find_sources
from tests.rights import as_nobody


def found(*paths: str | Path) -> list[Source | Rejection | Ignored]:
    return list(find_sources(paths))


def names(*paths: str | Path) -> list[str]:
    return [Path(source.name).name for source in found(*paths) if isinstance(source, Source)]


def ignored(*paths: str | Path) -> list[str]:
    return [Path(source.path).name for source in found(*paths) if isinstance(source, Ignored)]


def refusal(*paths: str | Path) -> Rejection:
    [rejection] = [source for source in found(*paths) if isinstance(source, Rejection)]
    assert "\n" not in rejection.reason
    return rejection


def make(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"texte de {name}", encoding="utf-8")
    return folder


def make_zip(path: Path, **members: bytes | str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


# --- files and folders ---


def test_a_file_is_read_under_the_name_it_was_given(tmp_path: Path) -> None:
    path = make(tmp_path, "MET.1.md") / "MET.1.md"
    assert found(path) == [Source(str(path), b"texte de MET.1.md")]


def test_a_named_file_is_read_whatever_its_suffix(tmp_path: Path) -> None:
    assert names(make(tmp_path, "fiche.txt") / "fiche.txt") == ["fiche.txt"]


def test_a_folder_gives_its_candidates_in_a_stable_order_and_the_rest_is_ignored(tmp_path: Path) -> None:
    make(
        tmp_path,
        "b/MET.2.md",
        "a/dump.XML",
        "MET.1.md",
        "README.md",
        "b/README.md",
        "photo.png",
        ".cache.md",
        "x.md.bak",
    )
    assert names(tmp_path) == ["MET.1.md", "dump.XML", "MET.2.md"]
    assert sorted(ignored(tmp_path)) == [".cache.md", "README.md", "README.md", "photo.png", "x.md.bak"]


def test_hidden_folders_are_not_entered(tmp_path: Path) -> None:
    assert found(make(tmp_path, ".git/MET.1.md")) == []


def test_a_folder_whose_name_looks_like_a_file_is_a_folder(tmp_path: Path) -> None:
    assert names(make(tmp_path, "fiches.md/MET.1.md")) == ["MET.1.md"]


def test_an_empty_folder_gives_nothing(tmp_path: Path) -> None:
    assert found(tmp_path) == []


def test_a_file_named_twice_in_any_way_is_read_once(tmp_path: Path) -> None:
    make(tmp_path, "fiches/MET.1.md")
    (tmp_path / "link.md").symlink_to(tmp_path / "fiches" / "MET.1.md")
    folder = tmp_path / "fiches"
    assert len(found(folder, folder / "MET.1.md", f"{folder}/../fiches/MET.1.md", tmp_path / "link.md", tmp_path)) == 1


def test_globs_are_expanded_recursive_ones_too(tmp_path: Path) -> None:
    make(tmp_path, "a/MET.1.md", "a/b/MET.2.md", "a/note.txt")
    assert names(f"{tmp_path}/a/*.md") == ["MET.1.md"]
    assert names(f"{tmp_path}/**/*.md") == ["MET.1.md", "MET.2.md"]
    assert names(f"{tmp_path}/*") == ["MET.1.md", "MET.2.md"]


def test_a_name_with_the_signs_of_a_glob_is_first_a_name(tmp_path: Path) -> None:
    assert names(make(tmp_path, "[a]*.md") / "[a]*.md") == ["[a]*.md"]


def test_the_home_folder_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(make(tmp_path, "MET.1.md")))
    assert names("~/MET.1.md") == ["MET.1.md"]


NOWHERE = ["absent.md", "absent/*.md", "a" * 300, "~nobody-of-that-name/fiches", "\0", "["]


@pytest.mark.parametrize("path", NOWHERE)
def test_a_path_that_leads_nowhere_is_rejected(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rejection = refusal(path)
    assert (rejection.path, rejection.reason) == (path, "aucun fichier ni dossier de ce nom : vérifier le chemin")


def test_a_rejected_path_does_not_stop_the_others(tmp_path: Path) -> None:
    make(tmp_path, "MET.1.md")
    assert names(tmp_path / "absent", tmp_path / "MET.1.md") == ["MET.1.md"]


# --- links, devices, rights ---


def test_a_loop_of_links_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to(tmp_path / "b.md")
    (tmp_path / "b.md").symlink_to(tmp_path / "a.md")
    reasons = {source.reason for source in found(tmp_path, tmp_path / "a.md")}
    assert reasons == {"boucle de liens symboliques : ôter le lien"}


def test_a_dangling_link_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to(tmp_path / "absent")
    for path in (tmp_path, tmp_path / "a.md"):
        rejection = refusal(path)
        assert rejection.path == str(tmp_path / "a.md")
        assert rejection.reason == "lien ou fichier qui ne mène nulle part : l'ôter"


def test_a_linked_folder_is_ignored_so_that_no_loop_is_walked(tmp_path: Path) -> None:
    make(tmp_path, "fiches/MET.1.md")
    (tmp_path / "fiches" / "again").symlink_to(tmp_path / "fiches")
    assert names(tmp_path) == ["MET.1.md"]
    assert ignored(tmp_path) == ["again"]


def test_a_linked_folder_that_is_named_is_entered(tmp_path: Path) -> None:
    make(tmp_path, "fiches/MET.1.md")
    (tmp_path / "link").symlink_to(tmp_path / "fiches")
    assert names(tmp_path / "link") == ["MET.1.md"]


def test_a_pipe_is_rejected_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "tube.md")
    for path in (tmp_path, tmp_path / "tube.md"):
        assert refusal(path).reason == "n'est pas un fichier ordinaire : l'ôter des sources"


def test_an_unreadable_file_is_rejected_and_the_rest_is_read() -> None:
    with as_nobody() as folder:
        make(folder, "sub/MET.1.md", "sub/MET.2.md")
        (folder / "sub" / "MET.1.md").chmod(0)
        rejection = refusal(folder)
        assert (Path(rejection.path).name, rejection.line) == ("MET.1.md", None)
        assert rejection.reason == "lecture refusée : donner le droit de lecture (chmod +r)"
        assert names(folder) == ["MET.2.md"]


def test_an_unreadable_folder_is_rejected_and_the_rest_is_read() -> None:
    with as_nobody() as folder:
        make(folder, "open/MET.1.md", "shut/MET.2.md")
        (folder / "shut").chmod(0)
        assert (Path(refusal(folder).path).name, names(folder)) == ("shut", ["MET.1.md"])
        assert "lecture refusée" in refusal(folder / "shut" / "MET.2.md").reason
        (folder / "shut").chmod(stat.S_IRWXU)


def test_a_file_name_in_an_old_encoding_can_be_printed(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    Path(os.fsdecode(folder + b"/m\xe9tier.md")).touch()
    Path(os.fsdecode(folder + b"/m\xe9tier.txt")).touch()
    Path(os.fsdecode(folder + b"/perdu\xe9.md")).symlink_to("absent")
    read, note, lost = found(tmp_path)
    shown = [read.name, note.path, lost.path]
    assert [Path(path).name for path in shown] == ["m\ufffdtier.md", "m\ufffdtier.txt", "perdu\ufffd.md"]


def test_a_file_past_the_limit_is_rejected_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.md"
    path.touch()
    os.truncate(path, 50 * 2**20)
    assert refusal(path).reason == "fichier de 50 Mo (limite : 40 Mo) : le découper en plusieurs fichiers"


def test_a_file_that_announces_no_size_is_read_no_further_than_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make(tmp_path, "grows.md") / "grows.md"
    monkeypatch.setattr(sources, "MAX_BYTES", 4)
    monkeypatch.setattr(Path, "stat", lambda self, **_: os.stat_result((stat.S_IFREG, 0, 0, 1, 0, 0, 0, 0, 0, 0)))
    assert "limite" in refusal(path).reason


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/a.md", "https://exemple.fr/a.zip", "file:///etc/passwd", "FTP://a/b"]
)
def test_an_address_is_no_path_and_nothing_is_asked_of_it(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.socket", None)
    rejection = refusal(address)
    assert (rejection.path, "ne télécharge rien" in rejection.reason) == (address, True)


def test_a_link_out_of_a_folder_is_rejected_and_one_that_is_named_is_read(tmp_path: Path) -> None:
    make(tmp_path, "elsewhere/MET.2.md", "fiches/MET.1.md")
    link = tmp_path / "fiches" / "lien.md"
    link.symlink_to(tmp_path / "elsewhere" / "MET.2.md")
    assert refusal(tmp_path / "fiches").reason.startswith("lien qui sort du dossier")
    assert names(tmp_path / "fiches") == ["MET.1.md"]
    assert names(link) == ["lien.md"]


# --- archives ---


def test_a_link_in_an_archive_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        member = zipfile.ZipInfo("MET.1.md")
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(member, "/etc/passwd")
        archive.writestr("MET.2.md", "deux")
    assert "lien symbolique" in refusal(path).reason
    assert names(path) == ["a.zip!MET.2.md"]


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_an_unusual_compression_is_not_unpacked(method: int, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("MET.1.md", "texte " * 50)
    assert "compression inhabituelle" in refusal(path).reason


def test_members_that_share_their_bytes_are_not_unpacked_again_and_again(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "overlap.zip", **{"MET.1.md": b"\0" * 1_000_000})
    with zipfile.ZipFile(path, "a") as archive:
        first = archive.infolist()[0]
        for number in range(2, 200):
            member = zipfile.ZipInfo(f"MET.{number}.md")
            for name in ("compress_type", "CRC", "compress_size", "file_size", "header_offset"):
                setattr(member, name, getattr(first, name))
            archive.filelist.append(member)
            archive.NameToInfo[member.filename] = member
        archive._didModify = True  # type: ignore[attr-defined]
    assert names(path) == ["overlap.zip!MET.1.md"]
    assert sum(isinstance(source, Rejection) for source in found(path)) == 198


def test_an_archive_gives_its_candidates_whatever_its_own_name(tmp_path: Path) -> None:
    members = {"b/MET.2.md": "deux", "MET.1.md": "un", "dump.xml": "<a/>", "README.md": "", "photo.png": ""}
    path = make_zip(
        tmp_path / "fiches.zip.download", **members, **{"__MACOSX/MET.3.md": "", "inside.zip": "", "d/": ""}
    )
    assert found(path) == [
        Source(f"{path}!MET.1.md", b"un"),
        Ignored(f"{path}!README.md"),
        Ignored(f"{path}!__MACOSX/MET.3.md"),
        Source(f"{path}!b/MET.2.md", b"deux"),
        Source(f"{path}!dump.xml", b"<a/>"),
        Ignored(f"{path}!inside.zip"),
        Ignored(f"{path}!photo.png"),
    ]


def test_archives_of_a_folder_are_candidates(tmp_path: Path) -> None:
    make_zip(tmp_path / "fiches.ZIP", **{"MET.1.md": "un"})
    assert [source.name for source in found(tmp_path)] == [f"{tmp_path / 'fiches.ZIP'}!MET.1.md"]


@pytest.mark.parametrize("name", ["../MET.1.md", "a/../../MET.1.md", "/etc/MET.1.md", "..\\MET.1.md", "\\MET.1.md"])
def test_a_member_whose_name_leaves_the_archive_is_rejected_and_the_rest_is_read(name: str, tmp_path: Path) -> None:
    path = make_zip(tmp_path / "fiches.zip", **{name: "piège", "MET.2.md": "deux"})
    rejection = refusal(path)
    assert (rejection.path, "nom qui sort de l'archive" in rejection.reason) == (f"{path}!{name}", True)
    assert [source.name for source in found(path) if isinstance(source, Source)] == [f"{path}!MET.2.md"]
    assert sorted(tmp_path.rglob("*")) == [path]


def test_dots_inside_a_name_are_no_way_out(tmp_path: Path) -> None:
    assert names(make_zip(tmp_path / "a.zip", **{"MET..1.md": "un"})) == ["a.zip!MET..1.md"]


def test_an_encrypted_member_is_rejected_and_the_rest_is_read(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", **{"MET.1.md": "secret", "MET.2.md": "deux"})
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the first member's flags, in both its headers
        data[data.index(signature) + offset] |= 1
    path.write_bytes(data)
    rejection = refusal(path)
    assert (rejection.path, "sans mot de passe" in rejection.reason) == (f"{path}!MET.1.md", True)
    assert names(path) == ["a.zip!MET.2.md"]


def test_a_damaged_member_is_rejected_and_the_rest_is_read(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", **{"MET.1.md": "texte " * 50, "MET.2.md": "deux"})
    data = bytearray(path.read_bytes())
    data[38:46] = b"\xff" * 8  # the first member's compressed bytes
    path.write_bytes(data)
    assert refusal(path).path == f"{path}!MET.1.md"
    assert names(path) == ["a.zip!MET.2.md"]


def test_a_truncated_archive_is_rejected_as_an_archive(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", **{"MET.1.md": "texte " * 50})
    path.write_bytes(path.read_bytes()[:-30])
    for named in (tmp_path, path):
        assert refusal(named).reason.startswith("archive .zip illisible")


def test_a_member_that_declares_too_much_is_rejected_before_it_is_unpacked(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "bomb.zip", **{"MET.1.md": b"\0" * 41 * 2**20, "MET.2.md": "deux"})
    assert path.stat().st_size < 100_000
    rejection = refusal(path)
    assert (rejection.path, "limite : 40 Mo" in rejection.reason) == (f"{path}!MET.1.md", True)
    assert names(path) == ["bomb.zip!MET.2.md"]


def test_an_archive_that_declares_too_much_in_all_is_rejected_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "MAX_ARCHIVE_BYTES", 10)
    path = make_zip(tmp_path / "bomb.zip", **{"MET.1.md": "123456", "MET.2.md": "123456"})
    assert "archive de plus de" in refusal(path).reason
    assert names(path) == []


def test_a_member_that_lies_about_its_size_is_not_unpacked_past_it(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "liar.zip", **{"MET.1.md": b"\0" * 10_000_000})
    data = bytearray(path.read_bytes())
    struct.pack_into("<L", data, data.index(b"PK\x01\x02") + 24, 10)
    path.write_bytes(data)
    assert refusal(path).path == f"{path}!MET.1.md"


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_damage_to_an_archive_raises(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = make_zip(Path(folder, "a.zip"), **{f"MET.{number}.md": "texte " * 40 for number in range(3)})
        content = bytearray(path.read_bytes())
        places = st.integers(0, len(content) - 1)
        for place in data.draw(st.lists(places, min_size=1, max_size=4)):
            content[place] = data.draw(st.integers(0, 255))
        path.write_bytes(content[: data.draw(places)] if data.draw(st.booleans()) else content)
        for source in found(path):
            assert not isinstance(source, Rejection) or "\n" not in source.reason
