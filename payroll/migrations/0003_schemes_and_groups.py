"""Items belong to schemes, schemes to groups; runs of several kinds, reviewed before and paid after.

Rows of before: each group becomes a scheme of its own, paid by the tenant's main legal entity.
"""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import hrsaas.people.models.assignments
import hrsaas.tenancy.fields
from django.conf import settings
from django.db import migrations, models


# The owner of the tables sees rows only while row-level security is not forced upon it; all in one transaction.
TABLES = ("payroll_paygroup", "payroll_payitem", "payroll_payrun", "payroll_legalentity", "payroll_payscheme")
OPEN = "".join(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;" for table in TABLES)
CLOSE = "".join(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;" for table in TABLES)
FILL = f"""
{OPEN}
INSERT INTO payroll_payscheme (tenant_id, id, code, name, name_en, pack)
    SELECT tenant_id, id, code, name, name_en, pack FROM payroll_paygroup;
INSERT INTO payroll_legalentity (tenant_id, code, name, name_en, tax_code, bank_name, bank_account, version)
    SELECT tenant.id, 'main', tenant.name_zh, tenant.name_en, '', '', '', 1 FROM tenancy_tenant tenant
    WHERE EXISTS (SELECT 1 FROM payroll_paygroup kept WHERE kept.tenant_id = tenant.id);
UPDATE payroll_paygroup kept SET scheme_id = kept.id, entity_id = entity.id
    FROM payroll_legalentity entity WHERE entity.tenant_id = kept.tenant_id;
UPDATE payroll_payitem SET scheme_id = group_id;
ALTER TABLE payroll_payrun DISABLE TRIGGER payroll_run_kept;
UPDATE payroll_payrun run SET scheme_id = run.group_id, entity_id = entity.id
    FROM payroll_legalentity entity WHERE entity.tenant_id = run.tenant_id;
ALTER TABLE payroll_payrun ENABLE TRIGGER payroll_run_kept;
SET CONSTRAINTS ALL IMMEDIATE;
{CLOSE}
"""

# From approved on a run only goes forward: approved → locked → paid, each with its own fields and nothing else.
KEEP_RUN = """
CREATE OR REPLACE FUNCTION payroll_keep_run() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    steps jsonb := '{"reviewed": "approved", "approved": "locked", "locked": "paid"}';
    lock_fields text[] := ARRAY['state', 'locked_at', 'locked_by', 'chain', 'version'];
    paid_fields text[] := ARRAY['state', 'paid_on', 'paid_by', 'version'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            PERFORM payroll_refuse('a pay run begins as a draft');
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF OLD.state IN ('approved', 'locked', 'paid') THEN
            PERFORM payroll_refuse(format('pay run %s is closed', OLD.id));
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state = 'paid'
        OR (OLD.state = 'approved' AND (NEW.state <> 'locked' OR to_jsonb(NEW) - lock_fields <> to_jsonb(OLD) - lock_fields))
        OR (OLD.state = 'locked' AND (NEW.state <> 'paid' OR to_jsonb(NEW) - paid_fields <> to_jsonb(OLD) - paid_fields)) THEN
        PERFORM payroll_refuse(format('pay run %s is %s and may only go on', OLD.id, OLD.state));
    END IF;
    IF NEW.state IN ('approved', 'locked', 'paid') AND NEW.state <> OLD.state
        AND steps ->> OLD.state IS DISTINCT FROM NEW.state THEN
        PERFORM payroll_refuse(format('pay run %s may not go from %s to %s', OLD.id, OLD.state, NEW.state));
    END IF;
    RETURN NEW;
END $$;

-- A run that cannot be seen counts as closed.
CREATE OR REPLACE FUNCTION payroll_keep_payslips() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closed bigint;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM 1 FROM payroll_payrun run JOIN (SELECT DISTINCT tenant_id, run_id FROM old_rows) written
            ON run.tenant_id = written.tenant_id AND run.id = written.run_id FOR SHARE OF run;
        SELECT written.run_id INTO closed FROM (SELECT DISTINCT tenant_id, run_id FROM old_rows) written
            LEFT JOIN payroll_payrun run ON run.tenant_id = written.tenant_id AND run.id = written.run_id
            WHERE run.state IS NULL OR run.state IN ('approved', 'locked', 'paid') LIMIT 1;
        IF FOUND THEN
            PERFORM payroll_refuse(format('pay run %s is closed', closed));
        END IF;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM 1 FROM payroll_payrun run JOIN (SELECT DISTINCT tenant_id, run_id FROM new_rows) written
            ON run.tenant_id = written.tenant_id AND run.id = written.run_id FOR SHARE OF run;
        SELECT written.run_id INTO closed FROM (SELECT DISTINCT tenant_id, run_id FROM new_rows) written
            LEFT JOIN payroll_payrun run ON run.tenant_id = written.tenant_id AND run.id = written.run_id
            WHERE run.state IS NULL OR run.state IN ('approved', 'locked', 'paid') LIMIT 1;
        IF FOUND THEN
            PERFORM payroll_refuse(format('pay run %s is closed', closed));
        END IF;
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("payroll", "0002_immutable"),
        ("people", "0002_unit_tree"),
        ("tenancy", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="monthlyinput",
            name="payroll_value_month",
        ),
        migrations.RemoveConstraint(
            model_name="payitem",
            name="payroll_item_code",
        ),
        migrations.RemoveConstraint(
            model_name="payitem",
            name="payroll_item_name",
        ),
        migrations.RemoveConstraint(
            model_name="payrun",
            name="payroll_run_month",
        ),
        migrations.RemoveConstraint(
            model_name="payrun",
            name="payroll_run_approved",
        ),
        migrations.RemoveConstraint(
            model_name="payrun",
            name="payroll_run_locked",
        ),
        migrations.RemoveIndex(
            model_name="payitem",
            name="payroll_item_order",
        ),
        migrations.CreateModel(
            name="LegalEntity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("name_en", models.CharField(blank=True, max_length=120, verbose_name="English name")),
                ("tax_code", models.CharField(blank=True, max_length=18, verbose_name="unified social credit code")),
                ("bank_name", models.CharField(blank=True, max_length=120, verbose_name="bank")),
                ("bank_account", models.CharField(blank=True, max_length=40, verbose_name="bank account")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("tenant", hrsaas.tenancy.fields.TenantField()),
            ],
            options={
                "verbose_name": "legal entity",
                "verbose_name_plural": "legal entities",
                "ordering": ["code"],
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="PayScheme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("name_en", models.CharField(blank=True, max_length=120, verbose_name="English name")),
                ("pack", models.CharField(blank=True, max_length=40, verbose_name="pay item pack")),
                ("tenant", hrsaas.tenancy.fields.TenantField()),
            ],
            options={
                "verbose_name": "pay scheme",
                "verbose_name_plural": "pay schemes",
                "ordering": ["code"],
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="paygroup",
            name="entity",
            field=hrsaas.tenancy.fields.TenantForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="groups",
                to="payroll.legalentity",
                verbose_name="legal entity",
            ),
        ),
        migrations.AddField(
            model_name="payrun",
            name="entity",
            field=hrsaas.tenancy.fields.TenantForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="runs",
                to="payroll.legalentity",
                verbose_name="legal entity",
            ),
        ),
        migrations.AddField(
            model_name="paygroup",
            name="scheme",
            field=hrsaas.tenancy.fields.TenantForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="groups",
                to="payroll.payscheme",
                verbose_name="pay scheme",
            ),
        ),
        migrations.AddField(
            model_name="payitem",
            name="scheme",
            field=hrsaas.tenancy.fields.TenantForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="items",
                to="payroll.payscheme",
                verbose_name="pay scheme",
            ),
        ),
        migrations.AddField(
            model_name="payrun",
            name="scheme",
            field=hrsaas.tenancy.fields.TenantForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="runs",
                to="payroll.payscheme",
                verbose_name="pay scheme",
            ),
        ),
        migrations.AddField(
            model_name="monthlyinput",
            name="run",
            field=hrsaas.tenancy.fields.TenantForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="values",
                to="payroll.payrun",
                verbose_name="pay run",
            ),
        ),
        migrations.AddField(
            model_name="paygroup",
            name="pay_day",
            field=models.SmallIntegerField(default=10, verbose_name="pay day"),
        ),
        migrations.AddField(
            model_name="paygroup",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="payrun",
            name="paid_by",
            field=models.CharField(blank=True, max_length=200, verbose_name="marked as paid by"),
        ),
        migrations.AddField(
            model_name="payrun",
            name="paid_on",
            field=models.DateField(blank=True, null=True, verbose_name="paid on"),
        ),
        migrations.AddField(
            model_name="payrun",
            name="review_note",
            field=models.TextField(blank=True, verbose_name="note of the review"),
        ),
        migrations.AddField(
            model_name="payrun",
            name="reviewed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="reviewed at"),
        ),
        migrations.AddField(
            model_name="payrun",
            name="reviewed_by",
            field=models.CharField(blank=True, max_length=200, verbose_name="reviewed by"),
        ),
        migrations.AddField(
            model_name="payrun",
            name="title",
            field=models.CharField(blank=True, max_length=120, verbose_name="title"),
        ),
        migrations.AlterField(
            model_name="payrun",
            name="kind",
            field=models.CharField(
                choices=[("regular", "Regular"), ("off_cycle", "Off-cycle"), ("bonus", "Bonus")],
                default="regular",
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="payrun",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("calculating", "Calculating"),
                    ("calculated", "Calculated"),
                    ("reviewed", "Reviewed"),
                    ("approved", "Approved"),
                    ("locked", "Locked"),
                    ("paid", "Paid"),
                ],
                default="draft",
                max_length=12,
                verbose_name="state",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="paygroup",
            name="entity",
            field=hrsaas.tenancy.fields.TenantForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="groups",
                to="payroll.legalentity",
                verbose_name="legal entity",
            ),
        ),
        migrations.AlterField(
            model_name="payrun",
            name="entity",
            field=hrsaas.tenancy.fields.TenantForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="runs",
                to="payroll.legalentity",
                verbose_name="legal entity",
            ),
        ),
        migrations.AlterField(
            model_name="paygroup",
            name="scheme",
            field=hrsaas.tenancy.fields.TenantForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="groups",
                to="payroll.payscheme",
                verbose_name="pay scheme",
            ),
        ),
        migrations.AlterField(
            model_name="payitem",
            name="scheme",
            field=hrsaas.tenancy.fields.TenantForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="items",
                to="payroll.payscheme",
                verbose_name="pay scheme",
            ),
        ),
        migrations.AlterField(
            model_name="payrun",
            name="scheme",
            field=hrsaas.tenancy.fields.TenantForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="runs",
                to="payroll.payscheme",
                verbose_name="pay scheme",
            ),
        ),
        migrations.RemoveField(
            model_name="paygroup",
            name="pack",
        ),
        migrations.RemoveField(
            model_name="payitem",
            name="group",
        ),
        migrations.CreateModel(
            name="PayGroupMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start_date", models.DateField(verbose_name="from")),
                ("end_date", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "employee",
                    hrsaas.tenancy.fields.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pay_groups",
                        to="people.employee",
                        verbose_name="employee",
                    ),
                ),
                (
                    "group",
                    hrsaas.tenancy.fields.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="payroll.paygroup",
                        verbose_name="pay group",
                    ),
                ),
                ("tenant", hrsaas.tenancy.fields.TenantField()),
            ],
            options={
                "verbose_name": "member of a pay group",
                "verbose_name_plural": "members of pay groups",
                "ordering": ["employee", "start_date"],
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="PayRunPerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    "run",
                    hrsaas.tenancy.fields.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="people",
                        to="payroll.payrun",
                        verbose_name="pay run",
                    ),
                ),
                ("tenant", hrsaas.tenancy.fields.TenantField()),
            ],
            options={
                "verbose_name": "person of a pay run",
                "verbose_name_plural": "people of pay runs",
                "ordering": ["run", "employee"],
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.AddConstraint(
            model_name="monthlyinput",
            constraint=models.UniqueConstraint(
                fields=("tenant", "employee", "input", "month", "run"), name="payroll_value_month", nulls_distinct=False
            ),
        ),
        migrations.AddIndex(
            model_name="payitem",
            index=models.Index(fields=["tenant", "scheme", "order"], name="payroll_item_order"),
        ),
        migrations.AddIndex(
            model_name="payrun",
            index=models.Index(fields=["tenant", "entity", "month"], name="payroll_run_by_entity"),
        ),
        migrations.AddConstraint(
            model_name="paygroup",
            constraint=models.CheckConstraint(
                condition=models.Q(("pay_day__gte", 1), ("pay_day__lte", 31)), name="payroll_group_pay_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="payitem",
            constraint=models.UniqueConstraint(fields=("tenant", "scheme", "code"), name="payroll_item_code"),
        ),
        migrations.AddConstraint(
            model_name="payitem",
            constraint=models.UniqueConstraint(fields=("tenant", "scheme", "name"), name="payroll_item_name"),
        ),
        migrations.AddConstraint(
            model_name="payrun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "regular")), fields=("tenant", "group", "month"), name="payroll_run_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="payrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "regular"), ("title", "")),
                    models.Q(models.Q(("kind", "regular"), _negated=True), models.Q(("title", ""), _negated=True)),
                    _connector="OR",
                ),
                name="payroll_run_title",
            ),
        ),
        migrations.AddConstraint(
            model_name="payrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["approved", "locked", "paid"]), _negated=True),
                    models.Q(
                        ("approved_at__isnull", False), ("checker__isnull", False), ("formula_set__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="payroll_run_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="payrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("error_count", 0), ("locked_at__isnull", False), ("state__in", ["locked", "paid"])),
                    models.Q(models.Q(("state__in", ["locked", "paid"]), _negated=True), ("locked_at", None)),
                    _connector="OR",
                ),
                name="payroll_run_locked",
            ),
        ),
        migrations.AddConstraint(
            model_name="payrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("paid_on__isnull", False), ("state", "paid")),
                    models.Q(models.Q(("state", "paid"), _negated=True), ("paid_on", None)),
                    _connector="OR",
                ),
                name="payroll_run_paid",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalentity",
            constraint=models.UniqueConstraint(fields=("tenant", "code"), name="payroll_entity_code"),
        ),
        migrations.AddIndex(
            model_name="paygroupmember",
            index=models.Index(fields=["tenant", "group", "employee"], name="payroll_member_group"),
        ),
        migrations.AddConstraint(
            model_name="paygroupmember",
            constraint=models.CheckConstraint(
                condition=models.Q(("end_date", None), ("end_date__gt", models.F("start_date")), _connector="OR"),
                name="payroll_member_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="paygroupmember",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("tenant", "="),
                    ("employee", "="),
                    (
                        hrsaas.people.models.assignments.DateRange(
                            "start_date", "end_date", django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        "&&",
                    ),
                ],
                name="payroll_member_overlap",
            ),
        ),
        migrations.AddConstraint(
            model_name="payrunperson",
            constraint=models.UniqueConstraint(fields=("tenant", "run", "employee"), name="payroll_run_person"),
        ),
        migrations.AddConstraint(
            model_name="payscheme",
            constraint=models.UniqueConstraint(fields=("tenant", "code"), name="payroll_scheme_code"),
        ),
        migrations.RunSQL(KEEP_RUN, migrations.RunSQL.noop),
    ]
