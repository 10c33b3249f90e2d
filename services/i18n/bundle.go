package i18n

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"
)

// ErrMissing is the error of a key no catalogue has.
var ErrMissing = errors.New("i18n: no such message")

// Bundle holds the messages of all features. It is immutable and safe for
// concurrent use.
type Bundle struct {
	messages *goi18n.Bundle
	plain    map[string]string // messages without placeholder or plural, ready to show
	keys     map[string]string // key → file it comes from
}

// NewBundle reads locales/fr.yaml from every catalogue. A key two catalogues
// share, a malformed file or a template that does not parse is an error.
func NewBundle(catalogues ...fs.FS) (*Bundle, error) {
	b := &Bundle{
		messages: goi18n.NewBundle(language.French),
		plain:    map[string]string{},
		keys:     map[string]string{},
	}
	for i, c := range catalogues {
		entries, err := readCatalogue(c)
		if err != nil {
			return nil, fmt.Errorf("i18n: catalogue %d: %w", i, err)
		}
		if err := b.add(fmt.Sprintf("catalogue %d", i), entries); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func (b *Bundle) add(origin string, entries []*goi18n.Message) error {
	for _, m := range entries {
		if other, taken := b.keys[m.ID]; taken {
			return fmt.Errorf("i18n: key %q is in %s and in %s", m.ID, other, origin)
		}
		b.keys[m.ID] = origin
		if m.One == "" && !strings.Contains(m.Other, "{{") {
			b.plain[m.ID] = m.Other
		}
	}
	return b.messages.AddMessages(language.French, entries...)
}

// Has reports whether the bundle has a message of that key.
func (b *Bundle) Has(key string) bool {
	_, ok := b.keys[key]
	return ok
}

// Localizer gives the messages in French, the product's only language so far.
func (b *Bundle) Localizer() *Localizer {
	return &Localizer{bundle: b, localizer: goi18n.NewLocalizer(b.messages, language.French.String())}
}

// Localizer turns keys into sentences. It is safe for concurrent use.
type Localizer struct {
	bundle    *Bundle
	localizer *goi18n.Localizer
}

type contextKey struct{}

// With returns a context whose messages come from l.
func With(ctx context.Context, l *Localizer) context.Context {
	return context.WithValue(ctx, contextKey{}, l)
}

// From gives the localizer of the context, nil when there is none.
func From(ctx context.Context) *Localizer {
	l, _ := ctx.Value(contextKey{}).(*Localizer)
	return l
}

// T gives the message of key in the language of the context, or ⟦key⟧.
func T(ctx context.Context, key string, args ...Arg) string {
	s, err := Lookup(ctx, key, args...)
	if err != nil {
		return "⟦" + key + "⟧"
	}
	return s
}

// Lookup is T for those who must know that a message is missing (ErrMissing)
// or that a value of its template was not given.
func Lookup(ctx context.Context, key string, args ...Arg) (string, error) {
	if text, literal := strings.CutPrefix(key, literalMark); literal {
		return text, nil // whatever the context: jobs have no language
	}
	l := From(ctx)
	if l == nil {
		return "", fmt.Errorf("%w: %q, and the context has no localizer", ErrMissing, key)
	}
	return l.Lookup(key, args...)
}

// missingkey=error makes a forgotten value an error instead of "<no value>".
var parser = &template.TextParser{Option: "missingkey=error"}

// literalMark starts what is no key but a text as it is; no key holds it.
const literalMark = "\x00"

// Literal makes a key of a text that people wrote (a column of their own file),
// for where a key is asked for: T gives the text back as it is.
func Literal(text string) string { return literalMark + text }

// Lookup gives the message of key with its values filled in.
func (l *Localizer) Lookup(key string, args ...Arg) (string, error) {
	if text, literal := strings.CutPrefix(key, literalMark); literal {
		return text, nil
	}
	if s, ok := l.bundle.plain[key]; ok {
		return s, nil
	}
	if !l.bundle.Has(key) {
		return "", fmt.Errorf("%w: %q", ErrMissing, key)
	}
	v := collect(args)
	s, err := l.localizer.Localize(&goi18n.LocalizeConfig{
		MessageID: key, TemplateData: v.data, PluralCount: v.count, TemplateParser: parser,
	})
	if err != nil {
		return "", fmt.Errorf("i18n: message %q: %w", key, err)
	}
	return s, nil
}
