"""Differences of closed months, kept like the payslips that carry them; nobody's month is paid by two groups."""

import django.db.models.deletion
import django.db.models.expressions
import hrsaas.tenancy.fields
from django.db import migrations, models


# As payslips: no write once the carrying run is approved (0002_immutable, 0003_schemes_and_groups).
FREEZE = """
CREATE TRIGGER payroll_retro_inserted AFTER INSERT ON payroll_retrodifference
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION payroll_keep_payslips();
CREATE TRIGGER payroll_retro_updated AFTER UPDATE ON payroll_retrodifference
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION payroll_keep_payslips();
CREATE TRIGGER payroll_retro_deleted AFTER DELETE ON payroll_retrodifference
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION payroll_keep_payslips();
CREATE TRIGGER payroll_retro_whole BEFORE TRUNCATE ON payroll_retrodifference
    FOR EACH STATEMENT EXECUTE FUNCTION payroll_keep_whole();
"""
THAW = """
DROP TRIGGER payroll_retro_inserted ON payroll_retrodifference;
DROP TRIGGER payroll_retro_updated ON payroll_retrodifference;
DROP TRIGGER payroll_retro_deleted ON payroll_retrodifference;
DROP TRIGGER payroll_retro_whole ON payroll_retrodifference;
"""
# Checked once per approval, since payslips cannot change from then on: a unique index would cost every payslip that is
# ever written. Approvals of one month take turns, so that two of them see each other.
PAID_ONCE = """
CREATE FUNCTION payroll_pay_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    twice bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(format('payroll_paid_once %s %s', NEW.tenant_id, NEW.month), 0));
    SELECT slip.employee_id INTO twice
        FROM payroll_payrun other
        JOIN payroll_payslip slip ON slip.tenant_id = other.tenant_id AND slip.run_id = other.id
        JOIN payroll_payslip mine ON mine.tenant_id = slip.tenant_id AND mine.employee_id = slip.employee_id
            AND mine.run_id = NEW.id
        WHERE other.tenant_id = NEW.tenant_id AND other.month = NEW.month AND other.kind = 'regular'
            AND other.id <> NEW.id AND other.state IN ('approved', 'locked', 'paid')
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'employee % is paid twice for %', twice, NEW.month
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'payroll_paid_once';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER payroll_paid_once AFTER UPDATE OF state ON payroll_payrun FOR EACH ROW
    WHEN (NEW.state = 'approved' AND OLD.state <> 'approved' AND NEW.kind = 'regular')
    EXECUTE FUNCTION payroll_pay_once();
"""
NOT_ONCE = """
DROP TRIGGER payroll_paid_once ON payroll_payrun;
DROP FUNCTION payroll_pay_once();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("payroll", "0006_deduction_claims"),
        ("people", "0002_unit_tree"),
        ("tenancy", "0002_maintain"),
    ]

    operations = [
        migrations.CreateModel(
            name="RetroDifference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item", models.CharField(max_length=60, verbose_name="item")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("earning", "Earning"),
                            ("withheld", "Deduction from gross"),
                            ("contribution", "Contribution"),
                            ("deduction", "Deduction after tax"),
                            ("employer", "Employer's contribution"),
                            ("relief", "Tax relief"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("paid", models.BigIntegerField(verbose_name="paid (fen)")),
                ("due", models.BigIntegerField(verbose_name="due (fen)")),
                ("amount", models.BigIntegerField(verbose_name="difference (fen)")),
                ("is_carried", models.BooleanField(verbose_name="paid by this run")),
                (
                    "employee",
                    hrsaas.tenancy.fields.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.employee",
                        verbose_name="employee",
                    ),
                ),
                (
                    "origin",
                    hrsaas.tenancy.fields.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payroll.payrun",
                        verbose_name="run it comes from",
                    ),
                ),
                (
                    "run",
                    hrsaas.tenancy.fields.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="retro_differences",
                        to="payroll.payrun",
                        verbose_name="pay run",
                    ),
                ),
                ("tenant", hrsaas.tenancy.fields.TenantField()),
            ],
            options={
                "verbose_name": "difference of a closed month",
                "verbose_name_plural": "differences of closed months",
                "ordering": ["run", "employee", "origin", "id"],
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["tenant", "origin", "employee"], name="payroll_retro_origin")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "run", "employee", "origin", "item"), name="payroll_retro_item"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "amount",
                                django.db.models.expressions.CombinedExpression(models.F("due"), "-", models.F("paid")),
                            ),
                            models.Q(("amount", 0), _negated=True),
                            models.Q(("run", models.F("origin")), _negated=True),
                        ),
                        name="payroll_retro_amount",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FREEZE, THAW),
        migrations.RunSQL(PAID_ONCE, NOT_ONCE),
    ]
