from itertools import product

import pytest

from compliance.access import Action, Relation, Role, is_for_oneself, may, who_may

# One line a role and relation; what it may do there. Whatever is not here is refused.
GRANTED = """
secretary    own    record record_group pay correct status records dues_names settings
secretary    above  status records settings
deputy       own    record record_group pay correct status records dues_names
deputy       above  status records
organisation own    record record_group pay correct status records dues_names
organisation above  status records
publicity    own    record record_group status records
publicity    above  status records
discipline   own    record record_group status records
discipline   above  status records
group_leader own    record_group status records
group_leader below  status
supervisor   own    status records dues_names
supervisor   above  status records dues_names waive score reduce correct_sealed
owner        own    status records settings
owner        above  status records settings
member       own    status
member       below  status
"""


def granted() -> set[tuple[Role, Relation, Action]]:
    found = set()
    for line in GRANTED.strip().splitlines():
        role, relation, *actions = line.split()
        found |= {(Role(role), Relation(relation), Action(action)) for action in actions}
    return found


@pytest.mark.parametrize("role", Role)
def test_every_role_may_do_what_the_table_says_and_nothing_else(role: Role) -> None:
    for relation, action in product(Relation, Action):
        expected = (role, relation, action) in granted()
        assert may([(role, relation)], action) is expected, (relation, action)


@pytest.mark.parametrize("action", Action)
def test_a_stranger_may_do_nothing(action: Action) -> None:
    assert not may([], action)


@pytest.mark.parametrize("action", Action)
def test_a_refusal_names_exactly_the_roles_that_may(action: Action) -> None:
    named = who_may(action)
    assert set(named) == {role for role, _, allowed in granted() if allowed is action}
    assert list(named) == [role for role in Role if role in named]


OWN_ROLES = [(role, relation) for role in Role for relation in (Relation.OWN, Relation.BELOW)]
RULINGS = (Action.WAIVE, Action.SCORE, Action.REDUCE, Action.CORRECT_SEALED)


@pytest.mark.parametrize("action", RULINGS)
@pytest.mark.parametrize("own", OWN_ROLES, ids=lambda held: f"{held[0]}-{held[1]}")
def test_a_superior_rules_on_no_unit_of_ones_own(
    own: tuple[Role, Relation], action: Action
) -> None:
    superior = (Role.SUPERVISOR, Relation.ABOVE)

    assert may([superior], action)
    assert not may([superior, own], action)
    assert not may([own, superior], action)
    assert is_for_oneself(iter([superior, own]), action)
    assert not is_for_oneself([own], action)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", RULINGS)
def test_another_role_above_takes_nothing_from_a_superior(role: Role, action: Action) -> None:
    assert may([(Role.SUPERVISOR, Relation.ABOVE), (role, Relation.ABOVE)], action)


@pytest.mark.parametrize("action", [action for action in Action if action not in RULINGS])
def test_what_is_no_ruling_a_superior_with_a_post_there_may_as_before(action: Action) -> None:
    superior = (Role.SUPERVISOR, Relation.ABOVE)
    for own in OWN_ROLES:
        assert may([superior, own], action) is (may([superior], action) or may([own], action))
        assert not is_for_oneself([superior, own], action)


def test_what_others_entered_is_corrected_by_three_officers_alone() -> None:
    assert who_may(Action.CORRECT) == (Role.SECRETARY, Role.DEPUTY, Role.ORGANISATION)
    for role in who_may(Action.CORRECT):  # whoever corrects for others may enter it, too
        assert may([(role, Relation.OWN)], Action.RECORD)
        assert may([(role, Relation.OWN)], Action.PAY)


def test_a_sealed_year_is_corrected_from_above_alone() -> None:
    assert who_may(Action.CORRECT_SEALED) == (Role.SUPERVISOR,)
    assert not may([(Role.SUPERVISOR, Relation.OWN)], Action.CORRECT_SEALED)
    assert not may([(Role.SECRETARY, Relation.ABOVE)], Action.CORRECT_SEALED)


def test_one_fitting_role_of_several_is_enough() -> None:
    roles = [(Role.MEMBER, Relation.OWN), (Role.ORGANISATION, Relation.OWN)]
    assert may(iter(roles), Action.PAY)


def test_two_unfitting_roles_do_not_add_up() -> None:
    roles = [(Role.SUPERVISOR, Relation.OWN), (Role.SECRETARY, Relation.ABOVE)]
    assert not may(roles, Action.WAIVE)
    assert not may(roles, Action.RECORD)
