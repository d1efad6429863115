from itertools import product

import pytest

from compliance.access import Action, Relation, Role, granting, is_for_oneself, may, who_may

# One line a role and relation; what it may do there. Whatever is not here is refused.
GRANTED = """
secretary    own    record record_group pay correct status records dues_names settings
secretary    own    roster roster_edit export groups remind handover posts grant
secretary    above  status records settings posts
deputy       own    record record_group pay correct status records dues_names
deputy       own    roster roster_edit export groups remind posts
deputy       above  status records posts
organisation own    record record_group pay correct status records dues_names
organisation own    roster roster_edit export groups posts
organisation above  status records posts
publicity    own    record record_group status records posts
publicity    above  status records posts
discipline   own    record record_group status records posts
discipline   above  status records posts
group_leader own    record_group status records posts
group_leader group  status posts
supervisor   own    status records dues_names roster roster_edit export remind posts
supervisor   above  status records dues_names waive score reduce correct_sealed return urge
supervisor   above  roster roster_edit export remind posts units groups handover grant grant_head
owner        own    status records settings roster roster_edit remind posts units groups handover
owner        own    grant grant_head grant_above
owner        above  status records settings roster roster_edit remind posts units groups handover
owner        above  grant grant_head grant_above
member       own    status posts
member       group  status posts
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


BENEATH = (Relation.OWN, Relation.GROUP, Relation.BELOW)
OWN_ROLES = [(role, relation) for role in Role for relation in BENEATH]
RULINGS = (Action.WAIVE, Action.SCORE, Action.REDUCE, Action.CORRECT_SEALED, Action.RETURN)


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


@pytest.mark.parametrize("role", Role)
def test_whoever_may_grant_a_post_may_see_who_holds_it(role: Role) -> None:
    for held in product(Role, Relation):
        if may([held], granting(role)):
            assert may([held], Action.POSTS)


def test_a_secretary_grants_no_post_of_a_head_or_above() -> None:
    held = [(Role.SECRETARY, Relation.OWN)]
    granted_by_secretary = {role for role in Role if may(held, granting(role))}
    heads = {Role.SECRETARY, Role.DEPUTY, Role.SUPERVISOR, Role.OWNER}
    assert granted_by_secretary == set(Role) - heads


def test_one_fitting_role_of_several_is_enough() -> None:
    roles = [(Role.MEMBER, Relation.OWN), (Role.ORGANISATION, Relation.OWN)]
    assert may(iter(roles), Action.PAY)


def test_two_unfitting_roles_do_not_add_up() -> None:
    roles = [(Role.SUPERVISOR, Relation.OWN), (Role.SECRETARY, Relation.ABOVE)]
    assert not may(roles, Action.WAIVE)
    assert not may(roles, Action.RECORD)


def test_who_may_from_above_is_told_apart() -> None:
    assert Role.SECRETARY in who_may(Action.EXPORT)
    assert who_may(Action.EXPORT, Relation.ABOVE) == (Role.SUPERVISOR,)
