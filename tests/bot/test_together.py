"""Work done together: what waits shares one go, and everyone hears how theirs ended."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.together import Together


class Work:
    """Doubles numbers; each go waits until it is let on."""

    def __init__(self) -> None:
        self.goes: list[list[int]] = []
        self.on = asyncio.Semaphore(0)

    async def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.goes.append(list(numbers))
        await self.on.acquire()
        if 13 in numbers:
            raise ValueError("unlucky")
        return [2 * number for number in numbers]


def asking(together: Together[int, int], *numbers: int) -> list[asyncio.Task[int]]:
    return [asyncio.create_task(together.ask(number)) for number in numbers]


async def passed() -> None:
    """Let all that can go on go on."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_what_is_asked_for_meanwhile_is_done_in_the_next_go() -> None:
    work = Work()
    together = Together(work)
    first = asking(together, 1)
    await passed()
    more = asking(together, 2, 3, 4)
    await passed()
    work.on.release()
    work.on.release()

    assert await asyncio.gather(*first, *more) == [2, 4, 6, 8]
    assert work.goes == [[1], [2, 3, 4]]


async def test_a_go_that_fails_is_told_to_those_of_it_alone() -> None:
    work = Work()
    together = Together(work)
    first = asking(together, 12, 13)
    await passed()
    more = asking(together, 14)
    for _ in range(2):
        work.on.release()
    told = await asyncio.gather(*first, *more, return_exceptions=True)

    assert [str(each) for each in told] == ["unlucky", "unlucky", "28"]


async def test_who_goes_away_takes_nothing_from_the_others() -> None:
    work = Work()
    together = Together(work)
    gone, stays = asking(together, 1, 2)
    await passed()
    gone.cancel()
    work.on.release()

    assert await stays == 4
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_after_all_was_done_it_begins_again() -> None:
    work = Work()
    together = Together(work)
    for number in (1, 2, 13, 3):
        (asked,) = asking(together, number)
        work.on.release()
        (told,) = await asyncio.gather(asked, return_exceptions=True)
        assert str(told) == ("unlucky" if number == 13 else str(2 * number))
    assert work.goes == [[1], [2], [13], [3]]
