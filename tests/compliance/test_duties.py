"""Duties fall to the deputy, then to the secretary; a superior's to nobody below them."""

import pytest

from compliance.access import Role
from compliance.duties import Holder, responsible

OFFICER, DEPUTY, SECRETARY = (
    Holder(Role.ORGANISATION, 3),
    Holder(Role.DEPUTY, 2),
    Holder(Role.SECRETARY, 1),
)


def gone(holder: Holder) -> Holder:
    return Holder(holder.role, holder.who, holder.acting, absent=True)


@pytest.mark.parametrize(
    ("role", "holders", "who"),
    [
        (Role.ORGANISATION, [SECRETARY, DEPUTY, OFFICER], 3),
        (Role.ORGANISATION, [SECRETARY, DEPUTY, gone(OFFICER)], 2),
        (Role.ORGANISATION, [SECRETARY, DEPUTY], 2),
        (Role.ORGANISATION, [SECRETARY, gone(DEPUTY)], 1),
        (Role.ORGANISATION, [gone(SECRETARY)], None),
        (Role.DEPUTY, [SECRETARY], 1),
        (Role.SECRETARY, [gone(SECRETARY), DEPUTY], 2),
        (Role.SECRETARY, [gone(SECRETARY), OFFICER], None),
        (Role.SUPERVISOR, [SECRETARY, DEPUTY], None),
        (Role.SECRETARY, [gone(SECRETARY), Holder(Role.SECRETARY, 9, acting=True), DEPUTY], 9),
        (Role.SECRETARY, [Holder(Role.SECRETARY, 9, acting=True), SECRETARY], 1),
    ],
)
def test_who_does_the_duties_of_a_post(role: Role, holders: list[Holder], who: int | None) -> None:
    found = responsible(role, holders)
    assert (None if found is None else found.who) == who
