"""Pure computation of performance: no Django, no I/O, no clock."""
