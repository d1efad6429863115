"""Holding: one refusal is meant for a chat; two, with nothing that goes well between, for all."""

from __future__ import annotations

from bot.holding import Holding
from bot.outcome import Retry
from storage.pace import EVERYONE

FIRST, SECOND, THIRD = -1, -2, -3
TOLD = Retry(10.0, refused=True)


def test_one_refusal_holds_one_chat() -> None:
    holding = Holding()
    holding.refused(FIRST, TOLD, 100.0)

    assert not holding.held(100.0)
    assert holding.tell() == {FIRST: 10.0}


def test_a_chat_that_is_refused_again_and_again_holds_itself_alone() -> None:
    holding = Holding()
    for moment in (100.0, 110.0, 120.0):
        holding.refused(FIRST, TOLD, moment)

    assert not holding.held(120.0)
    assert holding.tell() == {FIRST: 10.0}


def test_a_second_chat_that_is_refused_means_everyone() -> None:
    holding = Holding()
    holding.refused(FIRST, TOLD, 100.0)
    holding.refused(SECOND, Retry(30.0, refused=True), 101.0)

    assert holding.held(130.9)
    assert not holding.held(131.0)
    assert holding.tell() == {FIRST: 10.0, EVERYONE: 30.0}


def test_a_third_chat_that_was_written_to_in_between_clears_the_others() -> None:
    holding = Holding()
    holding.refused(FIRST, TOLD, 100.0)
    holding.went_well(100.1)
    holding.refused(SECOND, TOLD, 101.0)
    holding.went_well(101.1)
    holding.refused(THIRD, TOLD, 102.0)

    assert not holding.held(102.0)
    assert set(holding.tell()) == {FIRST, SECOND, THIRD}


def test_what_was_begun_before_a_refusal_tells_nothing_about_it() -> None:
    holding = Holding()
    holding.refused(FIRST, TOLD, 100.0)
    holding.went_well(99.9)
    holding.refused(SECOND, TOLD, 101.0)

    assert holding.held(101.0)


def test_the_longest_hold_is_kept() -> None:
    holding = Holding()
    for seconds in (10.0, 60.0, 20.0):
        holding.refused(FIRST, Retry(seconds, everyone=True), 100.0)

    assert holding.held(159.0)
    assert holding.tell() == {EVERYONE: 60.0}


def test_an_error_of_the_network_makes_nobody_suspect() -> None:
    holding = Holding()
    holding.refused(FIRST, Retry(1.0), 100.0)
    holding.refused(SECOND, Retry(1.0), 100.1)

    assert not holding.held(100.2)
    assert holding.tell() == {FIRST: 1.0, SECOND: 1.0}


def test_what_could_not_be_told_is_told_again_with_what_came_since() -> None:
    holding = Holding()
    holding.refused(FIRST, TOLD, 100.0)
    told = holding.tell()
    assert not holding.untold
    holding.refused(SECOND, Retry(1.0), 100.5)
    holding.untell(told)

    assert holding.untold
    assert holding.tell() == {FIRST: 10.0, SECOND: 1.0}


def test_a_newer_hold_wins_over_one_that_could_not_be_told() -> None:
    holding = Holding()
    holding.refused(FIRST, TOLD, 100.0)
    told = holding.tell()
    holding.refused(FIRST, Retry(2.0, refused=True), 109.0)
    holding.untell(told)

    assert holding.tell() == {FIRST: 2.0}


def test_told_to_stop_nothing_goes_out_any_more() -> None:
    holding = Holding()
    holding.stop()

    assert holding.held(1e12)
