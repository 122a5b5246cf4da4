"""Amounts set by hand; from the approval of a run on the database keeps those of it as they are."""

import django.db.models.deletion
import hrsaas.tenancy.fields
from django.db import migrations, models


FREEZE = """
CREATE TRIGGER payroll_manual_inserted AFTER INSERT ON payroll_manualamount
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION payroll_keep_payslips();
CREATE TRIGGER payroll_manual_updated AFTER UPDATE ON payroll_manualamount
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION payroll_keep_payslips();
CREATE TRIGGER payroll_manual_deleted AFTER DELETE ON payroll_manualamount
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION payroll_keep_payslips();
CREATE TRIGGER payroll_manual_whole BEFORE TRUNCATE ON payroll_manualamount
    FOR EACH STATEMENT EXECUTE FUNCTION payroll_keep_whole();
"""
THAW = """
DROP TRIGGER payroll_manual_inserted ON payroll_manualamount;
DROP TRIGGER payroll_manual_updated ON payroll_manualamount;
DROP TRIGGER payroll_manual_deleted ON payroll_manualamount;
DROP TRIGGER payroll_manual_whole ON payroll_manualamount;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('payroll', '0012_run_parts'),
        ('people', '0003_bank_details'),
        ('tenancy', '0002_maintain'),
    ]

    operations = [
        migrations.CreateModel(
            name='ManualAmount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(max_length=60, verbose_name='item')),
                ('amount_fen', models.BigIntegerField(verbose_name='amount (fen)')),
                ('formula_fen', models.BigIntegerField(editable=False, null=True, verbose_name='by the formula (fen)')),
                ('reason', models.TextField(verbose_name='reason')),
                ('set_by', models.CharField(max_length=200, verbose_name='set by')),
                ('set_at', models.DateTimeField(verbose_name='set at')),
                ('employee', hrsaas.tenancy.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.employee', verbose_name='employee')),
                ('run', hrsaas.tenancy.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='manual_amounts', to='payroll.payrun', verbose_name='pay run')),
                ('tenant', hrsaas.tenancy.fields.TenantField()),
            ],
            options={
                'verbose_name': 'amount set by hand',
                'verbose_name_plural': 'amounts set by hand',
                'ordering': ['-run__month', 'run', 'employee', 'item'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'run', 'employee', 'item'), name='payroll_manual_item'), models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('item', ''), _negated=True)), name='payroll_manual_why'), models.CheckConstraint(condition=models.Q(('amount_fen__gte', -1000000000000000), ('amount_fen__lte', 1000000000000000)), name='payroll_manual_size')],
            },
        ),
        migrations.RunSQL(FREEZE, THAW),
    ]
