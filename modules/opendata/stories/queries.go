package stories

const (
	selectStories = `
SELECT id, slug, title, lead, theme, blocks, published, revision, author, updated_at, published_at
FROM opendata.story
WHERE tenant_id = $1 AND ($2 = '' OR slug = $2)
ORDER BY coalesce(published_at, updated_at) DESC, slug
LIMIT 500`

	insertStory = `
INSERT INTO opendata.story (tenant_id, id, slug, title, lead, theme, blocks, author)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (tenant_id, slug) DO NOTHING`

	updateStory = `
UPDATE opendata.story
SET title = $4, lead = $5, theme = $6, blocks = $7, revision = revision + 1, updated_at = now()
WHERE tenant_id = $1 AND slug = $2 AND revision = $3`

	publishStory = `
UPDATE opendata.story
SET published = $3, published_at = CASE WHEN $3 THEN now() ELSE published_at END, updated_at = now()
WHERE tenant_id = $1 AND slug = $2`

	deleteStory = `DELETE FROM opendata.story WHERE tenant_id = $1 AND slug = $2`
)
