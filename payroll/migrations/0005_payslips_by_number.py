"""Employee numbers of payslips sort by their bytes, whatever the database's language: digests are read in the order of
the index. They are made of what COPY hands out, so the functions for it go. One index by employee and run instead of two.
"""

from importlib import import_module

from django.db import migrations, models

immutable = import_module("payroll.migrations.0002_immutable")


class Migration(migrations.Migration):
    dependencies = [("payroll", "0004_references_by_statement")]

    operations = [
        migrations.RunSQL(immutable.NO_DIGESTS, immutable.DIGESTS),
        migrations.RunSQL(immutable.NO_LINES, immutable.LINES),
        migrations.AlterField(
            model_name="payslip",
            name="employee_code",
            field=models.CharField(db_collation="C", max_length=40, verbose_name="employee number"),
        ),
        migrations.RunSQL(immutable.LINES, immutable.NO_LINES),
        migrations.RemoveConstraint(model_name="payslip", name="payroll_payslip_person"),
        migrations.RemoveIndex(model_name="payslip", name="payroll_payslip_by_person"),
        migrations.AddConstraint(
            model_name="payslip",
            constraint=models.UniqueConstraint(fields=("tenant", "employee", "run"), name="payroll_payslip_person"),
        ),
    ]
