"""What may be chosen for each kind of file."""

from __future__ import annotations

from collections.abc import Mapping

from hrsaas.errors import DomainError
from payroll.models import PayFile, PayRun
from payroll.packs.bank_layouts import bank_layouts
from payroll.printing.layouts import LAYOUTS

Options = dict[str, str]
SHORTEST_PASSWORD = 6
EACH, TOGETHER = "each", "together"
OPEN, BY_ID, GIVEN = "none", "id", "given"

Kind = PayFile.Kind
# Kind → option → what it may be; the first is what it is if nobody says.
CHOICES: dict[str, dict[str, tuple[str, ...]]] = {
    Kind.PAYSLIPS: {"layout": tuple(LAYOUTS), "bundle": (EACH, TOGETHER), "protect": (OPEN, BY_ID, GIVEN)},
    Kind.BANK: {"layout": tuple(bank_layouts())},
    Kind.TAX: {},
    Kind.SOCIAL: {},
    Kind.COST: {},
    Kind.VOUCHER: {"format": ("csv", "xlsx", "json")},
}


def checked_options(kind: str, options: Mapping[str, str], password: str) -> Options:
    """All options of the kind, the first choice where nothing was said.

    Payslips: layout a4, envelope or strips (several a page); bundle ``each`` (a PDF per person) or ``together``;
    protect ``none``, ``id`` (the last 6 of the identity number; a PDF per person) or ``given`` (the password).
    Errors: payroll.file.{kind,option,password,protect_together}.
    """
    if kind not in CHOICES:
        raise _refused("kind", "kind", f"没有名为 {kind} 的文件类型。", f"There is no kind of file called {kind}.")
    chosen = {name: _choice(name, choices, options) for name, choices in CHOICES[kind].items()}
    unknown = sorted(options.keys() - chosen.keys())
    if unknown:
        raise _refused("option", unknown[0], "此文件没有该选项。", "This kind of file has no such option.")
    if kind == Kind.PAYSLIPS:
        _check_payslips(chosen, password)
    return chosen


def file_name_of(run: PayRun, kind: str, options: Options) -> str:
    """For people: what it is, of which month and group."""
    words = {
        Kind.PAYSLIPS: "工资单", Kind.BANK: f"代发-{options.get('layout', '')}", Kind.TAX: "个税申报",
        Kind.SOCIAL: "社保公积金", Kind.COST: "人工成本", Kind.VOUCHER: "凭证",
    }  # fmt: skip
    whose = run.entity.code if kind in (Kind.TAX, Kind.SOCIAL) else run.group.code
    return f"{words[Kind(kind)]}-{run.month:%Y%m}-{whose}-{run.id}.{_extension(kind, options)}"


def _extension(kind: str, options: Options) -> str:
    if kind == Kind.BANK:
        return bank_layouts()[options["layout"]].extension
    return {Kind.PAYSLIPS: "zip", Kind.VOUCHER: options.get("format", "")}.get(Kind(kind), "xlsx")


def _choice(name: str, choices: tuple[str, ...], options: Mapping[str, str]) -> str:
    chosen = options.get(name) or choices[0]
    if chosen not in choices:
        known = "、".join(choices)
        raise _refused("option", name, f"可选值：{known}。", f"It may be: {', '.join(choices)}.")
    return chosen


def _check_payslips(chosen: Options, password: str) -> None:
    if not LAYOUTS[chosen["layout"]].one_each:
        chosen["bundle"] = TOGETHER
    if chosen["protect"] == BY_ID and chosen["bundle"] == TOGETHER:
        raise _refused(
            "protect_together", "protect", "多人在同一文件中时，不能用各人的证件号码加密。",
            "People in one file cannot each have a password of their own.",
        )  # fmt: skip
    if chosen["protect"] == GIVEN and len(password) < SHORTEST_PASSWORD:
        raise _refused(
            "password", "password", f"密码至少 {SHORTEST_PASSWORD} 位。",
            f"The password needs at least {SHORTEST_PASSWORD} characters.",
        )  # fmt: skip


def _refused(word: str, field: str, zh: str, en: str) -> DomainError:
    return DomainError(f"payroll.file.{word}", field=field, zh=zh, en=en)
