"""Limits that keep hostile input cheap; checked before any work that grows with the input."""

MAX_CHARS = 2000
MAX_TOKENS = 400
MAX_DEPTH = 32
MAX_ARGS = 32
MAX_ITEMS = 300
MAX_INTEGER_DIGITS = 15
MAX_DECIMAL_DIGITS = 8
MAX_REPORTED_ERRORS = 20
MAX_RESULT = 10**15
"""Largest absolute value of an item, in its unit."""
MAX_BITS = 256
"""Largest numerator or denominator, in lowest terms, of any intermediate value."""
