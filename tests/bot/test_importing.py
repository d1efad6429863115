"""Rosters that are sent to the bot: shown, confirmed, taken; and what may go wrong on the way."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from bot.cli import office
from compliance.access import Role
from handlers.request import Reply
from handlers.roster_files import taking
from handlers.roster_files.reading import read_roster
from handlers.roster_files.writing import as_xlsx
from storage import directory, roster, uploads
from storage.database import snapshot, transaction
from storage.imports import taking as bulk
from storage.ledger import Audit
from storage.people import Person, PersonWas
from storage.units import RoleHeld, Unit
from storage.uploads import Upload, UploadState
from tests.sample import ACTORS
from tests.stage import Shown, Stage, actor, sanhui

SECRETARY = ACTORS["书记"].user_id
FILE = (
    "姓名,类别,党小组,学历\n张三,正式党员,第二小组,本科\n吴十,正式党员,,\n郑新,预备党员,第三小组,\n"
)


async def sent(
    stage: Stage,
    content: bytes | str = FILE,
    *,
    who: str = "书记",
    name: str = "名册.csv",
    **more: str,
) -> list[Shown]:
    """Send a file as a roster in private; answer all that is said of it."""
    data = content.encode() if isinstance(content, str) else content
    return await stage.send(who, "私聊", [(name, data)], caption=more.get("caption", "/roster"))


def people(stage: Stage, unit: str = "第一支部") -> dict[str, Person]:
    with snapshot(stage.service.core.engine) as session:
        key = directory.units_named(session, unit)[0].key
        rows = session.exec(select(Person).where(Person.unit_id == key)).all()
        session.expunge_all()
        return {each.name: each for each in rows}


def only_upload(stage: Stage) -> Upload:
    with snapshot(stage.service.core.engine) as session:
        found = session.exec(select(Upload).order_by(col(Upload.id).desc())).first()
        assert found is not None
        session.expunge_all()
        return found


async def test_a_roster_is_shown_and_taken_once_it_is_confirmed(stage: Stage) -> None:
    reading, shown = await sent(stage)
    assert "正在读取「名册.csv」" in reading.text
    assert "共 3 人:新增 1,改动 2,不变 0" in shown.text
    assert "吴十:类别 预备党员→正式党员" in shown.text
    assert "名册上有、文件里没有:6 人" in shown.text
    assert "新设党小组 1 个:第三小组" in shown.text
    assert shown.buttons == ("确认导入", "取消")
    assert "郑新" not in people(stage)
    told = await stage.tap("书记", "私聊", shown.id, "确认导入")
    assert ["✅" in each.text for each in told if each.id == shown.id] == [True]

    found = people(stage)
    assert (found["张三"].education, found["吴十"].stage) == ("本科", "full")
    assert len(found) == 9
    upload = only_upload(stage)
    assert (upload.state, upload.content, upload.position) == (UploadState.DONE, None, 3)
    with snapshot(stage.service.core.engine) as session:
        audit = session.exec(select(Audit).where(Audit.action == "roster_import")).one()
        assert audit.actor == SECRETARY
        was = session.exec(select(PersonWas)).all()
        assert {(each.name, each.stage) for each in was} == {
            ("张三", "full"),
            ("吴十", "probationary"),
        }


async def test_a_workbook_that_says_nothing_new_need_not_be_taken(stage: Stage) -> None:
    content = as_xlsx(["姓名", "类别"], [["张三", "正式党员"]])
    _, shown = await sent(stage, content, name="名册.xlsx", caption="名册")
    assert "没有要改的" in shown.text
    assert shown.buttons == ()
    assert only_upload(stage).state is UploadState.DONE


async def test_what_is_wrong_is_told_by_line_and_changes_nothing(stage: Stage) -> None:
    before = people(stage)
    _, told = await sent(
        stage, "姓名,入党日期\n郑新,2026-02-30\n张三,2020-07-01\n张三,2020-07-01\n"
    )
    assert "第2行 入党日期:没有「2026-02-30」这一天" in told.text
    assert "和第3行是同一个人" in told.text
    assert people(stage).keys() == before.keys()
    assert only_upload(stage).content is None


async def test_whether_one_who_left_is_back_is_asked(stage: Stage) -> None:
    left_on = stage.clock().date() - timedelta(days=30)
    with transaction(stage.service.core.engine) as session:
        (person,) = session.exec(select(Person).where(Person.name == "张三")).all()
        person.left_on = left_on
        session.add(person)
    _, told = await sent(stage)
    assert f"第2行 姓名:张三 {left_on}" in told.text
    assert "已离开名册" in told.text
    for column, day in (("转出日期", left_on), ("转入日期", left_on + timedelta(days=9))):
        _, shown = await sent(stage, f"姓名,{column}\n张三,{day}\n")
        assert "已离开名册" not in shown.text


@pytest.mark.parametrize("mode", ["answer", "drop_before"])
async def test_one_sees_that_a_roster_is_being_read(stage: Stage, mode: Any) -> None:
    await sent(stage)
    stage.sandbox.fail(method="sendChatAction", error_code=500, mode=mode)
    told = await sent(stage)  # a courtesy that fails keeps nothing from being done

    typing = [each for each in stage.sandbox.calls if each.method == "sendChatAction"]
    assert {each.params["chat_id"] for each in typing} == {SECRETARY}
    assert [each.status for each in typing] == [200, 500 if mode == "answer" else 0]
    assert "吴十" in told[-1].text


async def test_what_was_shown_and_cancelled_is_gone(stage: Stage) -> None:
    _, shown = await sent(stage)
    (told,) = await stage.tap("书记", "私聊", shown.id, "取消")
    assert "已取消" in told.text
    await stage.forge("书记", "私聊", shown.id, f"take:{only_upload(stage).id}")
    assert "重新发文件" in stage.toast
    assert "郑新" not in people(stage)


async def test_forged_buttons_do_nothing(stage: Stage) -> None:
    _, shown = await sent(stage)
    for data in ("take:", "take:1x", "take:99", f"take:{'9' * 40}", "drop:-1"):
        await stage.forge("书记", "私聊", shown.id, data)
        assert "重新发文件" in stage.toast
    assert only_upload(stage).state is UploadState.SHOWN


async def test_nobody_else_confirms_a_roster(stage: Stage) -> None:
    await sent(stage)
    number = only_upload(stage).id
    (help_,) = await stage.say("副书记", "私聊", "/help")
    await stage.forge("副书记", "私聊", help_.id, f"take:{number}")
    assert "重新发文件" in stage.toast
    assert only_upload(stage).state is UploadState.SHOWN


async def test_who_may_not_change_the_roster_is_told_who_may(stage: Stage) -> None:
    for who in ("党员", "组长", "路人"):
        (told,) = await sent(stage, who=who)
        assert "书记" in told.text
        assert "张三" not in told.text


async def test_in_a_group_a_roster_is_not_shown(stage: Stage) -> None:
    told = await stage.send("书记", "第一支部", [("名册.csv", FILE.encode())], caption="/roster")
    assert ["请到私聊里发给我" in each.text for each in told] == [True]


async def test_who_lost_the_post_meanwhile_takes_nothing(stage: Stage) -> None:
    _, shown = await sent(stage)
    with transaction(stage.service.core.engine) as session:
        _end_posts(session, stage)
    await stage.tap("书记", "私聊", shown.id, "确认导入")
    assert "郑新" not in people(stage)


def _end_posts(session: Session, stage: Stage) -> None:
    for held in session.exec(select(RoleHeld).where(RoleHeld.telegram_id == SECRETARY)):
        held.to_on = stage.clock().date() - timedelta(days=1)
        session.add(held)


async def test_what_changed_meanwhile_is_shown_anew(stage: Stage) -> None:
    _, shown = await sent(stage)
    with transaction(stage.service.core.engine) as session:
        unit = directory.units_named(session, "第一支部")[0]
        rows = read_roster("姓名,类别\n吴十,正式党员\n".encode())
        roster.take_rows(session, unit, rows, stage.clock().date())
    told = await stage.tap("书记", "私聊", shown.id, "确认导入")
    anew = told[-1]
    assert "名册刚才有了变化" in anew.text
    assert "改动 1" in anew.text
    assert "郑新" not in people(stage)
    await stage.tap("书记", "私聊", anew.id, "确认导入")
    assert "郑新" in people(stage)


async def test_a_roster_that_is_left_for_a_day_is_closed(stage: Stage) -> None:
    _, shown = await sent(stage)
    stage.clock.now += timedelta(hours=25)
    await stage.forge("书记", "私聊", shown.id, f"take:{only_upload(stage).id}")
    assert "失效" in stage.toast
    await stage.service.importing.look()
    assert (only_upload(stage).state, only_upload(stage).content) == (UploadState.CANCELLED, None)


async def test_a_file_that_does_not_come_is_asked_for_again(stage: Stage) -> None:
    stage.sandbox.fail(method="getFile", error_code=400)
    _, told = await sent(stage)
    assert "没有取到" in told.text
    assert only_upload(stage).state is UploadState.REFUSED


async def test_a_failing_fetch_is_tried_again(stage: Stage) -> None:
    stage.service.importing._first_wait = 0.0
    stage.sandbox.fail(method="getFile", error_code=500, times=2)
    await sent(stage)
    async with asyncio.timeout(10):
        while only_upload(stage).state is not UploadState.SHOWN:
            await asyncio.sleep(0.01)


async def test_a_file_sent_before_is_taken_by_a_reply(stage: Stage) -> None:
    await stage.send("书记", "私聊", [("党员.csv", FILE.encode())])
    file = stage.said
    _, shown = await stage.say("书记", "私聊", "/roster 导入", reply_to=file)
    assert "共 3 人" in shown.text


async def test_a_file_that_is_called_a_roster_is_shown_without_a_word(stage: Stage) -> None:
    reading, shown = await stage.send("书记", "私聊", [("党员名册2026.csv", FILE.encode())])
    assert "导入到「第一支部」" in reading.text
    assert shown.buttons == ("确认导入", "取消")
    (asked,) = await stage.send("组长", "私聊", [("名册.csv", FILE.encode())])
    assert "导入" not in asked.text


async def test_a_roster_is_read_as_soon_as_its_unit_is_chosen(stage: Stage) -> None:
    with transaction(stage.service.core.engine) as session:
        second = directory.units_named(session, "第二支部")[0]
        directory.grant_role(session, actor("书记"), second.key, Role.DEPUTY)
    (asked,) = await sent(stage)
    told = await stage.tap("书记", "私聊", asked.id, "第一支部")
    assert [each.buttons for each in told][-1] == ("确认导入", "取消")


async def test_the_roster_is_sent_as_a_file(stage: Stage) -> None:
    (told,) = await stage.say("书记", "私聊", "/roster 导出 csv")
    assert "共 8 人" in told.text
    with snapshot(stage.service.core.engine) as session:
        audit = session.exec(select(Audit).where(Audit.action == "roster_export")).one()
        assert audit.actor == SECRETARY
    (refused,) = await stage.say("党员", "私聊", "/roster 导出")
    assert "书记" in refused.text
    assert "8 人" not in refused.text


# ---------------------------------------------------------------- many units, and crashes

BRANCHES = "党支部,姓名\n" + "".join(
    f"第{unit}支部,{name}\n" for unit in ("三", "四", "五") for name in ("甲一", "乙二", "丙三")
)


def grand(stage: Stage) -> set[str]:
    with snapshot(stage.service.core.engine) as session:
        return {unit.name for unit in session.exec(select(Unit).where(Unit.kind == "branch"))}


async def test_a_superior_founds_the_branches_of_a_file(stage: Stage) -> None:
    _, shown = await sent(stage, BRANCHES, who="上级")
    assert "新设组织 3 个:第三支部、第四支部、第五支部" in shown.text
    await stage.tap("上级", "私聊", shown.id, "确认导入")
    assert {"第三支部", "第四支部", "第五支部"} <= grand(stage)
    assert set(people(stage, "第四支部")) == {"甲一", "乙二", "丙三"}


async def test_a_branch_takes_no_people_of_another(stage: Stage) -> None:
    _, told = await sent(stage, "党支部,姓名\n第一支部,张三\n第二支部,冯一\n")
    assert "第3行 党支部:「第二支部」不对" in told.text


async def test_what_was_begun_is_gone_on_with_after_a_crash(
    stage: Stage, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 1)
    _, shown = await sent(stage, BRANCHES, who="上级")
    taken: list[int] = []
    real = taking.take

    def failing(*given: Any, **named: Any) -> Reply:
        taken.append(1)
        if len(taken) > 1:
            raise OperationalError("", None, Exception("gone"))
        return real(*given, **named)

    monkeypatch.setattr(taking, "take", failing)
    user = ACTORS["上级"].user_id
    stage.sandbox.tap_label(user, user, shown.id, "确认导入")
    async with asyncio.timeout(10):
        while only_upload(stage).position != 3 or len(taken) < 2:
            await asyncio.sleep(0.01)
    assert "第四支部" not in grand(stage)
    monkeypatch.setattr(taking, "take", real)
    await stage.restart(database)
    await stage.settled()
    upload = only_upload(stage)
    assert (upload.state, upload.position) == (UploadState.DONE, 9)
    for unit in ("第三支部", "第四支部", "第五支部"):
        assert set(people(stage, unit)) == {"甲一", "乙二", "丙三"}


# ---------------------------------------------------------------- the command line


def test_a_dry_run_changes_nothing(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "名册.csv"
    file.write_text(FILE, "utf-8")
    asked = ("roster", "import", str(file), "--unit", "第一支部")
    ran = sanhui(database, *asked, "--dry-run")
    assert "新增 1,改动 2" in ran.out
    assert sanhui(database, *asked, "--dry-run").out == ran.out
    assert "新增 1,更新 2,不变 0,新设党小组 第三小组" in sanhui(database, *asked).out
    assert "新增 0,更新 0,不变 3" in sanhui(database, *asked).out
    assert office.settings.cache_info().currsize == 0


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_is_exported_is_imported_without_a_change(
    database: Path, tmp_path: Path, ending: str
) -> None:
    for unit, count in (("第一支部", 8), ("党总支", 10)):
        file = tmp_path / f"{unit}.{ending}"
        ran = sanhui(database, "roster", "export", "--unit", unit, "--out", str(file))
        assert f"共 {count} 人" in ran.out
        ran = sanhui(database, "roster", "import", str(file), "--unit", unit)
        assert f"新增 0,更新 0,不变 {count}" in ran.out, ran.err
    assert timedelta(days=1) == uploads.OPEN_FOR
