"""A roster that was read: what it would change is shown, for its sender to confirm."""

from collections.abc import Sequence

from compliance.access import Action, who_may
from handlers.authority import allowed_below, require
from handlers.request import Refused, Reply, Request
from handlers.roster_files.misfits import UnfitRoster
from handlers.roster_files.preview import Preview, preview
from storage import directory, uploads
from storage.imports.rows import RosterRow
from storage.messages import Button, Message
from storage.units import Unit
from storage.uploads import Upload, UploadState


def show(
    request: Request, upload: Upload, rows: Sequence[RosterRow], *, anew: bool = False
) -> Reply:
    """Show what a roster would change; nothing is taken before its sender confirms."""
    unit = directory.unit(request.session, upload.unit_id)
    try:
        shown = previewed(request, unit, rows)
    except UnfitRoster as unfit:
        return refuse(request, upload, unfit)
    except Refused as refused:
        uploads.end(upload, UploadState.REFUSED)
        return (refused.message,)
    upload.total, upload.position, upload.touched_at = len(rows), 0, request.now
    values = {"name": upload.name, "unit": unit.name, "shown": shown, "anew": anew}
    if shown.empty:
        uploads.end(upload, UploadState.DONE)
        return (Message("roster_shown", values),)
    upload.state, upload.seen = UploadState.SHOWN, shown.digest
    uploads.rest(upload)
    return (Message("roster_shown", values, buttons=_buttons(upload)),)


def _buttons(upload: Upload) -> tuple[tuple[Button, ...], ...]:
    take = Button("take_roster", f"take:{upload.key}")
    return ((take, Button("drop_roster", f"drop:{upload.key}")),)


def previewed(request: Request, unit: Unit, rows: Sequence[RosterRow]) -> Preview:
    """Answer what a roster would change, for one who may change it: here, and below if it does.

    Raises ``Refused`` for anybody else, before a name is told; ``UnfitRoster`` as ``preview`` does.
    """
    require(request, Action.ROSTER_EDIT, unit)
    below = any(row.branch not in (None, unit.name) for row in rows)
    if below and unit.kind != "branch":
        _require_below(request, unit, Action.ROSTER_EDIT)
    shown = preview(request.session, unit, rows, request.today(unit))
    if shown.founded:
        _require_below(request, unit, Action.UNITS)
    return shown


def _require_below(request: Request, unit: Unit, action: Action) -> None:
    if not allowed_below(request, action, unit):
        roles = who_may(Action.UNITS)
        raise Refused(Message("roster_not_below", {"unit": unit.name, "roles": roles}))


def keep(_: Request, upload: Upload, content: bytes) -> Reply:
    """Keep the bytes of a roster until it is taken or refused."""
    upload.content = content
    return ()


def refuse(_: Request, upload: Upload, unfit: UnfitRoster) -> Reply:
    """Be done with a roster that cannot be taken, and tell everything that is wrong with it."""
    uploads.end(upload, UploadState.REFUSED)
    values = {"name": upload.name, "misfits": unfit.misfits, "sheet": unfit.sheet}
    return (Message("roster_unfit", values),)


def not_fetched(_: Request, upload: Upload) -> Reply:
    """Be done with a roster whose bytes did not come."""
    uploads.end(upload, UploadState.REFUSED)
    return (Message("roster_not_fetched", {"name": upload.name}),)


def failed(_: Request, upload: Upload) -> Reply:
    """Be done with a roster at which something of our own failed."""
    uploads.end(upload, UploadState.REFUSED)
    return (Message("failed"),)
