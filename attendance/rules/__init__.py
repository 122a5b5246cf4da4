"""Computations of attendance: pure Python and numpy, no Django, no I/O, no clock.

Times are minutes. A *minute of the day* counts from 00:00 of the day a shift belongs to and may be negative or pass
1440. A *minute* without more words counts from 1970-01-01 00:00 on the wall clock of the tenant: the caller converts
instants with the tenant's zone before it calls. A *day* is the number of days since 1970-01-01.
"""
