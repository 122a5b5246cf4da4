"""Sensitive text is readable with its own tenant's key only, through every rotation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import connection

from hrsaas.people.models import Employee
from hrsaas.tenancy import keys
from hrsaas.tenancy.context import TenantMissing, tenant_context
from hrsaas.tenancy.models import TenantKey
from hrsaas.tenancy.services.keys import create_tenant_key, rewrap_all, rotate_tenant_key

pytestmark = pytest.mark.usefixtures("_fresh_cache")


@pytest.fixture
def _fresh_cache() -> Iterator[None]:
    keys._loaded.clear()
    yield
    keys._loaded.clear()


def test_text_comes_back_and_its_token_tells_nothing(db, in_alpha):
    token = keys.encrypt("13812345678 张三")
    assert keys.decrypt(token) == "13812345678 张三"
    assert "138" not in token
    assert keys.encrypt("13812345678 张三") != token


def test_another_tenants_token_is_refused(db, tenant_a, tenant_b):
    with tenant_context(tenant_a.id):
        token = keys.encrypt("secret")
    with tenant_context(tenant_b.id), pytest.raises(keys.KeyMissing):
        keys.decrypt(token)


def test_without_a_tenant_nothing_is_encrypted(db):
    with pytest.raises(TenantMissing):
        keys.encrypt("secret")


def test_a_tenant_without_a_key_cannot_encrypt(db, in_alpha):
    TenantKey.objects.all().delete()
    with pytest.raises(keys.KeyMissing):
        keys.encrypt("secret")


def test_blind_index_differs_by_tenant_and_purpose(db, tenant_a, tenant_b):
    with tenant_context(tenant_a.id):
        first, same, other_purpose = (keys.blind_index("5678", one) for one in ("phone", "phone", "bank"))
    with tenant_context(tenant_b.id):
        other_tenant = keys.blind_index("5678", "phone")
    assert first == same
    assert len({first, other_purpose, other_tenant}) == 3


def test_a_new_data_key_reads_old_text_writes_with_itself_and_keeps_blind_indexes(live_db, in_alpha, actor, now):
    old_token, old_index = keys.encrypt("secret"), keys.blind_index("5678", "phone")
    old_keys = keys._keys().fernet
    rotate_tenant_key(actor=actor, now=now)
    assert keys.decrypt(old_token) == "secret"
    assert keys.blind_index("5678", "phone") == old_index
    with pytest.raises(InvalidToken):
        old_keys.decrypt(keys.encrypt("new").encode())


def test_a_process_that_has_not_heard_of_a_rotation_reads_the_new_text(live_db, in_alpha, actor, now):
    keys.encrypt("warm")
    stale = keys._loaded[in_alpha.id]
    rotate_tenant_key(actor=actor, now=now)
    token = keys.encrypt("new")
    keys._loaded[in_alpha.id] = stale
    assert keys.decrypt(token) == "new"


def test_a_rolled_back_key_is_never_used(live_db, in_alpha, actor, now, monkeypatch):
    monkeypatch.setattr("hrsaas.tenancy.services.keys.record", _fail)
    with pytest.raises(ZeroDivisionError):
        rotate_tenant_key(actor=actor, now=now)
    assert keys.decrypt(keys.encrypt("secret")) == "secret"
    assert TenantKey.objects.count() == 1


def _fail(**_kwargs):
    raise ZeroDivisionError


def test_after_rewrapping_the_old_master_key_is_not_needed(live_db, tenant_a, tenant_b, settings):
    with tenant_context(tenant_a.id):
        token = keys.encrypt("secret")
    old, new = settings.MASTER_KEYS, Fernet.generate_key().decode()
    settings.MASTER_KEYS = [new, *old]
    assert rewrap_all() == 2
    settings.MASTER_KEYS = [new]
    keys._loaded.clear()
    with tenant_context(tenant_a.id):
        assert keys.decrypt(token) == "secret"


def test_the_command_rotates_one_tenant_and_names_unknown_ones(live_db, tenant_a, tenant_b, capsys):
    call_command("rotate_keys", tenant="alpha")
    counts = []
    for tenant in (tenant_a, tenant_b):
        with tenant_context(tenant.id):
            counts.append(TenantKey.objects.count())
    assert counts == [2, 1]
    with pytest.raises(CommandError, match="nobody"):
        call_command("rotate_keys", tenant="nobody")


def test_the_newest_key_encrypts_even_if_two_are_of_the_same_instant(db, in_alpha, now):
    create_tenant_key(now=now)
    newest = create_tenant_key(now=now)
    keys._loaded.clear()
    token = keys.encrypt("secret")
    assert Fernet(keys.master().decrypt(newest.wrapped.encode())).decrypt(token.encode()) == b"secret"


class TestEncryptedField:
    def test_the_database_holds_a_token_and_the_model_the_text(self, db, in_alpha):
        made = Employee.objects.create(
            code="e1", name="张三", pinyin="zhang san", hire_date="2026-01-01", phone="138123"
        )
        assert Employee.objects.get(id=made.id).phone == "138123"
        with connection.cursor() as cursor:
            cursor.execute("SELECT phone, id_number FROM people_employee WHERE id = %s", [made.id])
            stored = cursor.fetchone()
        assert stored[0].startswith("gAAAA")
        assert stored[1] == ""

    def test_update_and_bulk_update_encrypt_too(self, db, in_alpha):
        made = Employee.objects.create(code="e1", name="张三", pinyin="zhang san", hire_date="2026-01-01")
        Employee.objects.filter(id=made.id).update(phone="138123")
        made.bank_account = "6222"
        Employee.objects.bulk_update([made], ["bank_account"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT phone, bank_account FROM people_employee WHERE id = %s", [made.id])
            assert all(token.startswith("gAAAA") for token in cursor.fetchone())
        again = Employee.objects.get(id=made.id)
        assert (again.phone, again.bank_account) == ("138123", "6222")

    def test_rows_are_decrypted_only_where_they_are_read(self, db, in_alpha, monkeypatch):
        Employee.objects.create(code="e1", name="张三", pinyin="zhang san", hire_date="2026-01-01", phone="138123")
        row = Employee.objects.get(code="e1")
        monkeypatch.setattr("hrsaas.tenancy.encrypted.decrypt", lambda token: f"opened {token[:4]}")
        assert (row.name, row.id_number) == ("张三", "")
        assert row.phone == "opened gAAA"

    def test_values_open_as_text_and_deferred_columns_load(self, db, in_alpha):
        Employee.objects.create(code="e1", name="张三", pinyin="zhang san", hire_date="2026-01-01", phone="138123")
        assert str(Employee.objects.values_list("phone", flat=True).get()) == "138123"
        row = Employee.objects.defer("phone").get()
        assert row.phone == "138123"
        row.phone = "139"
        row.save()
        row.refresh_from_db()
        assert row.phone == "139"

    def test_a_row_of_one_tenant_cannot_be_opened_in_another(self, db, tenant_a, tenant_b):
        with tenant_context(tenant_a.id):
            Employee.objects.create(code="e1", name="张三", pinyin="zhang san", hire_date="2026-01-01", phone="138123")
            row = Employee.objects.get(code="e1")
        with tenant_context(tenant_b.id), pytest.raises(keys.KeyMissing):
            _ = row.phone

    @pytest.mark.parametrize("lookup", ["phone", "phone__contains", "phone__in", "phone__gt"])
    def test_it_cannot_be_searched(self, db, in_alpha, lookup):
        with pytest.raises(FieldError, match="encrypted"):
            Employee.objects.filter(**{lookup: ["138123"]})
