"""The program and the checker are two tellings of one problem: they agree on every roster."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.rules.rostering.checker import evaluate
from attendance.rules.rostering.linear_models import RosterModel
from tests.attendance.rules.rostering.problems import person, problem, problems, roster, rosters


def keeps(program, values):
    activity = np.bincount(
        program.row, weights=program.value * values[program.column], minlength=len(program.row_lower)
    )
    rows = (program.row_lower <= activity) & (activity <= program.row_upper)
    return bool(rows.all() and (program.lower <= values).all() and (values <= program.upper).all())


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_roster_solves_the_program_just_when_the_checker_finds_no_violation(data):
    asked = data.draw(problems())
    line = data.draw(rosters(2, asked.days))
    model = RosterModel(asked)
    assert keeps(model.program, model.values(line)) == (not evaluate(asked, line).violations)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_the_program_costs_what_the_checker_counts(data):
    asked = data.draw(problems())
    line = data.draw(rosters(2, asked.days))
    model = RosterModel(asked)
    values = model.values(line)
    assert model.program.cost @ values + model.program.offset == evaluate(asked, line).cost
    assert (model.roster(values) == line).all()


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_part_costs_and_keeps_what_the_whole_does(data):
    asked = data.draw(problems())
    line, other = data.draw(rosters(2, asked.days)), data.draw(rosters(2, asked.days))
    cells = data.draw(rosters(2, asked.days, shifts=1)) == 0
    model = RosterModel(asked)
    free, values = model.free_columns(cells), model.values(line)
    mixed = model.values(np.where(cells, other, line))
    part = model.program.with_fixed(free, values)
    assert part.cost @ mixed[free] + part.offset == model.program.cost @ mixed + model.program.offset
    if keeps(model.program, values):
        assert keeps(part, mixed[free]) == keeps(model.program, mixed)
    if keeps(model.program, values) and keeps(model.program, mixed):
        assert (mixed[~free] == values[~free]).all()


def test_a_rule_that_is_left_out_is_not_asked():
    asked = problem(person(days_off=[0]), days=1)
    for rule in (v.rule for v in evaluate(asked, roster("E")).violations):
        model = RosterModel(asked, without=[(rule, 0)])
        assert keeps(model.program, model.values(roster("E")))
