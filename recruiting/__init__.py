"""Recruiting: job profiles, evidence cards, match scores, offers and hire."""
