package i18n

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
)

// cataloguePath is where a feature keeps its French sentences.
const cataloguePath = "locales/fr.yaml"

// readCatalogue gives the messages of a file whose nested keys are joined with
// dots. A mapping of plural forms (one, many, other) is one message.
func readCatalogue(source fs.FS) ([]*goi18n.Message, error) {
	raw, err := fs.ReadFile(source, cataloguePath)
	if err != nil {
		return nil, err
	}
	var tree yaml.MapSlice
	if err := yaml.UnmarshalWithOptions(raw, &tree, yaml.UseOrderedMap()); err != nil {
		return nil, fmt.Errorf("%s: %w", cataloguePath, err)
	}
	var messages []*goi18n.Message
	if err := walk("", tree, func(m *goi18n.Message) { messages = append(messages, m) }); err != nil {
		return nil, fmt.Errorf("%s: %w", cataloguePath, err)
	}
	return messages, nil
}

func walk(prefix string, tree yaml.MapSlice, found func(*goi18n.Message)) error {
	for _, item := range tree {
		key := strings.TrimPrefix(prefix+"."+fmt.Sprint(item.Key), ".")
		switch value := item.Value.(type) {
		case string:
			found(&goi18n.Message{ID: key, Other: Typography(value)})
		case yaml.MapSlice:
			if err := walkMapping(key, value, found); err != nil {
				return err
			}
		default:
			return fmt.Errorf("key %q: want text or a mapping, got %T", key, item.Value)
		}
	}
	return nil
}

func walkMapping(key string, value yaml.MapSlice, found func(*goi18n.Message)) error {
	forms, plural := pluralForms(value)
	if !plural {
		return walk(key, value, found)
	}
	if forms["one"] == "" || forms["other"] == "" {
		return fmt.Errorf("key %q: a plural needs one and other", key)
	}
	m := &goi18n.Message{ID: key, One: forms["one"], Many: forms["many"], Other: forms["other"]}
	if m.Many == "" {
		m.Many = m.Other // French "many" is for whole millions only
	}
	found(m)
	return nil
}

// pluralForms reports whether every key of the mapping is a plural form.
func pluralForms(value yaml.MapSlice) (map[string]string, bool) {
	forms := map[string]string{}
	for _, item := range value {
		name, text := fmt.Sprint(item.Key), item.Value
		s, isText := text.(string)
		if !isText || !slices.Contains([]string{"one", "many", "other"}, name) {
			return nil, false
		}
		forms[name] = Typography(s)
	}
	return forms, len(forms) > 0
}
