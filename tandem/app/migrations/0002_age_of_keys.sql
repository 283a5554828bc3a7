-- Old idempotency keys are forgotten daily; without an index each look reads the whole table.
create index kernel_idempotency_age on kernel_idempotency (tenant, created_at);
