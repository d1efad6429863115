"""Posts, invitations and the owner's code: ``role``, ``invite``, ``owner code``."""

import asyncio
import sys
from datetime import timedelta
from typing import Annotated

import typer
from sqlalchemy import Engine
from sqlmodel import Session

from bot.cli.office import (
    Refusal,
    administrator,
    day,
    office,
    settings,
    tell,
    tell_json,
    today_at,
    unit_named,
)
from bot.cli.options import JsonOption, UnitOption
from bot.seen import username
from compliance.access import Role
from handlers.grammar import vocabulary
from storage import accounts, invitations, posts, roster
from storage.database import transaction
from storage.invitations import CODE_DAYS, LINK_DAYS
from storage.units import RoleHeld, Unit

ROLES = " | ".join(role.value for role in Role)
RoleArgument = Annotated[str, typer.Argument(help=ROLES)]
ToOption = Annotated[str | None, typer.Option("--to", help="YYYY-MM-DD")]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    role = typer.Typer(no_args_is_help=True, help="职务 · roles")
    role.command("grant")(role_grant)
    role.command("end")(role_end)
    role.command("list")(role_list)
    owner = typer.Typer(no_args_is_help=True, help="管理员 · the owner")
    owner.command("code")(owner_code)
    app.add_typer(role, name="role")
    app.add_typer(owner, name="owner")
    app.command("invite")(invite)


def role_grant(
    telegram_id: int,
    role: RoleArgument,
    unit: UnitOption,
    from_on: Annotated[str | None, typer.Option("--from", help="YYYY-MM-DD")] = None,
    to_on: ToOption = None,
    *,
    name: Annotated[str | None, typer.Option("--name", help="姓名 · their name")] = None,
    acting: Annotated[bool, typer.Option("--acting", help="代理 · acting, needs --to")] = False,
) -> None:
    """授予职务 · Grant a role at a unit to a Telegram user."""
    code = _role(role)
    first, last = day(from_on), day(to_on)
    with office(writing=True) as (_, session):
        at = unit_named(session, unit)
        begins = first or today_at(at)
        if acting and (last is None or not begins <= last < begins + timedelta(days=366)):
            raise Refusal("cli/acting_end", {})
        if code is Role.SECRETARY and not acting:
            _refuse_second(session, at, telegram_id)
        origin = administrator()
        new = posts.grant(
            session, at.key, telegram_id, code, origin, from_on=first, to_on=last, acting=acting
        )
        if name is not None:
            accounts.link(session, telegram_id, name, None, origin.at)
        values = {"id": telegram_id, "role": code.value, "unit": at.name, "new": new}
        tell("cli/role_granted", values)


def _refuse_second(session: Session, at: Unit, telegram_id: int) -> None:
    head = posts.headed_by(session, at.key, today_at(at))
    if head is not None and head.telegram_id != telegram_id:
        raise Refusal("cli/post_taken", {"id": head.telegram_id, "unit": at.name})


def role_end(
    telegram_id: int,
    role: RoleArgument,
    unit: UnitOption,
    on: Annotated[str | None, typer.Option("--on", help="最后一天 · last day, YYYY-MM-DD")] = None,
) -> None:
    """结束职务 · End a role; without a day at once."""
    code, last = _role(role), day(on)
    with office(writing=True) as (_, session):
        at = unit_named(session, unit)
        today = today_at(at)
        held = posts.one_of(posts.posts_on(session, [at.key], today), code, telegram_id)
        if held is None or (last and held.from_on and last < held.from_on):
            values = {"id": telegram_id, "role": code.value, "unit": at.name}
            raise Refusal("cli/role_not_held", values)
        posts.end(session, held, last or today - timedelta(days=1), administrator())
        tell("cli/role_ended", {"id": telegram_id, "role": code.value, "unit": at.name})


def role_list(unit: UnitOption, *, as_json: JsonOption = False) -> None:
    """列出职务 · List who holds which post at a unit today."""
    with office() as (_, session):
        at = unit_named(session, unit)
        groups = [group.key for group in roster.groups(session, at.key)]
        held = posts.posts_on(session, [at.key, *groups], today_at(at))
        names = accounts.names_of(session, {each.telegram_id for each in held})
        if as_json:
            tell_json([_fields(each, names.get(each.telegram_id)) for each in held])
            return
        lines = tuple((each, names.get(each.telegram_id)) for each in held)
        tell("cli/roles", {"unit": at.name, "lines": lines})


def _fields(held: RoleHeld, name: str | None) -> dict[str, object]:
    return {
        "telegram_id": held.telegram_id,
        "name": name,
        "role": held.role.value,
        "from": None if held.from_on is None else held.from_on.isoformat(),
        "to": None if held.to_on is None else held.to_on.isoformat(),
        "acting": held.acting,
    }


def invite(role: RoleArgument, name: str, unit: UnitOption, to_on: ToOption = None) -> None:
    """邀请 · Make a link that works once and gives a role; an acting one with --to."""
    code, last = _role(role), day(to_on)
    with office(writing=True) as (_, session):
        at = unit_named(session, unit)
        token = invitations.invite(session, at, code, administrator(), name=name, to_on=last)
        values = {"role": code.value, "name": name, "unit": at.name, "days": LINK_DAYS}
    tell("cli/invited", {**values, "token": token, "bot": _bot()})


def _bot() -> str | None:
    """Answer what the bot is called, as far as Telegram can be asked."""
    token = settings().bot_token
    return None if token is None else asyncio.run(username(token, settings().api_base_url))


def owner_code() -> None:
    """管理员代码 · Make a new code that makes its sender the owner, where there is none yet.

    Where the settings name the owners nobody becomes one by a code.
    """
    if named := settings().owner_ids:
        raise Refusal("cli/owners_set", {"owners": sorted(named)})
    origin = administrator()
    with office(writing=True) as (_, session):
        invitations.revoke_codes(session, origin.at)
        code = invitations.owner_code(session, origin)
    if code is None:
        raise Refusal("cli/owner_there", {})
    tell("cli/owner_code", {"code": code, "days": CODE_DAYS})


def show_owner_code(engine: Engine) -> None:
    """Print a new code at a start without an owner; the terminal alone shows it, no log does."""
    if settings().owner_ids:
        return
    with transaction(engine) as session:
        code = invitations.owner_code(session, administrator())
    if code is not None:
        tell("cli/owner_code", {"code": code, "days": CODE_DAYS})
        sys.stdout.flush()


def _role(typed: str) -> Role:
    """Read a role by any of its words; raises ``Refusal`` for anything else."""
    code = vocabulary.look_up("roles", typed) or typed.lower().replace("-", "_").replace(" ", "_")
    if code not in {role.value for role in Role}:
        allowed = tuple(role.value for role in Role)
        raise Refusal("cli/not_one_of", {"read": typed, "allowed": allowed})
    return Role(code)
