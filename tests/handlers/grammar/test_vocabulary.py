import re
import tomllib
from pathlib import Path

import pytest

import handlers.grammar
from compliance.appraisal import Grade
from compliance.catalogue import default
from handlers.grammar import vocabulary

ROOM = Path(handlers.grammar.__file__).parent
LOOKED_UP = ("roles", "commands", "roster_columns", "stages", "dues_categories", "answers", "kinds")


def test_words_are_written_as_they_are_compared() -> None:
    from handlers.grammar.normalise import word

    sections = tomllib.loads((ROOM / "vocabulary.toml").read_text("utf-8"))
    for name, section in sections.items():
        for words in section.values():
            for typed in words:
                assert word(typed) == typed, f"[{name}] {typed!r}"


@pytest.mark.parametrize("section", LOOKED_UP)
def test_no_word_means_two_things(section: str) -> None:
    assert getattr(vocabulary, section)() == vocabulary.meanings(section)


def test_words_are_looked_up_in_any_width_and_case() -> None:
    assert vocabulary.look_up("roles", " 书记 ") == "secretary"
    assert vocabulary.look_up("roles", "Secretary") == "secretary"
    assert vocabulary.look_up("commands", "会议") == "meeting"
    assert vocabulary.look_up("roster_columns", "姓 名") is None
    assert vocabulary.look_up("dues_categories", "离退休") == "retired"
    assert vocabulary.look_up("stages", "预备党员") == "probationary"


def test_every_kind_of_the_catalogue_goes_by_its_name_in_both_languages() -> None:
    for kind in default().record_kinds.values():
        assert vocabulary.look_up("kinds", kind.name) == kind.name
        assert vocabulary.look_up("kinds", kind.title_en) == kind.name


def test_every_grade_has_its_words() -> None:
    assert set(vocabulary.table("grades")) == set(Grade)


def test_no_recogniser_holds_a_chinese_word() -> None:
    for source in ROOM.glob("*.py"):
        code = re.sub(r'"""(?:.|\n)*?"""|#.*', "", source.read_text("utf-8"))
        assert not re.search("[\u4e00-\u9fff]", code), source.name
