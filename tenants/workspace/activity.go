package workspace

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"acvdata/services/audit"
	"acvdata/services/authz"
	"acvdata/services/i18n"
)

// actionName says an action in French; one whose module left no name is shown
// as it is recorded.
func actionName(ctx context.Context, action string) string {
	if name, err := i18n.Lookup(ctx, "audit.action."+action); err == nil {
		return name
	}
	return action
}

func who(ctx context.Context, e audit.Event) string {
	switch {
	case e.ActorName == "":
		return i18n.T(ctx, "workspace.activity.somebody")
	case e.ActorID == uuid.Nil:
		return i18n.T(ctx, "workspace.platform")
	}
	return e.ActorName
}

// personal are the details that name somebody.
var personal = []string{"email"}

// details lists what an event says beside its action: "rôles : Agent de terrain".
// names tells whether the reader may know whom it concerns.
func details(ctx context.Context, e audit.Event, names bool) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(e.Details)) {
		value := detailValue(ctx, name, e.Details[name])
		label, err := i18n.Lookup(ctx, "audit.detail."+name)
		if value == "" || err != nil || !names && slices.Contains(personal, name) {
			continue // a detail without a French name is for the export, not for people
		}
		parts = append(parts, i18n.T(ctx, "workspace.activity.detail", i18n.V{"Name": label, "Value": value}))
	}
	return strings.Join(parts, " · ")
}

func detailValue(ctx context.Context, name string, value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return namedValue(ctx, name, v)
	case float64:
		return i18n.Decimal(v, -1)
	case bool:
		return i18n.T(ctx, map[bool]string{true: "workspace.yes", false: "workspace.no"}[v])
	case []any:
		words := make([]string, len(v))
		for i, item := range v {
			words[i] = detailValue(ctx, name, item)
		}
		return strings.Join(words, ", ")
	}
	return fmt.Sprint(value)
}

// namedValue writes codes of the platform's own in French.
func namedValue(ctx context.Context, name, value string) string {
	switch name {
	case "role", "roles":
		return roleName(ctx, authz.Role(value))
	case "texts":
		return i18n.T(ctx, "workspace.settings."+value)
	}
	return value
}

func roleName(ctx context.Context, r authz.Role) string {
	if name, err := i18n.Lookup(ctx, r.LabelKey()); err == nil {
		return name
	}
	return string(r)
}

// named finds the actions whose French name holds the text, so that people may
// search with the words they read.
func named(ctx context.Context, actions []string, text string) []string {
	if text == "" {
		return nil
	}
	wanted := strings.ToLower(text)
	return slices.DeleteFunc(slices.Clone(actions), func(action string) bool {
		return !strings.Contains(strings.ToLower(actionName(ctx, action)), wanted)
	})
}
