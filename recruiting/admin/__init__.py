from recruiting.admin import candidates, offers, profiles

__all__ = ["candidates", "offers", "profiles"]
