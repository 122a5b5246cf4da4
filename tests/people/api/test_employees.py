"""The people API as a client sees it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hrsaas.people.models import Employee
from hrsaas.people.services.employees import NewHire, hire_many
from hrsaas.tenancy.context import tenant_context
from tests.people.conftest import hiring


def names(response) -> list[str]:
    assert response.status_code == 200, response.content
    return [row["name"] for row in response.json()["results"]]


def problem(response, status: int) -> dict:
    assert response.status_code == status, response.content
    assert response["Content-Type"].startswith("application/problem+json")
    return response.json()


@pytest.fixture
def body(organisation):
    return {
        "code": "E9", "name": "单雄信", "unit": str(organisation.shop.id), "position": str(organisation.cashier.id),
        "hire_date": "2026-02-01", "base_pay": "5000.50", "work_city": "上海", "phone": "13812345678",
    }  # fmt: skip


class TestList:
    def test_sorted_found_and_filtered(self, hr, organisation, hired):
        hired(name="张伟", phone="13812345678"), hired(name="单雄信", unit=organisation.till), hired(name="曾国藩")
        assert names(hr.get("employees/")) == ["单雄信", "曾国藩", "张伟"]
        assert names(hr.get("employees/", search="shan")) == ["单雄信"]
        assert names(hr.get("employees/", search="5678")) == ["张伟"]
        assert names(hr.get("employees/", search="zhang wei")) == ["张伟"]
        assert names(hr.get("employees/", unit=organisation.till.id)) == ["单雄信"]
        assert len(names(hr.get("employees/", unit=organisation.office.id))) == 3
        assert names(hr.get("employees/", unit=organisation.till.id, on="2025-12-31")) == []
        assert names(hr.get("employees/", ordering="-code"))[0] == "曾国藩"
        assert names(hr.get("employees/", status="pending")) == []
        assert names(hr.get("employees/", status="pending", on="2025-06-01", search="zeng")) == ["曾国藩"]

    def test_a_row_shows_the_assignment_of_the_day_and_no_personal_numbers(self, hr, organisation, hired):
        hired(name="张伟", phone="13812345678")
        row = hr.get("employees/", on="2026-01-15").json()["results"][0]
        assert row["assignment"]["unit"] == {
            "id": str(organisation.shop.id), "code": "shop", "name": "门店", "name_en": "Shop",
        }  # fmt: skip
        assert (row["assignment"]["base_pay"], row["status"]) == ("5000.00", "active")
        assert "phone" not in row
        assert hr.get("employees/", on="2025-01-15").json()["results"][0]["assignment"] is None

    def test_one_and_a_hundred_rows_cost_the_same_queries_and_at_most_twelve(self, hr, hired, actor, now):
        boss = hired()
        counts = []
        for offset, size in ((0, 1), (100, 100)):
            rows = [
                NewHire(f"N{offset + i}", "李四", "shop", "cashier", boss.hire_date, 1, "上海", manager=boss.code)
                for i in range(size)
            ]
            hire_many(rows=rows, actor=actor, now=now)
            with CaptureQueriesContext(connection) as queries:
                assert len(names(hr.get("employees/", page_size=200, on="2026-03-01"))) > size
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 12

    @pytest.mark.parametrize(
        "query", [{"on": "yesterday"}, {"on": "2026-02-30"}, {"unit": "x"}, {"unit": "999"}, {"status": "gone"}]
    )
    def test_wrong_parameters_are_explained(self, hr, query):
        problem(hr.get("employees/", **query), 400)


class TestWhoSeesWhat:
    def test_another_tenants_people_are_not_there(self, hr, beta_organisation, tenant_b, api_as, hired, actor, now):
        mine = hired(name="张伟")
        with tenant_context(tenant_b.id):
            stranger = hiring(beta_organisation, actor, now)(name="张飞")
        assert names(hr.get("employees/")) == ["张伟"]
        problem(hr.get(f"employees/{stranger.id}/"), 404)
        other = api_as(tenant_b, "hr_admin")
        assert names(other.get("employees/")) == ["张飞"]
        problem(other.post(f"employees/{mine.id}/leave/", {"leave_date": "2026-05-01"}), 404)

    def test_a_recruiter_sees_people_but_neither_pay_nor_clear_numbers(self, organisation, tenant_a, api_as, hired):
        person = hired(phone="13812345678", id_number="110101199003070011", bank_account="6222021234567890123")
        row = api_as(tenant_a, "recruiter").get(f"employees/{person.id}/", on="2026-02-01").json()
        assert (row["phone"], row["id_number"], row["bank_account"]) == (
            "138****5678", "1****************1", "***************0123",
        )  # fmt: skip
        assert row["assignment"]["base_pay"] is None

    def test_the_payroll_officer_sees_all_of_it(self, organisation, tenant_a, api_as, hired):
        person = hired(phone="13812345678", bank_account="6222021234567890123")
        row = api_as(tenant_a, "payroll_officer").get(f"employees/{person.id}/", on="2026-02-01").json()
        assert (row["phone"], row["bank_account"], row["assignment"]["base_pay"]) == (
            "13812345678", "6222021234567890123", "5000.00",
        )  # fmt: skip

    def test_an_employee_sees_only_himself_and_his_own_numbers(self, organisation, tenant_a, api_as, hired):
        me, other = hired(name="我", phone="13812345678"), hired(name="他")
        api = api_as(tenant_a, "employee", employee=me)
        assert names(api.get("employees/")) == ["我"]
        assert api.get(f"employees/{me.id}/").json()["phone"] == "13812345678"
        problem(api.get(f"employees/{other.id}/"), 404)

    def test_a_manager_sees_his_unit_without_pay(self, organisation, tenant_a, api_as, hired):
        hired(name="甲", unit=organisation.office), hired(name="乙", unit=organisation.shop)
        hired(name="丙", unit=organisation.till)
        api = api_as(tenant_a, "manager", unit=organisation.shop)
        rows = api.get("employees/", on="2026-02-01").json()["results"]
        assert {row["name"] for row in rows} == {"乙", "丙"}
        assert {row["assignment"]["base_pay"] for row in rows} == {None}
        assignments = api.get("assignments/").json()["results"]
        assert len(assignments) == 2
        assert {row["base_pay"] for row in assignments} == {None}

    def test_who_may_only_look_changes_nothing(self, organisation, tenant_a, api_as, hired, body):
        person = hired()
        api = api_as(tenant_a, "recruiter")
        problem(api.post("employees/", body), 403)
        problem(api.patch(f"employees/{person.id}/", {"name": "x"}, **{"If-Match": "*"}), 403)
        for name, data in (
            ("transfer", {"on_date": "2026-03-01", "work_city": "x"}), ("leave", {"leave_date": "2026-03-01"}),
            ("pay", {"on_date": "2026-03-01", "base_pay": "1"}),
        ):  # fmt: skip
            problem(api.post(f"employees/{person.id}/{name}/", data), 403)


class TestWrites:
    def test_hire_transfer_pay_leave_rehire(self, hr, organisation, body):
        made = hr.post("employees/", body)
        assert made.status_code == 201, made.content
        path = f"employees/{made.json()['id']}/"
        till, cashier = str(organisation.till.id), str(organisation.cashier.id)
        moved = hr.post(f"{path}transfer/", {"on_date": "2026-03-01", "unit": till})
        assert moved.status_code == 200, moved.content
        raised = hr.post(f"{path}pay/?on=2026-04-01", {"on_date": "2026-04-01", "base_pay": "6000"})
        assert (raised.json()["assignment"]["base_pay"], raised.json()["assignment"]["unit"]["id"]) == ("6000.00", till)
        left = hr.post(f"{path}leave/?on=2026-05-01", {"leave_date": "2026-05-01"})
        assert (left.json()["status"], left.json()["assignment"]) == ("left", None)
        back = {"hire_date": "2026-07-01", "unit": till, "position": cashier, "base_pay": "1", "work_city": "上海"}
        assert hr.post(f"{path}rehire/?on=2026-07-01", back).json()["status"] == "active"
        history = hr.get("assignments/", employee=made.json()["id"]).json()["results"]
        assert [(row["start_date"], row["end_date"], row["base_pay"]) for row in history] == [
            ("2026-07-01", None, "1.00"), ("2026-04-01", "2026-05-01", "6000.00"),
            ("2026-03-01", "2026-04-01", "5000.50"), ("2026-02-01", "2026-03-01", "5000.50"),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("wrong", "status"),
        [
            ({"base_pay": "5000.505"}, 400), ({"base_pay": "-1"}, 400), ({"unit": "1"}, 400), ({"code": ""}, 400),
            ({"hire_date": "2026-13-01"}, 400), ({"hire_date": "0001-01-01"}, 400), ({"name": "a\u0000b"}, 400),
            ({"base_pay": "999999999999.99"}, 400), ({"unit": "99999999999999999999"}, 400), ({"name": None}, 400),
        ],
    )  # fmt: skip
    def test_wrong_input_is_explained_and_nothing_is_written(self, hr, body, wrong, status):
        problem(hr.post("employees/", body | wrong), status)
        assert not Employee.objects.exists()

    def test_a_taken_number_is_a_conflict(self, hr, body):
        assert hr.post("employees/", body).status_code == 201
        assert problem(hr.post("employees/", body), 409)["code"] == "people.employee.code_taken"

    def test_another_tenants_unit_is_unknown(self, hr, body, beta_organisation):
        problem(hr.post("employees/", body | {"unit": str(beta_organisation.shop.id)}), 400)

    def test_details_change_only_with_the_etag_that_was_read(self, hr, hired):
        path = f"employees/{hired().id}/"
        etag = hr.get(path)["ETag"]
        problem(hr.patch(path, {"name": "李四"}), 428)
        changed = hr.patch(path, {"name": "李四"}, **{"If-Match": etag})
        assert (changed.status_code, changed.json()["pinyin"]) == (200, "li si")
        problem(hr.patch(path, {"name": "王五"}, **{"If-Match": etag}), 412)
        assert hr.patch(path, {"name": "王五"}, **{"If-Match": changed["ETag"]}).status_code == 200

    @pytest.mark.parametrize(
        ("verb", "terms"),
        [
            ("transfer", {"on_date": "2026-03-01", "work_city": "苏州"}),
            ("transfer", {"on_date": "2026-01-01", "cost_centre": "CC7"}),
            ("pay", {"on_date": "2026-03-01", "base_pay": "6000"}),
            ("leave", {"leave_date": "2026-05-01"}),
        ],
    )
    def test_terms_that_somebody_else_changed_make_the_etag_stale(self, hr, hired, tenant_a, api_as, verb, terms):
        path = f"employees/{hired().id}/"
        etag = hr.get(path)["ETag"]
        other = api_as(tenant_a, "payroll_officer" if verb == "pay" else "hr_admin", email="other@alpha.example")
        answer = other.post(f"{path}{verb}/", terms)
        assert answer.status_code == 200, answer.content
        problem(hr.patch(path, {"name": "王五"}, **{"If-Match": etag}), 412)
        assert Employee.objects.get().name == "张三"
        assert hr.patch(path, {"name": "王五"}, **{"If-Match": answer["ETag"]}).status_code == 200

    def test_a_transfer_that_changes_nothing_leaves_the_etag(self, hr, hired):
        path = f"employees/{hired().id}/"
        etag = hr.get(path)["ETag"]
        problem(hr.post(f"{path}transfer/", {"on_date": "2026-03-01", "work_city": "上海"}), 400)
        assert hr.get(path)["ETag"] == etag

    def test_bulk_hires_all_or_names_every_wrong_row(self, hr, body):
        rows = [body | {"code": f"B{i}", "unit": "shop", "position": "cashier"} for i in range(3)]
        wrong = problem(hr.post("employees/bulk/", [*rows, rows[0] | {"unit": "nowhere"}]), 400)
        assert wrong["code"] == "people.hire.rows"
        assert {(row["row"], row["field"]) for row in wrong["errors"]} == {(0, "code"), (3, "code"), (3, "unit")}
        assert not Employee.objects.exists()
        made = hr.post("employees/bulk/", rows)
        assert (made.status_code, made.json()["created"]) == (201, 3)

    def test_a_repeated_request_hires_once(self, hr, body):
        for _ in range(2):
            assert hr.post("employees/", body, **{"Idempotency-Key": "abc"}).status_code == 201
        assert Employee.objects.count() == 1


def test_sparse_fields_leave_the_assignment_whole(hr, hired):
    hired()
    row = hr.get("employees/", fields="code,assignment", on="2026-02-01").json()["results"][0]
    assert set(row) == {"code", "assignment"}
    assert row["assignment"]["work_city"] == "上海"
