export const MAINTENANCE_QUEUE = 'maintenance';
export const PURGE_IDEMPOTENCY_KEYS = 'purge-idempotency-keys';
