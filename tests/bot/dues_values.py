"""Realistic values for the templates that speak of dues."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from compliance.arrears import Arrears
from compliance.assessment import State
from compliance.catalogue import default
from compliance.people import DuesBasis
from compliance.periods import Period
from handlers.dues.bases import Assessed
from handlers.grammar import Grant, Reduction
from reminders.arrears import Mention
from storage.dues_book import DuesLine as Owed
from storage.remittances import Balance, RemittanceView
from storage.rulings import Ruling
from tests.bot.phrase_values import Values, waived

DUES = default().requirement("dues")
RULES = default().dues
NOVEMBER, DECEMBER = Period.parse("2026-11"), Period.parse("2026-12")
YEAR_END = date(2026, 12, 31)


def _owed(name: str, state: State) -> Owed:
    return Owed(1, name, NOVEMBER, Decimal(50), Decimal(0), state, (), waived(name))


def arrears(text: str) -> list[tuple[str, list[Mention]]]:
    """Three people in arrears, two across the turn of a year, one of them for longer than seen."""
    months = ("2025-11", "2025-12", "2026-02")
    long = tuple(map(Period.parse, months))
    rows = (Arrears((NOVEMBER,)), Arrears(long), Arrears(long, at_least=True))
    return [(text, [Mention(text, DUES, row) for row in rows])]


def eased(text: str) -> Values:
    """Whose dues of a month are reduced or waived, and nothing handed on."""
    reduction = DuesBasis(None, "employed", None, Decimal(5), YEAR_END, text)
    return {
        "eased": (1, 1),
        "reduced": [(_owed(text, State.OPEN), reduction)],
        "waived": [_owed(text, State.WAIVED)],
        "balance": _balance("0", "0"),
    }


def _balance(paid: str, remitted: str, *numbers: int) -> Balance:
    return Balance(Decimal(paid), Decimal(remitted), numbers)


def balances() -> list[Values]:
    """How a month's remittances may stand against its payments."""
    some = [("9.50", "0"), ("9.50", "9.50", 3, 4), ("9.50", "8", 3), ("9.50", "10", 3)]
    return [{"balance": _balance(*each), "eased": (0, 0)} for each in some]  # type: ignore[arg-type]


def undone_rulings() -> list[Values]:
    """What is said of a remittance, a waiver and a score that were taken back."""
    days = (date(2026, 3, 1), YEAR_END)
    waiver, score = Ruling("dues", *days), Ruling("gone", *days, Decimal("92.5"))
    common = {"number": 9, "restored": 0}
    view = RemittanceView(NOVEMBER, Decimal(400))
    return [
        {**common, "kind": "remittance", "remittance": view},
        *(
            {**common, "kind": kind, "ruling": ruling, "requirement": requirement}
            for kind, ruling in (("waiver", waiver), ("score", score))
            for requirement in (DUES, None)
        ),
    ]


def _assessed(text: str) -> list[Assessed]:
    employed, farmer, student = (RULES.category(code) for code in ("employed", "farmer", "student"))
    base = DuesBasis(None, "employed", Decimal(80000))
    set_amount = DuesBasis(None, "farmer", None, Decimal(20))
    reduction = DuesBasis(None, "employed", None, Decimal(5), YEAR_END, text)
    return [
        Assessed(text, base, employed, Decimal(1600), NOVEMBER, None, reduction),
        Assessed(text, base, employed, Decimal(1600), NOVEMBER, None, carried=True),
        Assessed(text, set_amount, farmer, Decimal(20), NOVEMBER, farmer),
        Assessed(text, DuesBasis(None, "student"), student, Decimal("0.2"), NOVEMBER, None),
    ]


def _reduction(text: str) -> Reduction:
    return Reduction(text, Grant.REDUCED, Decimal(5), NOVEMBER, DECEMBER, text)


def dues_templates(text: str) -> dict[str, list[Values]]:
    """The values of the templates of what dues rest on, reductions and remittances."""
    unknown = Assessed(text, DuesBasis(None, text), None, None, NOVEMBER, None)
    bases: Values = {"unit": text, "month": NOVEMBER, "bound": 8, "unknown": 1, "reduced": 1}
    assessed: Values = {"assessed": _assessed(text), "ask_above": Decimal(1000)}
    handed: Values = {"month": NOVEMBER, "amount": Decimal(5)}
    before = [_balance("9.50", "4.50", 3), _balance("5", "0"), _balance("4", "5", 3)]
    before.append(_balance("5", "5", 3))
    return {
        "dues_assessed": [{**assessed, "dues_may_show": may} for may in (True, False)],
        "dues_bases": [{**bases, "people": people} for people in ([*_assessed(text), unknown], [])],
        "dues_reduced": [
            {
                "unit": text,
                "read": Reduction(text, grant, Decimal(5), NOVEMBER, DECEMBER, text),
                "number": 12,
                "no_less": no_less,
            }
            for grant in Grant
            for no_less in (True, False)
        ],
        "dues_eased": [{"unit": text, "grant": grant, "month": NOVEMBER} for grant in Grant],
        "reduces_nothing": [
            {"unit": text, "read": _reduction(text), "due": due} for due in (Decimal(4), None)
        ],
        "name_branch": [{"names": (text, "第二支部")}, {"names": (text,) * 21}],
        "no_reduction": [{"name": text, "month": NOVEMBER}],
        "own_unit": [{"unit": text}],
        "remit_mismatch": [{**handed, "before": each} for each in before],
        "remitted": [{**handed, "number": 12, "before": each} for each in before[:2]],
    }
