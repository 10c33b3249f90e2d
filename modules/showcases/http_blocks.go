package showcases

import (
	"context"
	"errors"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/showcases/views"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/web/components"
)

// heroID stands for the picture that opens the piece, where a block's
// identifier would.
const heroID = "une"

// addBlock appends an empty block and opens it.
func (m *Module) addBlock(c *fiber.Ctx) error {
	id, err := pieceID(c)
	if err != nil {
		return err
	}
	b := Block{ID: newBlockID(), Kind: BlockKind(c.FormValue("kind"))}
	if !slices.Contains(blockKinds, b.Kind) {
		return fault.New(fault.Invalid, "showcases.fault.form")
	}
	p, err := m.Edit(c.UserContext(), id, seen(c), func(p *Piece) error {
		if len(p.Content.Blocks) >= mostBlocks {
			return fault.New(fault.Conflict, "showcases.fault.too_many_blocks", fault.With(fault.Args{"Limit": mostBlocks}))
		}
		p.Content.Blocks = append(p.Content.Blocks, b)
		return nil
	})
	if err != nil {
		return err
	}
	return httpd.Redirect(c, deskOf(p)+"/blocs/"+b.ID, "", "")
}

// changeBlock edits the block of the address.
func (m *Module) changeBlock(c *fiber.Ctx, change func(p *Piece, i int) error) (*Piece, error) {
	id, err := pieceID(c)
	if err != nil {
		return nil, err
	}
	return m.Edit(c.UserContext(), id, seen(c), func(p *Piece) error {
		i := p.Content.block(c.Params("block"))
		if i < 0 {
			return fault.New(fault.NotFound, "showcases.fault.not_found")
		}
		return change(p, i)
	})
}

// moveBlock puts a block before or after its neighbour.
func (m *Module) moveBlock(c *fiber.Ctx) error {
	p, err := m.changeBlock(c, func(p *Piece, i int) error {
		j := i + 1
		if c.FormValue("sens") == "haut" {
			j = i - 1
		}
		if j >= 0 && j < len(p.Content.Blocks) {
			p.Content.Blocks[i], p.Content.Blocks[j] = p.Content.Blocks[j], p.Content.Blocks[i]
		}
		return nil
	})
	if err != nil {
		return err
	}
	return httpd.Redirect(c, deskOf(p), components.OK, "showcases.edit.moved")
}

func (m *Module) removeBlock(c *fiber.Ctx) error {
	p, err := m.changeBlock(c, func(p *Piece, i int) error {
		p.Content.Blocks = slices.Delete(p.Content.Blocks, i, i+1)
		return nil
	})
	if err != nil {
		return err
	}
	return httpd.Redirect(c, deskOf(p), components.OK, "showcases.edit.removed")
}

// editBlock shows the form of a block.
func (m *Module) editBlock(c *fiber.Ctx) error {
	p, err := m.asked(c)
	if err != nil {
		return err
	}
	b, err := blockOf(p, c.Params("block"))
	if err != nil {
		return err
	}
	return m.renderBlock(c, p, b, nil)
}

// blockOf is a copy of a block, or of the opening picture as one.
func blockOf(p *Piece, id string) (Block, error) {
	c := p.Content.clone()
	if id == heroID {
		return Block{ID: heroID, Kind: PictureBlock, Picture: c.Hero}, nil
	}
	i := c.block(id)
	if i < 0 {
		return Block{}, fault.New(fault.NotFound, "showcases.fault.not_found")
	}
	return c.Blocks[i], nil
}

// fill takes what a form says into a block of its kind.
func (b *Block) fill(form url.Values) {
	text := func(name string) string { return strings.TrimSpace(strings.ReplaceAll(form.Get(name), "\r\n", "\n")) }
	b.Title, b.Text, b.Author, b.Role, b.Link, b.Town = text("title"), text("text"), text("author"), text("role"), text("link"), text("town")
	if b.Kind == FigureBlock {
		town, key, bound := strings.Cut(text("indicator"), " ")
		b.Figure = &Figure{Value: text("value"), Unit: text("unit"), Source: text("source"), Date: text("date")}
		if bound {
			b.Figure = &Figure{Town: town, Key: key}
		}
	}
	if b.Picture != nil {
		b.Picture.Alt, b.Picture.Credit, b.Picture.Caption = text("alt"), text("credit"), text("caption")
	}
}

// saveBlock keeps a block, or shows its form again with what is wrong.
func (m *Module) saveBlock(c *fiber.Ctx) error {
	p, err := m.asked(c)
	if err != nil {
		return err
	}
	form, err := url.ParseQuery(string(c.Body()))
	if err != nil {
		return fault.New(fault.Invalid, "httpd.fault.bad_request", fault.Because(err))
	}
	b, err := blockOf(p, c.Params("block"))
	if err != nil {
		return err
	}
	b.fill(form)
	err = m.keepBlock(c.UserContext(), p, seen(c), b)
	if refused := refusal(err); refused != nil {
		return m.renderBlock(c, p, b, refused)
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, deskOf(p), components.OK, "showcases.edit.saved")
}

