"""Each payslip in one bank file, and payments that are held back."""

import django.db.models.deletion
import hrsaas.tenancy.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payroll', '0013_manual_amounts'),
        ('people', '0003_bank_details'),
        ('tenancy', '0002_maintain'),
    ]

    operations = [
        migrations.AlterField(
            model_name='payfile',
            name='state',
            field=models.CharField(choices=[('preparing', 'Being made'), ('ready', 'Ready'), ('failed', 'Failed'), ('void', 'Void')], default='preparing', max_length=12, verbose_name='state'),
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_id', models.BigIntegerField(verbose_name='bank file')),
                ('amount_fen', models.BigIntegerField(verbose_name='amount (fen)')),
                ('payslip', hrsaas.tenancy.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='payroll.payslip', verbose_name='payslip')),
                ('tenant', hrsaas.tenancy.fields.TenantField()),
            ],
            options={
                'verbose_name': 'payment',
                'verbose_name_plural': 'payments',
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['tenant', 'file_id'], name='payroll_payment_file')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'payslip'), name='payroll_payment_once'), models.CheckConstraint(condition=models.Q(('amount_fen__gt', 0)), name='payroll_payment_positive')],
            },
        ),
        migrations.CreateModel(
            name='PaymentHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='month')),
                ('until_date', models.DateField(blank=True, null=True, verbose_name='held until, not included')),
                ('reason', models.TextField(verbose_name='reason')),
                ('held_by', models.CharField(max_length=200, verbose_name='held by')),
                ('held_at', models.DateTimeField(verbose_name='held at')),
                ('release_note', models.TextField(blank=True, verbose_name='why it was released')),
                ('released_by', models.CharField(blank=True, max_length=200, verbose_name='released by')),
                ('released_at', models.DateTimeField(blank=True, null=True, verbose_name='released at')),
                ('employee', hrsaas.tenancy.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.employee', verbose_name='employee')),
                ('run', hrsaas.tenancy.fields.TenantForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payment_holds', to='payroll.payrun', verbose_name='pay run')),
                ('tenant', hrsaas.tenancy.fields.TenantField()),
            ],
            options={
                'verbose_name': 'held payment',
                'verbose_name_plural': 'held payments',
                'ordering': ['-month', 'employee', 'id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['tenant', 'month'], name='payroll_hold_month')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('released_at', None)), fields=('tenant', 'employee', 'month', 'run'), name='payroll_hold_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('month__day', 1), models.Q(('reason', ''), _negated=True)), name='payroll_hold_why'), models.CheckConstraint(condition=models.Q(models.Q(('release_note', ''), ('released_at', None), ('released_by', '')), models.Q(('released_at__isnull', False), models.Q(('released_by', ''), _negated=True)), _connector='OR'), name='payroll_hold_released')],
            },
        ),
    ]
