from integrations.admin import imports

__all__ = ["imports"]
