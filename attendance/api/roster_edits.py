"""What edits of the roster look like, and what checks of it answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from rest_framework import serializers

from attendance.models import RosterBatch, RosterChange
from attendance.queries.roster_checks import BY_ROTATION, Changes, Finding
from attendance.queries.roster_previews import RosterPreview
from attendance.services.roster_copies import MOST_WEEKS, Copied
from attendance.services.roster_edits import MOST_EDITS, Edit, Saved, Seen
from hrsaas.api.serializers import IdField, IdRelatedField, JsonField, TenantSerializer
from hrsaas.people.models import OrgUnit

MOST_PEOPLE = 1_000


class SeenSerializer(serializers.Serializer[Any]):
    planned = serializers.BooleanField()
    shift = IdField(allow_null=True, default=None, min_value=1)


class EditSerializer(serializers.Serializer[Any]):
    """seen: what the day was when it was read; the edit is refused where it is something else by now."""

    employee = IdField(min_value=1)
    date = serializers.DateField()
    shift = IdField(allow_null=True, default=None, min_value=1, help_text="null is a free day.")
    by_rotation = serializers.BooleanField(default=False, help_text="What the person's rotation says.")
    seen = SeenSerializer(allow_null=True, default=None)


class EditsSerializer(serializers.Serializer[Any]):
    edits = EditSerializer(many=True, max_length=MOST_EDITS)


class CheckSerializer(serializers.Serializer[Any]):
    """Without people: of those whose days change. unit: whose cover is asked for."""

    first = serializers.DateField()
    end = serializers.DateField()
    employees = serializers.ListField(child=IdField(min_value=1), max_length=MOST_PEOPLE, default=list)
    unit = IdRelatedField(queryset=OrgUnit.objects, allow_null=True, default=None)
    edits = EditSerializer(many=True, max_length=MOST_EDITS, default=list)


class RosterFindingSerializer(serializers.Serializer[Any]):
    """value and limit: minutes, or days or nights in a row."""

    rule = serializers.CharField()
    severity = serializers.CharField(help_text="warn or block.")
    employee_id = IdField()
    dates = serializers.ListField(child=serializers.DateField())
    value = serializers.IntegerField()
    limit = serializers.IntegerField()
    zh = serializers.CharField()
    en = serializers.CharField()


class SlotGapSerializer(serializers.Serializer[Any]):
    """A slot with fewer people than wanted."""

    date = serializers.DateField()
    start_minute = serializers.IntegerField()
    end_minute = serializers.IntegerField()
    wanted = serializers.IntegerField()
    on_shift = serializers.FloatField()
    missing = serializers.FloatField()


class RosterCostSerializer(serializers.Serializer[Any]):
    """Planned minutes, and an estimate from base pay; more_yuan: what the edits add."""

    minutes = serializers.IntegerField()
    yuan = serializers.DecimalField(max_digits=16, decimal_places=2)
    more_yuan = serializers.DecimalField(max_digits=16, decimal_places=2)


class RosterCheckedSerializer(serializers.Serializer[Any]):
    """cost: null for who may not see pay; gaps: null without a unit or for who may not see demand."""

    findings = RosterFindingSerializer(many=True)
    gaps = SlotGapSerializer(many=True, allow_null=True)
    cost = RosterCostSerializer(allow_null=True)


class RosterSavedSerializer(serializers.Serializer[Any]):
    batch_id = IdField(allow_null=True)
    days = serializers.IntegerField()
    findings = RosterFindingSerializer(many=True)


class CopySerializer(serializers.Serializer[Any]):
    """The seven days from ``source`` on, into each of the next ``weeks`` weeks. preview: only say what would change."""

    employees = serializers.ListField(child=IdField(min_value=1), max_length=MOST_PEOPLE, min_length=1)
    source = serializers.DateField()
    weeks = serializers.IntegerField(min_value=1, max_value=MOST_WEEKS)
    preview = serializers.BooleanField(default=False)


class WeeksCopiedSerializer(serializers.Serializer[Any]):
    batch_id = IdField(allow_null=True)
    days = serializers.IntegerField()
    edits = EditSerializer(many=True)
    away = JsonField(help_text="Days left out because of leave or travel: employee_id and date.")


class RosterBatchSerializer(TenantSerializer):
    class Meta:
        model = RosterBatch
        fields = ("id", "kind", "made_at", "made_by", "undone_at")
        read_only_fields = fields


class RosterChangeSerializer(TenantSerializer):
    """published: the day had been published before, so the person has to know; seen_at: since when the person does."""

    changed_at = serializers.DateTimeField(source="batch.made_at", read_only=True)
    changed_by = serializers.CharField(source="batch.made_by", read_only=True)

    class Meta:
        model = RosterChange
        fields = (
            "id", "employee", "date", "old_shift", "new_planned", "new_shift", "published", "changed_at", "changed_by",
            "seen_at",
        )  # fmt: skip
        read_only_fields = fields


def edits_of(given: Sequence[dict[str, Any]]) -> list[Edit]:
    return [
        Edit(
            one["employee"], one["date"], BY_ROTATION if one["by_rotation"] else one["shift"],
            None if one["seen"] is None else Seen(one["seen"]["planned"], one["seen"]["shift"]),
        )
        for one in given
    ]  # fmt: skip


def changes_of(given: Sequence[dict[str, Any]]) -> Changes:
    found: dict[tuple[int, date], int | None] = {}
    for edit in edits_of(given):
        found[edit.employee_id, edit.date] = edit.shift_id
    return found


def saved_json(saved: Saved) -> dict[str, Any]:
    batch_id = None if saved.batch is None else str(saved.batch.pk)
    return {"batch_id": batch_id, "days": saved.days, "findings": [_finding(one) for one in saved.findings]}


def copied_json(found: Copied, saved: Saved | None) -> dict[str, Any]:
    """saved: None for a preview."""
    edits = [
        {
            "employee": str(edit.employee_id), "date": edit.date.isoformat(),
            "shift": None if edit.shift_id is None else str(edit.shift_id), "by_rotation": False, "seen": None,
        }
        for edit in found.edits
    ]  # fmt: skip
    away = [{"employee_id": str(employee_id), "date": day.isoformat()} for employee_id, day in found.away]
    batch_id = None if saved is None or saved.batch is None else str(saved.batch.pk)
    return {"batch_id": batch_id, "days": len(edits), "edits": edits, "away": away}


def checked_json(found: RosterPreview) -> dict[str, Any]:
    gaps = None if found.gaps is None else [{**asdict(gap), "date": gap.date.isoformat()} for gap in found.gaps]
    cost = None
    if found.cost is not None:
        cost = {
            "minutes": found.cost.minutes, "yuan": f"{found.cost.yuan:.2f}", "more_yuan": f"{found.cost.more_yuan:.2f}"
        }  # fmt: skip
    return {"findings": [_finding(one) for one in found.findings], "gaps": gaps, "cost": cost}


def _finding(one: Finding) -> dict[str, Any]:
    return {**one.as_json(), "employee_id": str(one.employee_id)}
