from hrsaas.api.models.idempotency_keys import IdempotencyKey

__all__ = ["IdempotencyKey"]
