from __future__ import annotations

import pytest

from hrsaas.access.rules.permissions import ADMIN_SITE, ALL, NOUNS, ROLE_PERMISSIONS, Role


def test_every_role_has_permissions_and_all_of_them_exist() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role)
    for role, permissions in ROLE_PERMISSIONS.items():
        assert permissions and permissions <= ALL, role


def test_whoever_may_do_something_to_a_noun_may_look_at_it() -> None:
    for role, permissions in ROLE_PERMISSIONS.items():
        for permission in permissions:
            noun, _, _ = permission.rpartition(".")
            assert f"{noun}.view" in permissions, (role, permission)


def test_every_noun_can_be_viewed_by_somebody() -> None:
    for noun in NOUNS:
        assert any(f"{noun}.view" in permissions for permissions in ROLE_PERMISSIONS.values()), noun


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        ("access.user.change", {Role.HR_ADMIN}),
        ("audit.entry.view", {Role.HR_ADMIN, Role.AUDITOR}),
        ("payroll.run.change", {Role.HR_ADMIN, Role.PAYROLL_OFFICER}),
        ("payroll.run.approve", {Role.PAYROLL_OFFICER}),
        ("payroll.run.lock", {Role.PAYROLL_OFFICER}),
        ("people.pay.view", {Role.HR_ADMIN, Role.PAYROLL_OFFICER, Role.AUDITOR}),
        ("people.sensitive.view", {Role.HR_ADMIN, Role.PAYROLL_OFFICER}),
        ("payroll.payslip.view", {Role.HR_ADMIN, Role.PAYROLL_OFFICER, Role.EMPLOYEE, Role.AUDITOR}),
        ("attendance.roster.change", {Role.HR_ADMIN, Role.ATTENDANCE_CLERK, Role.MANAGER}),
        ("attendance.punch.change", {Role.HR_ADMIN, Role.ATTENDANCE_CLERK, Role.INTEGRATION}),
        ("recruiting.offer.change", {Role.HR_ADMIN, Role.RECRUITER}),
        ("performance.score.change", {Role.HR_ADMIN, Role.PERFORMANCE_OWNER}),
    ],
)
def test_what_may_hurt_is_held_by_exactly_these_roles(permission: str, roles: set[Role]) -> None:
    assert {role for role, permissions in ROLE_PERMISSIONS.items() if permission in permissions} == roles


def test_auditors_change_nothing() -> None:
    assert all(permission.endswith(".view") for permission in ROLE_PERMISSIONS[Role.AUDITOR])


def test_employees_managers_and_programs_stay_out_of_the_admin_site() -> None:
    assert set(Role) - ADMIN_SITE == {Role.EMPLOYEE, Role.MANAGER, Role.INTEGRATION}
