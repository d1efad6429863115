"""The words for what is to happen with a post, and those that only look like one."""

import pytest

from compliance.access import Role
from handlers.grammar import Unreadable
from handlers.grammar.posts import Deed, read_posting
from tests.handlers.grammar.conftest import CONTEXT


@pytest.mark.parametrize(
    ("typed", "deed", "name"),
    [
        ("加 组织委员 李四", Deed.GRANT, "李四"),
        ("任命李四 组织委员", Deed.GRANT, "李四"),
        ("add organisation Li Si", Deed.GRANT, "Li Si"),
        ("辞去 组织委员 李四", Deed.END, "李四"),
        ("免职 组织委员 李四", Deed.END, "李四"),
        ("撤 组织委员", Deed.END, None),
        ("加央 组织委员", Deed.GRANT, "加央"),
        ("Ender Li organisation", Deed.GRANT, "Ender Li"),
        ("代理组织委员 李四 至 12月1日", Deed.ACT, "李四"),
    ],
)
def test_a_deed_is_read(typed: str, deed: Deed, name: str | None) -> None:
    posting = read_posting(typed, CONTEXT)
    assert (posting.deed, posting.role, posting.name) == (deed, Role.ORGANISATION, name)


def test_a_deed_that_is_not_known_is_quoted_with_those_that_are() -> None:
    with pytest.raises(Unreadable) as refused:
        read_posting("提拔 李四 组织委员", CONTEXT)
    assert [(p.code, p.read) for p in refused.value.problems] == [("post_words", "提拔 李四")]
