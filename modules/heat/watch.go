package heat

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"acvdata/services/audit"
	"acvdata/services/auth"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/i18n"
	"acvdata/services/mail"
	"acvdata/tenants"
)

// A station is silent when it is fed by a device and has said nothing for a
// while; it is told once, and again only after it spoke.
const markSilent = `
UPDATE heat.series x
SET silent = coalesce(x.last_at, $2)
FROM heat.site p
WHERE x.tenant_id = $1 AND x.live AND x.silent IS NULL AND x.quantity = 'temperature' AND coalesce(x.last_at, '-infinity') < $2
  AND p.tenant_id = $1 AND p.id = x.site_id
RETURNING p.code, p.name, x.silent`

// lost is a station that fell silent.
type lost struct {
	Code, Name string
	Since      time.Time
}

// Watch marks the stations of a town that fell silent, writes it in the town's
// log and to those in charge: one message for all that fell silent together, as
// when a gateway stops. All of it happens, or none.
func (s *Service) Watch(ctx context.Context, town *tenants.Tenant) error {
	ctx = authz.With(ctx, authz.Actor{Name: "acvdata"}) // the platform's own deed: no account, no right
	return s.db.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, markSilent, town.ID, s.now().Add(-silence))
		if err != nil {
			return err
		}
		list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[lost])
		if err != nil || len(list) == 0 {
			return err
		}
		for _, one := range list {
			err := audit.Record(ctx, tx, "heat.station.silent", "station/"+one.Code, map[string]any{"name": one.Name, "since": one.Since})
			if err != nil {
				return err
			}
		}
		if err := s.alert(ctx, tx, town, list); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, touchNetwork, town.ID)
		return err
	})
}

// alert writes to those in charge of the module; to the town's administrators
// when nobody is.
func (s *Service) alert(ctx context.Context, tx *db.Tx, town *tenants.Tenant, list []lost) error {
	people, err := auth.Reachable(ctx, tx, Code, authz.Manager, authz.Agent)
	if err == nil && len(people) == 0 {
		people, err = auth.Reachable(ctx, tx, Code, authz.Admin)
	}
	if err != nil {
		return err
	}
	lines := make([]string, len(list))
	for i, one := range list {
		lines[i] = i18n.T(ctx, "heat.mail.silent.line", i18n.V{"Name": one.Name, "Since": i18n.DateTime(one.Since)})
	}
	said := i18n.V{
		"Town": town.Name, "Stations": strings.Join(lines, "\n"), "Link": s.baseURL + town.Path("espace/chaleur"), "Name": list[0].Name,
	}
	for _, address := range people {
		_, err := tx.Enqueue(ctx, mail.Message{
			To: address, Subject: i18n.T(ctx, "heat.mail.silent.subject", i18n.N(len(list)), said), Text: i18n.T(ctx, "heat.mail.silent.text", i18n.N(len(list)), said),
		})
		if err != nil {
			return err
		}
	}
	return nil
}
