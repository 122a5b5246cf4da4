from attendance.admin import installed_packs, months, punches, rosters, setups

__all__ = ["installed_packs", "months", "punches", "rosters", "setups"]
