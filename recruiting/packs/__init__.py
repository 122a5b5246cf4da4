"""Data shipped with recruiting: job profiles with their questions, rubric and ladders, and their loader."""