// keepBlock checks and saves a block, or the opening picture.
func (m *Module) keepBlock(ctx context.Context, p *Piece, version int, b Block) error {
	f := fault.New(fault.Invalid, "showcases.fault.form")
	b.check(f)
	if b.Picture != nil {
		require(f, "alt", b.Picture.Alt)
		require(f, "credit", b.Picture.Credit)
		tooLong(f, "alt", b.Picture.Alt, longestLine)
		tooLong(f, "credit", b.Picture.Credit, longestLine)
		tooLong(f, "caption", b.Picture.Caption, longestLine)
	}
	if len(f.Fields) > 0 {
		return f
	}
	if b.Figure != nil && b.Figure.Bound() {
		if _, err := m.readFigure(ctx, *b.Figure); err != nil && !fault.Is(err, fault.Conflict) {
			return err
		}
	}
	_, err := m.Edit(ctx, p.ID, version, func(p *Piece) error {
		if b.ID == heroID {
			p.Content.Hero = b.Picture
			return nil
		}
		i := p.Content.block(b.ID)
		if i < 0 {
			return fault.New(fault.NotFound, "showcases.fault.not_found")
		}
		p.Content.Blocks[i] = b
		return nil
	})
	return err
}

// renderBlock shows the form of a block.
func (m *Module) renderBlock(c *fiber.Ctx, p *Piece, b Block, refused *fault.Fault) error {
	ctx := c.UserContext()
	name := "showcases.block." + string(b.Kind)
	v := views.BlockEditor{
		Title: i18n.T(ctx, name), Lead: i18n.T(ctx, "showcases.block_help."+string(b.Kind)), Icon: blockIcons[b.Kind],
		Action: deskOf(p) + "/blocs/" + b.ID, Back: deskOf(p), Hidden: components.Hidden{"version": strconv.Itoa(p.Version)},
	}
	if b.ID == heroID {
		v.Title = i18n.T(ctx, "showcases.edit.hero")
	}
	v.Shell = httpd.Shell(c, v.Title)
	v.Shell.Head.NoIndex = true
	v.Shell.Crumbs = []components.Crumb{
		{Label: i18n.T(ctx, "showcases.newsroom.title"), Href: newsroomPath}, {Label: i18n.Typography(p.Content.Title), Href: deskOf(p)}, {Label: v.Title},
	}
	var err error
	if v.Fields, err = m.blockFields(ctx, b); err != nil {
		return err
	}
	if b.Kind == PictureBlock {
		v.Upload, v.Image = v.Action+"/image", image(b.Picture)
		v.UploadField = components.Field{ID: "fichier", Name: "file", Label: i18n.T(ctx, "showcases.picture.choose"), Hint: i18n.T(ctx, "showcases.picture.formats"), Accept: "image/jpeg,image/png,image/webp", Required: true}
		if b.Picture == nil {
			v.Fields, v.UploadMore = nil, v.Fields
		}
	}
	status := fiber.StatusOK
	if refused != nil {
		status = httpd.Status(refused)
		all := []*components.Field{&v.UploadField}
		for i := range v.Fields {
			all = append(all, &v.Fields[i])
		}
		for i := range v.UploadMore {
			all = append(all, &v.UploadMore[i])
		}
		v.Errors = refuse(httpd.FieldMessages(c, refused), httpd.Message(c, refused), all...)
	}
	return httpd.Render(c, status, views.BlockPage(v))
}

// pictureTime is how long a picture may take to arrive.
const pictureTime = 10 * time.Minute

// uploadPicture takes a picture into a block, or as the opening one, with the
// texts that came before it in the form.
func (m *Module) uploadPicture(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), pictureTime)
	defer cancel()
	p, err := m.asked(c)
	if err != nil {
		return err
	}
	b, err := blockOf(p, c.Params("block"))
	if err != nil {
		return err
	}
	none := fault.New(fault.Invalid, "showcases.fault.no_file", fault.On("file", "showcases.fault.no_file", nil))
	fields, err := httpd.ReadFile(c, "file", none, func(_ url.Values, r io.Reader) error {
		stored, err := m.AddPicture(ctx, p.ID, r)
		if b.Picture != nil {
			stored.Alt, stored.Credit, stored.Caption = b.Picture.Alt, b.Picture.Credit, b.Picture.Caption
		}
		b.Picture = &stored
		return err
	})
	if err == nil {
		if fields.Has("alt") {
			b.Picture.Alt, b.Picture.Credit, b.Picture.Caption = fields.Get("alt"), fields.Get("credit"), fields.Get("caption")
		}
		version, _ := strconv.Atoi(fields.Get("version")) // no number is no version
		if err = m.keepBlock(ctx, p, version, b); err != nil {
			err = errors.Join(err, m.dropPicture(ctx, b.Picture.ID))
		}
	}
	if refused := refusal(err); refused != nil {
		if len(refused.Fields) == 0 {
			refused = fault.New(refused.Code, refused.Key, fault.With(refused.Args), fault.On("file", refused.Key, refused.Args))
		}
		b.Picture = nil
		return m.renderBlock(c, p, b, refused)
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, deskOf(p), components.OK, "showcases.picture.done")
}
