"""What is kept about whoever asks: ``/privacy``, in private alone and about oneself alone."""

import json
from base64 import b64encode
from datetime import date, datetime, time

from compliance.access import Role
from handlers.grammar import normalise, vocabulary
from handlers.request import Handler, Refused, Reply, Request
from storage import accounts, directory, posts, privacy
from storage.messages import Button, Document, Message
from storage.units import RoleHeld

_UNFINISHED = ("drafts", "loose_files", "uploads")


def privacy_of(request: Request) -> Reply:
    """Show what is kept about oneself; 导出 takes it out, 删除 asks whether to let go of it."""
    require_private(request, "privacy")
    said = normalise.word(request.arguments)
    if not said:
        return (_shown(request),)
    asked = vocabulary.look_up("privacy", said)
    if asked is None:
        raise Refused(Message("privacy_unread", {"read": request.arguments}))
    return _DOES[asked](request)


def tapped(request: Request) -> Reply:
    """Do what a button below that says; it is about whoever taps, whoever it was shown to."""
    handler = _DOES.get(request.arguments)
    if handler is None or not request.private:
        raise Refused(Message("privacy_button", toast=True))
    return handler(request)


def require_private(request: Request, command: str) -> None:
    """Refuse to say in a group what is for one person alone."""
    if not request.private:
        raise Refused(Message("private_only", {"command": command}))


def _shown(request: Request) -> Message:
    kept = privacy.everything(request.session, request.actor)
    people = privacy.people_of(request.session, request.actor)
    units = privacy.unit_names(
        request.session,
        {person.unit_id for person in people} | {int(str(row["unit_id"])) for row in kept["posts"]},
    )
    account = kept["account"][0] if kept["account"] else {}
    values = {
        "actor": request.actor,
        "days": request.keeping.messages_days,
        "years": request.keeping.people_years,
        "name": account.get("name"),
        "roster": [(units[p.unit_id], p.name, privacy.fields_of(p)) for p in people],
        "posts": [
            (units[int(str(row["unit_id"]))], row["role"], row["from_on"], row["to_on"])
            for row in kept["posts"]
        ],
        "payments": len(kept["payments"]),
        "bases": len(kept["dues_bases"]),
        "entered": len(kept["entered"]),
        "mentions": len(kept["mentions"]) + len(kept["absences"]),
        "attached": len(kept["files_attached"]),
        "unfinished": sum(len(kept[name]) for name in _UNFINISHED),
        "messages": len(kept["messages_received"]) + len(kept["messages_sent"]),
        "known": bool(people or any(kept[n] for n in ("account", "posts", "entered"))),
    }
    buttons = (Button("privacy_export", "privacy:export"), Button("privacy_erase", "privacy:erase"))
    return Message("privacy", values, buttons=(buttons,))


def _export(request: Request) -> Reply:
    kept = privacy.everything(request.session, request.actor)
    about = {"telegram_id": request.actor, "made_at": request.now, **kept}
    written = json.dumps(about, ensure_ascii=False, indent=2, default=_written)
    privacy.note_export(request.session, request.actor, request.origin)
    file = Document(f"sanhui-{request.actor}.json", written.encode())
    rows = sum(len(of) for of in kept.values())
    return (Message("privacy_exported", {"rows": rows}, document=file),)


def _written(value: object) -> str:
    """Write what JSON has no form for."""
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return b64encode(value).decode() if isinstance(value, bytes) else str(value)


def _ask_erase(request: Request) -> Reply:
    _refuse_officers(request)
    buttons = (Button("privacy_yes", "privacy:yes"), Button("privacy_no", "privacy:no"))
    values = {"days": request.keeping.messages_days}
    return (Message("privacy_ask", values, buttons=(buttons,), edits=True),)


def _erase(request: Request) -> Reply:
    _refuse_officers(request)
    erased = privacy.erase(request.session, request.actor, request.origin)
    values = {"erased": erased, "days": request.keeping.messages_days}
    return (Message("privacy_erased", values, edits=True),)


def _leave(_: Request) -> Reply:
    return (Message("privacy_left", edits=True),)


def _refuse_officers(request: Request) -> None:
    """Refuse to let go of whoever holds a post: nobody would know who does its duties."""
    held = [*_held(request)]
    if accounts.is_owner(request.session, request.actor):
        held.append((None, Role.OWNER))
    if held:
        raise Refused(Message("privacy_officer", {"posts": held}))


def _held(request: Request) -> list[tuple[str | None, Role]]:
    """Answer the posts that are held today or will be; that of a member is none."""
    found: list[tuple[str | None, Role]] = []
    for unit in directory.units_of(request.session, request.actor):
        held = posts.posts_between(request.session, [unit.key], request.today(unit), None)
        found += [(unit.name, each.role) for each in held if _is_post_of(each, request.actor)]
    return found


def _is_post_of(held: RoleHeld, telegram_id: int) -> bool:
    return held.telegram_id == telegram_id and held.role is not Role.MEMBER


_DOES: dict[str, Handler] = {
    "export": _export,
    "erase": _ask_erase,
    "yes": _erase,
    "no": _leave,
}
