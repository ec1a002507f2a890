"""Folders: which files are articles, in what order, and what never leads out of the folder."""

import os

import pytest

from footnote.corpus.folder import article_files
from footnote.corpus.result import Refusal


def names(folder):
    return [str(file.relative_to(folder)) for file in article_files(folder)]


def test_by_name_without_what_is_hidden_or_no_article(tmp_path):
    files = [
        "b.txt",
        "a/c.md",
        "a/B.HTML",
        "README.md",
        "a/readme.txt",
        ".hidden/d.txt",
        ".e.txt",
        "f.csv",
        "g.rss",
        "h.pdf",
    ]
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("words", "utf-8")
    (tmp_path / "folder.txt").mkdir()
    assert names(tmp_path) == ["a/B.HTML", "a/c.md", "b.txt", "h.pdf"]


def test_links_that_lead_out_are_passed_over(tmp_path):
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    (outside / "deep").mkdir(parents=True)
    folder.mkdir()
    (outside / "secret.txt").write_text("secret", "utf-8")
    (folder / "real.txt").write_text("words", "utf-8")
    (folder / "link.txt").symlink_to(outside / "secret.txt")
    (folder / "inner.txt").symlink_to("real.txt")
    (folder / "linked").symlink_to(outside)
    (folder / "loop").symlink_to(folder)
    (folder / "gone.txt").symlink_to("nowhere.txt")
    (folder / "self.txt").symlink_to("self.txt")
    assert names(folder) == ["inner.txt", "real.txt"]


def test_a_folder_that_is_a_link_itself(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.txt").write_text("words", "utf-8")
    (tmp_path / "link").symlink_to("real")
    assert names(tmp_path / "link") == ["a.txt"]


def test_folders_within_folders_without_end(tmp_path):
    deepest = tmp_path
    for _ in range(400):
        deepest /= "a"
    deepest.mkdir(parents=True)
    (deepest / "a.txt").write_text("words", "utf-8")
    assert len(article_files(tmp_path)) == 1


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_may_not_be_read(tmp_path):
    (tmp_path / "a.txt").write_text("words", "utf-8")
    (tmp_path / "shut").mkdir(mode=0)
    found = article_files(tmp_path)
    assert isinstance(found[1], Refusal)
    assert found[1].source == str(tmp_path / "shut")


def test_a_folder_that_goes_away(tmp_path):
    (found,) = article_files(tmp_path / "gone")
    assert isinstance(found, Refusal)
    assert "cannot be read" in found.reason
