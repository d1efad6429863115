"""What the document on personal data promises: every column is in it, or holds nothing personal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from storage.retention import BLANKED
from storage.tables import METADATA

DOCS = Path(__file__).parents[2] / "docs"
# Columns that tell nothing about a person: numbers of rows, moments, codes, settings of units.
PLAIN = {
    "absence": "entry_id position",
    "attachment": "id kind mime size album entry_id removes_id added_at chat_id message_id",
    "audit": "id at action unit_id entry_id chat_id message_id hash",
    "audit_head": "id last_id last_hash",
    "cadence_choice": "id unit_id requirement cadence holds_from chosen_at",
    "chat": "unit_id locale state moved_to thread_id planned_through next_step_at",
    "draft": (
        "id command accepted turn step place place_end guided unit_id edited message_id "
        "thread_id written_at touched_at"
    ),
    "dues_basis": "id person_id holds_from holds_until entered_at",
    "entry": "id unit_id number kind target_id entered_at chat_id message_id",
    "file_hash": "file_unique_id sha256 size fetched_at",
    "handover": "id unit_id role begun_at from_confirmed_at to_confirmed_at ended_at called_off",
    "heartbeat": "part at",
    "holiday_notice": "id year title days_off working_days loaded_at",
    "inbox": "id update_id received_at state attempts problem",
    "invitation": (
        "id token_hash unit_id role to_on handover_id made_at expires_at used_at revoked_at"
    ),
    "loose_file": "id kind mime size album message_id draft_id came_at",
    "outbox": (
        "id update_id kind method digest_on created_at not_before state attempts problem "
        "message_id sent_at taken_by taken_until"
    ),
    "outbox_file": "outbox_id",
    "overview": "unit_id span on_day stamp missed overdue due_soon failing",
    "overlay": "id unit_id version holds_from text loaded_at",
    "pace": "chat_id noted_at free_at recent",
    "pause": "id unit_id requirement from_on until_on entered_at ended_at",
    "payment": "entry_id first_entered_at",
    "person": "id unit_id group_id came_from_id going_to_id",
    "person_was": "id person_id until_on group_id entered_at",
    "record": (
        "entry_id unit_id held_on held_at ends_at held_until group_id place expected "
        "voting present all_present votes_for votes_against votes_abstain"
    ),
    "record_kind": "entry_id kind position first_entered_at",
    "record_material": "entry_id position material",
    "record_person": "entry_id position",
    "reminder": (
        "id unit_id requirement subject_id period step chat_id outcome settled_at digest_on"
    ),
    "remittance": "entry_id month amount_fen remitted_on",
    "returned": "entry_id",
    "role": "id unit_id role from_on to_on acting",
    "role_leave": "id unit_id from_on to_on entered_at",
    "score": "entry_id unit_id requirement year tenths",
    "unit": (
        "id name kind parent_id founded dissolved timezone locale remind_at quiet_from "
        "quiet_until committee last_number merged_into_id workdays_only weekly_on "
        "revision"
    ),
    "unit_was": "id unit_id until_on name parent_id entered_at",
    "upload": (
        "id unit_id thread_id message_id state position total sent_at touched_at taken_by "
        "taken_until"
    ),
    "waiver": "entry_id unit_id requirement subject_id first_on last_on",
}


def columns() -> set[str]:
    return {
        f"{table.name}.{column.name}"
        for table in METADATA.sorted_tables
        for column in table.columns
    }


def told(name: str) -> set[str]:
    """The columns that a document names."""
    return set(re.findall(r"`([a-z_]+\.[a-z_]+)`", (DOCS / name).read_text("utf-8")))


def plain() -> set[str]:
    return {f"{table}.{column}" for table, of in PLAIN.items() for column in of.split()}


@pytest.mark.parametrize("name", ["privacy.md", "privacy.zh-CN.md"])
def test_every_column_is_told_of_or_holds_nothing_personal(name: str) -> None:
    assert told(name) | plain() == columns()
    assert not told(name) & plain()


def test_what_is_let_go_of_is_told_of() -> None:
    assert {f"person.{name}" for name in BLANKED} <= told("privacy.md")
