from hrsaas.access.admin import operators, tokens, users

__all__ = ["operators", "tokens", "users"]
