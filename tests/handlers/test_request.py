"""What a reply does with the message that was tapped."""

from handlers.request import in_place
from storage.messages import Message


def test_only_the_first_message_here_takes_the_place_of_what_was_tapped() -> None:
    reply = (Message("a", chat_id=-5), Message("b"), Message("c", edits=True))
    assert [(each.template, each.edits) for each in in_place(reply)] == [
        ("a", False),
        ("b", True),
        ("c", False),
    ]
