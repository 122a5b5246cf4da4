"""Rosters by optimisation: the problem, a checker of its own, the search, and what follows from them.

Everything here counts days from 0 (the first day to plan), people and shifts by their place in the problem.
"""
