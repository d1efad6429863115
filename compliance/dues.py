"""Party dues: how much a member owes for a month (item 10: 按时足额交纳党费).

Rates: 《关于中国共产党党费收缴、使用和管理的规定》(中组发〔2008〕3号). All amounts are yuan.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from compliance.people import DuesBasis, Member
from compliance.periods import Span

CODE = "dues"  # the requirement's code in the catalogue

_FEN = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class DuesBand:
    """A rate for bases of at most ``up_to`` yuan a month, the bound included (None: any)."""

    up_to: Decimal | None
    rate: Decimal


@dataclass(frozen=True, slots=True)
class DuesCategory:
    """People who pay by the same rule.

    ``names`` are the words a roster may use. ``bands`` are in rising order and the last is open;
    ``fixed`` is a flat amount. With neither, the branch sets each person's amount: usually from
    ``least`` to ``most`` yuan a month, where the rules name such bounds.
    """

    code: str
    names: tuple[str, ...]
    title_en: str
    bands: tuple[DuesBand, ...] = ()
    fixed: Decimal | None = None
    least: Decimal | None = None
    most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DuesRules:
    """The categories, and when an amount or a month is asked about rather than taken as read.

    ``usual`` is the code of the category of a member whose roster row names none.
    ``ask_above`` is yuan a month (2017 guidance); ``ask_months_back`` counts months.
    ``arrears`` are the counts of unpaid months in a row at which the secretary is told, rising.
    """

    categories: tuple[DuesCategory, ...]
    usual: str
    ask_above: Decimal
    ask_months_back: int
    arrears: tuple[int, ...] = ()

    def category(self, name: str) -> DuesCategory | None:
        """Find the category by name or code; the usual one for an empty name, else None."""
        wanted = name or self.usual
        return next((c for c in self.categories if wanted == c.code or wanted in c.names), None)


def amount_due(rules: DuesRules, basis: DuesBasis | None) -> Decimal | None:
    """Reckon the yuan due for one month, rounded half up to the fen.

    None when the roster gives no basis; a category the rules do not know is no basis. A set amount
    (月应交) wins. A band's rate holds for the whole base, and a base equal to a bound falls in the
    lower band.
    """
    if basis is None:
        return None
    if basis.fixed is not None:
        return _to_fen(basis.fixed)
    category = rules.category(basis.category)
    return None if category is None else _by_category(category, basis.base)


def unusual(rules: DuesRules, basis: DuesBasis) -> DuesCategory | None:
    """Answer the category whose bounds a set amount lies outside of: asked about, never refused.

    Farmers pay 0.2 to 1 yuan a month (中组发〔2008〕3号第五条). A reduction has no bounds.
    """
    category = rules.category(basis.category)
    if basis.fixed is None or basis.reduced or category is None:
        return None
    too_little = category.least is not None and basis.fixed < category.least
    too_much = category.most is not None and basis.fixed > category.most
    return category if too_little or too_much else None


def _by_category(category: DuesCategory, base: Decimal | None) -> Decimal | None:
    if category.fixed is not None:
        return _to_fen(category.fixed)
    if base is None:
        return None
    rates = (band.rate for band in category.bands if band.up_to is None or base <= band.up_to)
    rate = next(rates, None)
    return None if rate is None else _to_fen(base * rate)


def _to_fen(amount: Decimal) -> Decimal:
    return amount.quantize(_FEN, rounding=ROUND_HALF_UP)


def applies(member: Member, month: Span) -> bool:
    """Tell whether the person owes the month's dues here: a party member on its last day's roster.

    Someone who transfers out during the month owes it to the branch that received them.
    """
    return member.on_roster(month.end) and member.is_member(month.end)
