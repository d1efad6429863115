"""Intake: what is kept of an update."""

from __future__ import annotations

import pytest
from telegram.error import TelegramError

from bot.intake import arrival


@pytest.mark.parametrize("number", [{}, {"update_id": None}, {"update_id": "1"}])
def test_an_update_without_a_number_is_an_error_that_intake_waits_out(
    number: dict[str, object],
) -> None:
    with pytest.raises(TelegramError):
        arrival({"message": {}, **number})
