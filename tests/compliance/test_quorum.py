"""Quorum, votes and grades: around every bound, with probationary members and late comers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.appraisal import Grade
from compliance.catalogue import default
from compliance.people import Member, Stage
from compliance.quorum import Rules, Sitting, Turnout, flags, turnout

DAY = date(2026, 11, 20)
GENERAL = Rules(general=True, committee=False, election=False, graded=False)
COMMITTEE = Rules(general=False, committee=True, election=False, graded=False)
ELECTION = Rules(general=True, committee=False, election=True, graded=False)
GRADED = Rules(general=False, committee=False, election=False, graded=True)
FOR = (9, 0, 0)


def roster(full: int, probationary: int = 0) -> tuple[Member, ...]:
    """满1, 满2… vote; 预1, 预2… do not; nobody else is on the roster that day."""
    return (
        *(Member(n, f"满{n}", Stage.FULL) for n in range(1, full + 1)),
        *(Member(50 + n, f"预{n}", Stage.PROBATIONARY) for n in range(1, probationary + 1)),
        Member(90, "走了", Stage.FULL, left_on=DAY),
        Member(91, "没来", Stage.FULL, joined_on=date(2026, 11, 21)),
        Member(92, "未转", Stage.FULL, joined_on=date(2026, 11, 21), full_on=date(2026, 12, 1)),
        Member(93, "积极", Stage.ACTIVIST),
    )


def codes(rules: Rules, people: tuple[Member, ...], sitting: Sitting) -> list[str]:
    return [flag.code for flag in flags(rules, people, sitting)]


@pytest.mark.parametrize(
    ("kinds", "rules"),
    [
        (("党员大会",), GENERAL),
        (("支委会",), COMMITTEE),
        (("换届选举",), ELECTION),
        (("党员大会", "换届选举"), ELECTION),
        (("民主评议",), GRADED),
        (("学习", "从前有的"), Rules(False, False, False, False)),
    ],
)
def test_the_kinds_bring_their_rules(kinds: tuple[str, ...], rules: Rules) -> None:
    assert Rules.of(default(), kinds) == rules


@pytest.mark.parametrize(
    ("sitting", "least", "most"),
    [
        (Sitting(DAY), 0, 8),
        (Sitting(DAY, all_present=True), 8, 8),
        (Sitting(DAY, present=6), 4, 6),  # two of the six may be on probation
        (Sitting(DAY, expected=10, present=10), 8, 8),
        (Sitting(DAY, expected=10, present=9), 7, 8),
        (Sitting(DAY, expected=10, present=9, absent=("满1",)), 7, 7),
        (Sitting(DAY, expected=10, present=9, absent=("预1",)), 8, 8),
        (Sitting(DAY, absent=("满1", "预1")), 7, 7),
        (Sitting(DAY, present=0), 0, 0),
        (Sitting(DAY, expected=20, present=18), 6, 8),
        (Sitting(DAY, absent=("谁也不是",)), 8, 8),
        (Sitting(DAY, expected=10, present=8, absent=("满1", "满1")), 7, 7),
    ],
)
def test_how_many_voting_members_came(sitting: Sitting, least: int, most: int) -> None:
    there = tuple(m for m in roster(8, 2) if m.on_roster(DAY))
    assert turnout(there, sitting) == Turnout(8, least, most)


@pytest.mark.parametrize(
    ("full", "absent", "flagged"),
    [
        (8, 3, []),  # 5 of 8
        (8, 4, ["quorum_short"]),  # 4 of 8 is no more than half
        (7, 3, []),
        (7, 4, ["quorum_short"]),
        (1, 0, []),
        (1, 1, ["quorum_short"]),
    ],
)
def test_a_vote_needs_more_than_half_of_the_voting_members(
    full: int, absent: int, flagged: list[str]
) -> None:
    names = tuple(f"满{n}" for n in range(1, absent + 1))
    votes = (full - absent, 0, 0)
    sitting = Sitting(DAY, absent=names, votes=votes, all_present=not names)
    assert codes(GENERAL, roster(full, 2), sitting) == flagged


@pytest.mark.parametrize(
    ("full", "absent", "flagged"),
    [
        (10, 1, []),  # 9 of 10
        (10, 2, ["election_short"]),  # 8 of 10 is four fifths, no more
        (9, 1, []),
        (9, 2, ["election_short"]),
        (5, 0, []),
        (5, 1, ["election_short"]),
    ],
)
def test_an_election_needs_more_than_four_fifths(
    full: int, absent: int, flagged: list[str]
) -> None:
    names = tuple(f"满{n}" for n in range(1, absent + 1))
    sitting = Sitting(DAY, absent=names, all_present=not names)
    assert codes(ELECTION, roster(full), sitting) == flagged


@pytest.mark.parametrize(
    ("rules", "present", "flagged"),
    [
        (GENERAL, 4, ["quorum_short"]),  # be they all voting members
        (GENERAL, 5, ["quorum_unsure"]),
        (GENERAL, 6, ["quorum_unsure"]),
        (GENERAL, 7, []),  # at most two of them do not vote
        (ELECTION, 6, ["election_short"]),
        (ELECTION, 7, ["election_unsure"]),
        (ELECTION, 8, ["election_unsure"]),
        (ELECTION, 9, []),
    ],
)
def test_what_is_not_certain_is_said_softly(rules: Rules, present: int, flagged: list[str]) -> None:
    sitting = Sitting(DAY, present=present, votes=(present, 0, 0))
    found = [code for code in codes(rules, roster(8, 2), sitting) if code != "too_many_votes"]
    assert found == flagged


def test_without_votes_only_an_election_is_looked_at() -> None:
    assert codes(GENERAL, roster(8), Sitting(DAY, present=2)) == []
    assert codes(ELECTION, roster(8), Sitting(DAY)) == ["election_unsure"]


def test_a_probationary_members_vote_is_one_too_many() -> None:
    sitting = Sitting(DAY, all_present=True, present=10, expected=10, votes=(9, 0, 0))
    assert codes(GENERAL, roster(8, 2), sitting) == ["too_many_votes"]
    sitting = Sitting(DAY, all_present=True, present=10, expected=10, votes=(7, 0, 1))
    assert codes(GENERAL, roster(8, 2), sitting) == []


@pytest.mark.parametrize(
    ("expected", "voting", "flagged"),
    [
        (10, 8, []),
        (None, None, []),
        (9, 8, ["expected_differs"]),
        (10, 10, ["voting_differs"]),
        (8, 7, ["voting_differs", "expected_differs"]),
    ],
)
def test_numbers_that_the_roster_does_not_bear_out(
    expected: int | None, voting: int | None, flagged: list[str]
) -> None:
    sitting = Sitting(DAY, expected=expected, voting=voting)
    assert codes(GENERAL, roster(8, 2), sitting) == flagged


@pytest.mark.parametrize("rules", [COMMITTEE, GRADED])
@pytest.mark.parametrize(
    ("members", "most"),
    [(8, 18), (10, 20), (15, 30)],  # ten guests, or as many as there are members
)
def test_many_more_than_there_are_members_are_likely_a_slip(
    rules: Rules, members: int, most: int
) -> None:
    people = roster(members - 1, 1)
    assert codes(rules, people, Sitting(DAY, expected=most)) == []
    assert codes(rules, people, Sitting(DAY, expected=most + 1)) == ["expected_differs"]
    assert codes(rules, (), Sitting(DAY, expected=most + 1)) == []  # no roster, nothing to tell by
    assert codes(rules, people, Sitting(DAY)) == []


@pytest.mark.parametrize(
    ("rules", "favour", "agreed", "flagged"),
    [
        (GENERAL, 5, True, []),
        (GENERAL, 4, True, ["not_passed"]),  # half of all eight is not more than half
        (GENERAL, 4, False, []),
        (ELECTION, 5, True, []),
        (ELECTION, 4, True, ["not_elected"]),
    ],
)
def test_a_resolution_needs_more_than_half_of_all_who_vote(
    rules: Rules, favour: int, agreed: bool, flagged: list[str]
) -> None:
    sitting = Sitting(DAY, all_present=True, votes=(favour, 8 - favour, 0), agreed=agreed)
    assert codes(rules, roster(8), sitting) == flagged


def test_who_was_elected_needs_half_of_those_who_came() -> None:
    sitting = Sitting(DAY, absent=("满1",), votes=(5, 4, 0), agreed=True)
    assert codes(ELECTION, roster(10), sitting) == []
    sitting = Sitting(DAY, absent=("满1",), votes=(4, 5, 0), agreed=True)
    assert codes(ELECTION, roster(10), sitting) == ["not_elected"]


@pytest.mark.parametrize(
    ("expected", "present", "flagged"),
    [
        (5, 3, []),
        (5, 2, ["committee_short"]),
        (4, 2, ["committee_short"]),
        (4, 3, []),
        (None, 2, []),
        (5, None, []),
    ],
)
def test_a_committee_needs_more_than_half_of_its_members(
    expected: int | None, present: int | None, flagged: list[str]
) -> None:
    assert codes(COMMITTEE, roster(8), Sitting(DAY, expected, None, present)) == flagged


def test_without_a_roster_nothing_can_be_told_of_a_general_meeting() -> None:
    sitting = Sitting(DAY, expected=5, voting=9, present=1, votes=FOR, agreed=True)
    assert codes(GENERAL, (), sitting) == []


def graded(*grades: str) -> Sitting:
    """Grades of 满1, 满2…; a letter each: e, g, b, p."""
    by_letter = {grade.value[0]: grade for grade in Grade}
    return Sitting(DAY, grades={n: by_letter[one] for n, one in enumerate(grades, 1)})


@pytest.mark.parametrize(
    ("full", "grades", "flagged"),
    [
        (3, "egg", []),
        (3, "eeg", ["too_many_excellent"]),
        (4, "eggg", []),
        (6, "eegggg", []),
        (5, "eeggp", ["too_many_excellent"]),
        (4, "egg", ["without_grade"]),
        (2, "ggg", []),  # the third on the roster is nobody of those days
        (0, "", []),
    ],
)
def test_grades(full: int, grades: str, flagged: list[str]) -> None:
    assert codes(GRADED, roster(full), graded(*grades)) == flagged


def test_all_members_are_graded_those_on_probation_too_and_nobody_else() -> None:
    sitting = Sitting(DAY, grades={1: Grade.GOOD, 93: Grade.GOOD, 90: Grade.GOOD})
    found = {flag.code: flag.values["names"] for flag in flags(GRADED, roster(2, 1), sitting)}
    assert found == {"without_grade": ("满2", "预1"), "graded_no_member": ("走了", "积极")}


COUNT = st.none() | st.integers(0, 30)
PEOPLE = st.lists(
    st.builds(
        Member,
        id=st.integers(1, 40),
        name=st.sampled_from(("张三", "李四", "王五")),
        stage=st.sampled_from(Stage),
        full_on=st.none() | st.just(DAY),
        left_on=st.none() | st.just(DAY),
    ),
    max_size=12,
)
SITTINGS = st.builds(
    Sitting,
    st.just(DAY),
    COUNT,
    COUNT,
    COUNT,
    st.booleans(),
    st.lists(st.sampled_from(("张三", "李四", "谁")), max_size=5).map(tuple),
    st.none() | st.tuples(*[st.integers(0, 30)] * 3),
    st.booleans(),
    st.dictionaries(st.integers(1, 40), st.sampled_from(Grade)),
)
RULES = st.builds(Rules, *[st.booleans()] * 4)


@given(RULES, PEOPLE, SITTINGS)
def test_any_record_is_looked_at_without_a_fault(
    rules: Rules, people: list[Member], sitting: Sitting
) -> None:
    found = codes(rules, tuple(people), sitting)
    assert len(found) == len(set(found))


@given(PEOPLE, SITTINGS)
def test_at_least_is_never_above_at_most(people: list[Member], sitting: Sitting) -> None:
    came = turnout(people, sitting)
    assert 0 <= came.least <= came.most <= came.voters
