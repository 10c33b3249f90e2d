package archtest

// ours is every schema of the project; River's tables are its own library's.
const ours = `n.nspname NOT IN ('pg_catalog', 'information_schema', 'public', 'river', 'topology', 'tiger')
	AND n.nspname NOT LIKE 'pg\_%'`

// townTables is every table that holds rows of towns, partitions included.
const townTables = `
	SELECT c.oid, c.relname, n.nspname || '.' || c.relname AS name, c.relrowsecurity, c.relforcerowsecurity,
	       c.relkind, c.relispartition, c.relowner, a.attnum AS town, a.attnotnull, a.atttypid
	  FROM pg_class c
	  JOIN pg_namespace n ON n.oid = c.relnamespace
	  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
	 WHERE c.relkind IN ('r', 'p') AND ` + ours

// bad creates a table with one thing wrong, given by the text in its place.
const badTable = `SET ROLE acv_owner; CREATE TABLE trial.bad (tenant_id uuid NOT NULL, id uuid NOT NULL, other uuid, `

const badRest = `; ALTER TABLE trial.bad ENABLE ROW LEVEL SECURITY;
	CREATE POLICY bad_tenant ON trial.bad TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);`

var schemaRules = []schemaRule{
	{
		name:   "town",
		reason: "a table without tenant_id is shared by all towns: say in testdata/exemptions.txt why it may be",
		query: `SELECT n.nspname || '.' || c.relname, 'has no tenant_id'
			  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			 WHERE c.relkind IN ('r', 'p') AND ` + ours + `
			   AND NOT EXISTS (SELECT FROM pg_attribute a
			                    WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)`,
		breaks: `CREATE TABLE trial.bad (id uuid)`,
	},
	{
		name:   "shared",
		reason: "what all towns share, a town may not change: let the platform's role write it, or secure its rows",
		query: `SELECT n.nspname || '.' || c.relname, 'has no tenant_id, no row-level security, and may be written by acv_app'
			  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			 WHERE c.relkind IN ('r', 'p') AND ` + ours + ` AND NOT c.relrowsecurity
			   AND has_table_privilege('acv_app', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
			   AND NOT EXISTS (SELECT FROM pg_attribute a
			                    WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)`,
		breaks: `CREATE TABLE trial.bad (id uuid); GRANT UPDATE ON trial.bad TO acv_app`,
	},
	{
		name:   "town-type",
		reason: "a row without a town is seen by nobody and deleted by nobody",
		query: `SELECT name, 'has a tenant_id that is not uuid NOT NULL' FROM (` + townTables + `) t
			 WHERE NOT attnotnull OR atttypid <> 'uuid'::regtype`,
		breaks: `CREATE TABLE trial.bad (tenant_id uuid)`,
	},
	{
		name:   "security",
		reason: "without row-level security a forgotten condition shows one town's rows to another",
		query:  `SELECT name, 'has row-level security off' FROM (` + townTables + `) t WHERE NOT relrowsecurity`,
		breaks: `CREATE TABLE trial.bad (tenant_id uuid NOT NULL)`,
	},
	{
		name:   "security-forced",
		reason: "functions of the owner filter by town themselves; forcing would hide every row from them",
		query:  `SELECT name, 'has row-level security forced on its owner' FROM (` + townTables + `) t WHERE relforcerowsecurity`,
		breaks: `CREATE TABLE trial.bad (tenant_id uuid NOT NULL); ALTER TABLE trial.bad FORCE ROW LEVEL SECURITY`,
	},
	{
		name:   "policy",
		reason: "row-level security without a policy hides everything, which the next person mends by switching it off",
		query: `SELECT name, 'has no policy' FROM (` + townTables + `) t
			 WHERE NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = t.oid)`,
		breaks: `CREATE TABLE trial.bad (tenant_id uuid NOT NULL); ALTER TABLE trial.bad ENABLE ROW LEVEL SECURITY`,
	},
	{
		name: "policy-form",
		reason: "the plain comparison gives the planner true estimates, works on Citus and fails without a town; " +
			"policies of the application's role, or of everybody, must be it",
		query: `SELECT t.name, 'has the policy ' || p.polname || ': '
			       || coalesce(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
			  FROM (` + townTables + `) t JOIN pg_policy p ON p.polrelid = t.oid
			 WHERE (p.polroles = '{0}' OR 'acv_app'::regrole = ANY (p.polroles))
			   AND EXISTS (SELECT FROM unnest(ARRAY[pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)]) e
			                WHERE e IS NOT NULL
			                  AND (e NOT LIKE '%(tenant_id = (current_setting(''app.tenant''::text))::uuid)%' OR e ~* '\m(or|select)\M'))`,
		breaks: `CREATE TABLE trial.bad (tenant_id uuid NOT NULL);
			CREATE POLICY p ON trial.bad USING (tenant_id = (SELECT current_setting('app.tenant')::uuid))`,
	},
	{
		name:   "key",
		reason: "rows are told apart within their town, and Citus distributes by the key's first column",
		query: `SELECT name, 'has no primary key that starts with tenant_id' FROM (` + townTables + `) t
			 WHERE NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary AND i.indkey[0] = t.town)`,
		breaks: badTable + `CONSTRAINT bad_pk PRIMARY KEY (id))` + badRest,
	},
	{
		name:   "index",
		reason: "every query says its town first; an index that does not start with it reads other towns' rows, or none use it",
		query: `SELECT i.indexrelid::regclass::text, 'is an index of ' || t.name || ' that does not start with tenant_id'
			  FROM (` + townTables + `) t JOIN pg_index i ON i.indrelid = t.oid
			 WHERE NOT i.indisprimary AND i.indkey[0] <> t.town`,
		breaks: badTable + `CONSTRAINT bad_pk PRIMARY KEY (tenant_id, id))` + badRest + `CREATE UNIQUE INDEX bad_ix ON trial.bad (id)`,
	},
	{
		name:   "reference",
		reason: "a key without the town lets a row point into another town",
		query: `SELECT t.name, 'has the key ' || k.conname || ', which does not start with tenant_id on both sides'
			  FROM (` + townTables + `) t
			  JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'f'
			  JOIN (` + townTables + `) o ON o.oid = k.confrelid
			 WHERE k.conkey[1] <> t.town OR k.confkey[1] <> o.town`,
		breaks: `SET ROLE acv_owner; ALTER TABLE trial.good ADD CONSTRAINT good_id_uq UNIQUE (id);
			CREATE TABLE trial.bad (tenant_id uuid NOT NULL, id uuid CONSTRAINT bad_fk REFERENCES trial.good (id))`,
	},
	{
		name:   "view",
		reason: "a view runs with its owner's rights, outside row-level security, unless it is security_invoker",
		query: `SELECT n.nspname || '.' || c.relname,
			       CASE c.relkind WHEN 'm' THEN 'is materialized: nothing can secure its rows' ELSE 'is not security_invoker' END
			  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			 WHERE ` + ours + ` AND (c.relkind = 'm' OR c.relkind = 'v'
			   AND NOT coalesce(c.reloptions && ARRAY['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false))`,
		breaks: `CREATE VIEW trial.bad AS SELECT id FROM trial.good`,
	},
	{
		name:   "owner",
		reason: "whoever owns a table bypasses its row-level security: only acv_owner, which cannot log in, may",
		query: `SELECT n.nspname || '.' || c.relname, 'belongs to ' || pg_get_userbyid(c.relowner)
			  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND c.relowner <> 'acv_owner'::regrole AND ` + ours,
		breaks: `CREATE TABLE trial.bad (tenant_id uuid NOT NULL)`,
	},
	{
		name:   "partition",
		reason: "rows are read through the parent, whose policies apply; a partition's own do not",
		query: `SELECT name, 'is a partition the runtime roles may use directly' FROM (` + townTables + `) t
			 WHERE relispartition AND (has_table_privilege('acv_app', oid, 'SELECT, INSERT, UPDATE, DELETE')
			   OR has_table_privilege('acv_platform', oid, 'SELECT, INSERT, UPDATE, DELETE'))`,
		breaks: `SET ROLE acv_owner; CREATE TABLE trial.parent (tenant_id uuid NOT NULL, id int NOT NULL) PARTITION BY LIST (id);
			CREATE TABLE trial.bad PARTITION OF trial.parent FOR VALUES IN (1); GRANT SELECT ON trial.bad TO acv_app`,
	},
	{
		name:   "function",
		reason: "a function with its owner's rights and the caller's search_path runs whatever the caller puts there",
		query: `SELECT n.nspname || '.' || p.proname,
			       'is SECURITY DEFINER without a pinned search_path, or not owned by acv_owner'
			  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
			 WHERE p.prosecdef AND ` + ours + `
			   AND (p.proowner <> 'acv_owner'::regrole
			        OR NOT EXISTS (SELECT FROM unnest(p.proconfig) s WHERE s LIKE 'search\_path=%'))`,
		breaks: `SET ROLE acv_owner; CREATE FUNCTION trial.bad() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'`,
	},
	{
		name:   "comment",
		reason: "the table's comment is what a newcomer, and the data protection officer, read first",
		query: `SELECT n.nspname || '.' || c.relname, 'has no comment'
			  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND ` + ours + `
			   AND obj_description(c.oid, 'pg_class') IS NULL`,
		breaks: `CREATE TABLE trial.bad (tenant_id uuid NOT NULL)`,
	},
	{
		name:   "filter-type",
		reason: "numeric comparisons are not leakproof: under row-level security they cannot use an index; use float8 or an integer",
		query: `SELECT t.name, 'has the numeric column ' || a.attname FROM (` + townTables + `) t
			  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
			 WHERE a.atttypid = 'numeric'::regtype`,
		breaks: `CREATE TABLE trial.bad (tenant_id uuid NOT NULL, height numeric)`,
	},
}

