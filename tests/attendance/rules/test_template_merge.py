"""Upgrading a template never loses what the tenant changed, and brings what only the template changed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from attendance.rules.template_merge import Outcome, changes, compare, next_base

BASE = {"shift:M": {"start": 480, "grace": 5, "name": "早班"}}


def outcomes(base, own, new, locked=()):
    return {item.key: item.outcome for item in compare(base, own, new, locked)}


def changed(**values):
    return {"shift:M": {**BASE["shift:M"], **values}}


def test_without_a_change_there_is_no_difference():
    assert compare(BASE, BASE, BASE) == ()


def test_what_only_the_template_changed_is_taken():
    found = compare(BASE, BASE, changed(grace=3))
    assert [(item.key, item.outcome, item.base, item.own, item.new) for item in found] == [
        ("shift:M.grace", Outcome.TAKEN, 5, 5, 3)
    ]
    assert changes(found, changed(grace=3)) == {"shift:M": {"grace": 3}}


def test_what_only_the_tenant_changed_is_kept():
    found = compare(BASE, changed(grace=10), BASE)
    assert outcomes(BASE, changed(grace=10), BASE) == {"shift:M.grace": Outcome.KEPT}
    assert changes(found, BASE) == {}


def test_what_both_changed_is_a_conflict_in_which_the_tenants_stays_unless_chosen():
    found = compare(BASE, changed(grace=10), changed(grace=3))
    assert [item.outcome for item in found] == [Outcome.CONFLICT]
    assert changes(found, changed(grace=3)) == {}
    assert changes(found, changed(grace=3), {"shift:M.grace"}) == {"shift:M": {"grace": 3}}


def test_what_both_changed_to_the_same_is_no_difference():
    assert compare(BASE, changed(grace=3), changed(grace=3)) == ()


def test_a_new_row_is_added_whole_and_a_dropped_one_stays():
    new = {"shift:N": {"start": 1320}}
    found = compare(BASE, BASE, new)
    assert {item.key: item.outcome for item in found} == {"shift:N.": Outcome.ADDED, "shift:M.": Outcome.RETIRED}
    assert changes(found, new) == {"shift:N": {"start": 1320}}


def test_a_row_that_the_tenant_made_itself_is_a_conflict():
    assert outcomes({}, changed(grace=10), BASE) == {"shift:M.grace": Outcome.CONFLICT}


def test_a_row_that_the_tenant_removed_stays_away():
    found = compare(BASE, {}, changed(grace=3))
    assert [item.outcome for item in found] == [Outcome.KEPT]
    assert changes(found, changed(grace=3)) == {}


def test_a_value_that_the_older_version_did_not_know_is_taken():
    new = changed(segments=[1])
    assert outcomes(BASE, changed(segments=[]), new) == {"shift:M.segments": Outcome.TAKEN}


def test_a_row_of_locked_months_stays_and_is_offered_again_next_time():
    new = changed(grace=3)
    found = compare(BASE, BASE, new, locked={"shift:M"})
    assert [item.outcome for item in found] == [Outcome.LOCKED]
    assert changes(found, new, {"shift:M.grace"}) == {}
    assert compare(next_base(found, new), BASE, new) != ()
    assert outcomes(next_base(found, new), BASE, new) == {"shift:M.grace": Outcome.TAKEN}


values = st.dictionaries(st.sampled_from("abc"), st.integers(0, 2), min_size=3, max_size=3)
rows = st.dictionaries(st.sampled_from(["shift:M", "shift:N", "rotation:R"]), values)


@given(base=rows, own=rows, new=rows)
def test_no_edit_of_the_tenant_is_ever_written_over_unasked(base, own, new):
    writes = changes(compare(base, own, new), new)
    for row, fields in writes.items():
        for field, value in fields.items():
            assert new[row][field] == value
            assert row not in own or own[row][field] == base[row][field]


@given(base=rows, own=rows, new=rows)
def test_after_an_upgrade_nothing_but_own_edits_is_left(base, own, new):
    found = compare(base, own, new)
    after = {row: dict(values) for row, values in own.items()}
    for row, fields in changes(found, new).items():
        after.setdefault(row, {}).update(fields)
    left = {item.outcome for item in compare(next_base(found, new), after, new)}
    assert left <= {Outcome.KEPT, Outcome.RETIRED}
