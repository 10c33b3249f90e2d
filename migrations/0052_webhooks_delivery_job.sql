-- +goose Up
-- The one job that may send the delivery; deliveries of before have none and are
-- taken up again.
ALTER TABLE webhooks.delivery ADD COLUMN job_id bigint NOT NULL DEFAULT 0;
CREATE INDEX delivery_queued_ix ON webhooks.delivery (tenant_id, id) WHERE state = 'queued';

-- +goose Down
DROP INDEX webhooks.delivery_queued_ix;
ALTER TABLE webhooks.delivery DROP COLUMN job_id;
