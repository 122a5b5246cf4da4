"""Items that are texts, conditions or dates, and the view of lines that reads them."""

from importlib import import_module

from django.db import migrations, models

# New columns at the end; amount is of numbers only.
LINES = """
CREATE OR REPLACE VIEW payroll_payslip_line WITH (security_invoker = true) AS
SELECT slip.tenant_id, slip.run_id, run.month, slip.id AS payslip_id, slip.employee_id, slip.employee_code, slip.unit_id,
       line.place::int - 1 AS item_position, item.value ->> 'code' AS item_code, item.value ->> 'name' AS item_name,
       item.value ->> 'name_en' AS item_name_en, item.value ->> 'category' AS category,
       (item.value ->> 'shown')::boolean AS is_shown,
       CASE WHEN kind.value = 'number' THEN line.amount END AS amount, (item.value ->> 'scale')::int AS scale,
       kind.value AS item_type,
       CASE kind.value
           WHEN 'bool' THEN (line.amount = 1)::text
           WHEN 'date' THEN to_char(date '1970-01-01' + line.amount::int, 'YYYY-MM-DD')
           WHEN 'text' THEN CASE WHEN line.amount > 0 THEN item.value -> 'texts' ->> (line.amount::int - 1)
                                 ELSE slip.texts[-line.amount::int] END
           ELSE round(line.amount / 10::numeric ^ (item.value ->> 'scale')::int, (item.value ->> 'scale')::int)::text
       END AS value
FROM payroll_payslip slip
JOIN payroll_payrun run ON run.tenant_id = slip.tenant_id AND run.id = slip.run_id
JOIN payroll_formulasetversion used ON used.tenant_id = run.tenant_id AND used.id = run.formula_set_id
CROSS JOIN LATERAL unnest(slip.amounts) WITH ORDINALITY AS line (amount, place)
CROSS JOIN LATERAL (SELECT used.items -> (line.place::int - 1) AS value) AS item
CROSS JOIN LATERAL (SELECT COALESCE(item.value ->> 'type', 'number') AS value) AS kind;
"""
EARLIER = import_module("payroll.migrations.0002_immutable").LINES


class Migration(migrations.Migration):
    dependencies = [("payroll", "0009_outputs"), ("tenancy", "0002_maintain")]

    operations = [
        migrations.AddField(
            model_name="payitem",
            name="type",
            field=models.CharField(
                choices=[("number", "Number"), ("text", "Text"), ("bool", "Condition"), ("date", "Date")],
                default="number",
                max_length=8,
                verbose_name="type",
            ),
        ),
        migrations.AddConstraint(
            model_name="payitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("type", "number"), models.Q(("category", "info"), ("scale", 0)), _connector="OR"
                ),
                name="payroll_item_type",
            ),
        ),
        migrations.RunSQL(LINES, f"DROP VIEW payroll_payslip_line; {EARLIER}"),
    ]
