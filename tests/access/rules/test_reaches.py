from __future__ import annotations

from itertools import product

from hrsaas.access.rules.permissions import ROLE_PERMISSIONS, Role
from hrsaas.access.rules.reaches import limited_to, reaches_of

NONE: frozenset[int] = frozenset()
TEAM = frozenset({7, 8})


def test_an_employee_reaches_only_himself() -> None:
    assert set(reaches_of([(Role.EMPLOYEE, NONE)]).values()) == {NONE}


def test_a_manager_reaches_the_units_given() -> None:
    reaches = reaches_of([(Role.MANAGER, TEAM)])
    assert reaches["attendance.roster.change"] == TEAM
    assert "payroll.payslip.view" not in reaches


def test_units_of_two_manager_roles_add_up() -> None:
    reaches = reaches_of([(Role.MANAGER, TEAM), (Role.MANAGER, frozenset({9}))])
    assert reaches["people.employee.view"] == {7, 8, 9}


def test_a_manager_who_is_an_employee_sees_no_payslip_but_his_own() -> None:
    reaches = reaches_of([(Role.MANAGER, TEAM), (Role.EMPLOYEE, NONE)])
    assert reaches["payroll.payslip.view"] == NONE
    assert reaches["attendance.day_result.view"] == TEAM


def test_a_recruiter_who_is_an_employee_sees_all_candidates_but_only_his_own_payslip() -> None:
    reaches = reaches_of([(Role.RECRUITER, NONE), (Role.EMPLOYEE, NONE)])
    assert reaches["recruiting.candidate.view"] is None
    assert reaches["payroll.payslip.view"] == NONE


def test_another_role_never_narrows() -> None:
    for one, other in product(Role, Role):
        alone, both = reaches_of([(one, TEAM)]), reaches_of([(one, TEAM), (other, NONE)])
        for permission, reach in alone.items():
            assert both[permission] is None or (reach is not None and reach <= both[permission])
        assert both.keys() == ROLE_PERMISSIONS[one] | ROLE_PERMISSIONS[other]


def test_scopes_take_away_and_add_nothing() -> None:
    reaches = reaches_of([(Role.EMPLOYEE, NONE)])
    assert limited_to(reaches, ["people.employee.view", "payroll.run.lock"]) == {"people.employee.view": NONE}
