"""Pure computation of recruiting: no Django, no I/O, no clock."""
