package showcases

import (
	"context"
	"strings"

	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

// blockFields are the questions of a block's form, filled.
func (m *Module) blockFields(ctx context.Context, b Block) ([]components.Field, error) {
	field := func(name, label, value string) components.Field {
		return components.Field{Name: name, Label: i18n.T(ctx, "showcases.ask_for."+label), Value: value}
	}
	text := func(label string, rows int) components.Field {
		f := field("text", label, b.Text)
		f.Rows = rows
		return f
	}
	switch b.Kind {
	case TextBlock:
		written := text("text", 14)
		written.Hint = i18n.T(ctx, "showcases.hint.markdown")
		return []components.Field{field("title", "heading", b.Title), written}, nil
	case QuestionBlock:
		written := text("answer", 10)
		written.Hint = i18n.T(ctx, "showcases.hint.markdown")
		return []components.Field{required(field("title", "question", b.Title)), written}, nil
	case QuoteBlock:
		return []components.Field{required(text("quote", 4)), required(field("author", "author", b.Author)), field("role", "role", b.Role)}, nil
	case DataBlock:
		link := field("link", "address", b.Link)
		link.Type, link.Optional = "url", true
		return []components.Field{
			required(field("title", "data", b.Title)), required(field("author", "producer", b.Author)),
			field("role", "licence", b.Role), link, text("data_note", 3),
		}, nil
	case PictureBlock:
		return pictureFields(ctx, b), nil
	case FigureBlock:
		return m.figureFields(ctx, b)
	case MapBlock:
		return m.mapFields(ctx, b)
	case PieceBlock:
		return m.pieceFields(ctx, b)
	}
	return nil, nil
}

func required(f components.Field) components.Field {
	f.Required = true
	return f
}

func pictureFields(ctx context.Context, b Block) []components.Field {
	p := Picture{}
	if b.Picture != nil {
		p = *b.Picture
	}
	alt := components.Field{Name: "alt", Label: i18n.T(ctx, "showcases.ask_for.alt"), Hint: i18n.T(ctx, "showcases.hint.alt"), Value: p.Alt, Required: true}
	credit := components.Field{Name: "credit", Label: i18n.T(ctx, "showcases.ask_for.credit"), Hint: i18n.T(ctx, "showcases.hint.credit"), Value: p.Credit, Required: true}
	return []components.Field{alt, credit, {Name: "caption", Label: i18n.T(ctx, "showcases.ask_for.caption"), Value: p.Caption, Optional: true}}
}

// figureFields ask for a figure: an indicator of a town, or a number typed in
// with its source.
func (m *Module) figureFields(ctx context.Context, b Block) ([]components.Field, error) {
	f := Figure{}
	if b.Figure != nil {
		f = *b.Figure
	}
	choices, err := m.indicatorChoices(ctx, f)
	if err != nil {
		return nil, err
	}
	typed := func(name, value string) components.Field {
		if f.Bound() {
			value = ""
		}
		return components.Field{Name: name, Label: i18n.T(ctx, "showcases.ask_for."+name), Value: value}
	}
	bound := components.Field{
		Name: "indicator", Label: i18n.T(ctx, "showcases.ask_for.indicator"), Hint: i18n.T(ctx, "showcases.hint.indicator"),
		Blank: i18n.T(ctx, "showcases.ask_for.typed"), Choices: choices,
	}
	source := typed("source", f.Source)
	source.Hint = i18n.T(ctx, "showcases.hint.source")
	return []components.Field{
		required(components.Field{Name: "title", Label: i18n.T(ctx, "showcases.ask_for.figure"), Value: b.Title}),
		bound, typed("value", f.Value), typed("unit", f.Unit), source, typed("date", f.Date),
	}, nil
}

// indicatorChoices lists every indicator of every town, named with what it
// says.
func (m *Module) indicatorChoices(ctx context.Context, chosen Figure) ([]components.Choice, error) {
	towns, err := m.townsBySlug(ctx)
	if err != nil {
		return nil, err
	}
	var list []components.Choice
	for _, t := range sortedTowns(towns) {
		all, err := m.indicators.Of(tenants.With(ctx, t), t)
		if err != nil {
			return nil, err
		}
		for _, i := range all {
			list = append(list, components.Choice{
				Value: t.Slug + " " + i.Key, Label: t.Name + " – " + i.Title, Selected: chosen.Town == t.Slug && chosen.Key == i.Key,
			})
		}
	}
	return list, nil
}

func (m *Module) mapFields(ctx context.Context, b Block) ([]components.Field, error) {
	towns, err := m.townsBySlug(ctx)
	if err != nil {
		return nil, err
	}
	return []components.Field{
		{Name: "town", Label: i18n.T(ctx, "showcases.town"), Choices: knownTowns(towns, b.Town), Required: true},
		{Name: "title", Label: i18n.T(ctx, "showcases.ask_for.heading"), Value: b.Title, Optional: true},
	}, nil
}

// pieceFields ask for another open piece.
func (m *Module) pieceFields(ctx context.Context, b Block) ([]components.Field, error) {
	open, err := m.OpenPieces(ctx, "")
	if err != nil {
		return nil, err
	}
	f := components.Field{
		Name: "link", Label: i18n.T(ctx, "showcases.ask_for.piece"), Hint: i18n.T(ctx, "showcases.hint.piece"), Blank: i18n.T(ctx, "showcases.ask_for.none"),
	}
	for i := range open {
		link := strings.TrimPrefix(open[i].Path(), "/")
		f.Choices = append(f.Choices, components.Choice{Value: link, Label: open[i].Public.Title, Selected: link == b.Link})
	}
	return []components.Field{f}, nil
}
