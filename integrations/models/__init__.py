from integrations.models.imports import Import

__all__ = ["Import"]
