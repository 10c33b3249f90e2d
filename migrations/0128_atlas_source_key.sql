-- +goose Up
-- Rows of a partner's file without a column of the dataset were named "id::1", as
-- the town's own are, though the partner's only source was theirs. Each keeps its
-- number under the name of its source, folded as services/words does. Where the
-- same row came with its dataset too, there are two records: the older name is
-- set free, and both stay.
UPDATE atlas.occurrence o
SET source_key = CASE WHEN EXISTS (SELECT FROM atlas.occurrence t WHERE t.tenant_id = o.tenant_id AND t.source_key = was.key)
  THEN 'was:' || o.id ELSE was.key END
FROM (
  SELECT p.tenant_id, p.id,
    'id:' || trim(regexp_replace(replace(replace(replace(replace(replace(replace(replace(
      regexp_replace(lower(normalize(p.dataset, NFKD)), '[\u0300-\u036f]', '', 'g'),
      'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'), '’', ''''), '‘', ''''), '×', 'x'), '\s+', ' ', 'g')) || substr(p.source_key, 4) AS key
  FROM atlas.occurrence p
  WHERE p.source_key LIKE 'id::%' AND p.dataset <> ''
) was
WHERE o.tenant_id = was.tenant_id AND o.id = was.id AND length(was.key) <= 203;

-- +goose Down
-- The names say more than before, and are unique as before: they stay.
SELECT 1;