// strongRoles returns what the three roles can do that they must not.
const strongRoles = `
	SELECT rolname || ' is superuser, bypasses row-level security, or creates roles or databases' FROM pg_roles
	 WHERE rolname IN ('acv_app', 'acv_platform', 'acv_owner')
	   AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)
	UNION ALL
	SELECT rolname || ' can log in' FROM pg_roles WHERE rolname IN ('acv_owner', 'acv_platform') AND rolcanlogin
	UNION ALL
	SELECT 'acv_app inherits: the platform''s policies would apply to it without SET ROLE' FROM pg_roles
	 WHERE rolname = 'acv_app' AND rolinherit
	UNION ALL
	SELECT r || ' is a member of acv_owner' FROM unnest(ARRAY['acv_app', 'acv_platform']) r
	 WHERE pg_has_role(r, 'acv_owner', 'MEMBER')
	UNION ALL
	SELECT pg_get_userbyid(relowner) || ' owns ' || oid::regclass FROM pg_class
	 WHERE relowner IN ('acv_app'::regrole, 'acv_platform'::regrole)
	UNION ALL
	SELECT pg_get_userbyid(proowner) || ' owns ' || oid::regprocedure FROM pg_proc
	 WHERE proowner IN ('acv_app'::regrole, 'acv_platform'::regrole)
	UNION ALL
	SELECT pg_get_userbyid(nspowner) || ' owns the schema ' || nspname FROM pg_namespace
	 WHERE nspowner IN ('acv_app'::regrole, 'acv_platform'::regrole)`

// definerFunctions lists the functions that run with their owner's rights, but
// for those of extensions.
const definerFunctions = `
	SELECT p.oid::regprocedure::text
	  FROM pg_proc p
	 WHERE p.prosecdef
	   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
	   AND p.pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
	 ORDER BY 1`
