package opendata

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/views"
	"acvdata/services/authz"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/module"
)

// paramLook chooses the colours of a frame, whatever the reader's device says.
const paramLook = "apparence"

// looksOfFrames are the colours a site may ask for.
var looksOfFrames = map[string]string{"clair": "light", "sombre": "dark"}

// mountEmbeds registers the pages that other sites show in theirs.
func (m *Module) mountEmbeds(r module.Router) {
	open := authz.Public()
	r.Public.Framed("/integrer/jeux/:dataset", open, m.embedDataset)
	r.Public.Framed("/integrer/cartes/:dataset", open, m.embedMap)
	r.Public.Framed("/integrer/tableaux/:dataset", open, m.embedTable)
	r.Public.Framed("/integrer/graphiques/:dataset/:chart", open, m.embedChart)
	r.Public.Framed("/integrer/indicateurs/:indicator", open, m.embedIndicator)
	r.Public.Framed("/integrer/chiffres/:figure", open, m.embedFigure)
}

func (m *Module) embedDataset(c *fiber.Ctx) error {
	return m.sendFrame(c, datasetFrame, c.Params("dataset"))
}

func (m *Module) embedMap(c *fiber.Ctx) error { return m.sendFrame(c, mapFrame, c.Params("dataset")) }

func (m *Module) embedTable(c *fiber.Ctx) error {
	return m.sendFrame(c, tableFrame, c.Params("dataset"))
}

func (m *Module) embedChart(c *fiber.Ctx) error {
	return m.sendFrame(c, chartFrame, c.Params("dataset")+"/"+c.Params("chart"))
}

func (m *Module) embedIndicator(c *fiber.Ctx) error {
	return m.sendFrame(c, indicatorFrame, c.Params("indicator"))
}

func (m *Module) embedFigure(c *fiber.Ctx) error {
	return m.sendFrame(c, figureFrame, c.Params("figure"))
}

// sendFrame answers with the page of a kind that shows ref.
func (m *Module) sendFrame(c *fiber.Ctx, kind frameKind, ref string) error {
	query, err := url.ParseQuery(string(c.Context().URI().QueryString()))
	if err != nil {
		return fault.New(fault.Invalid, "httpd.fault.bad_request", fault.Because(err))
	}
	chosen := query.Get(paramLook)
	look, known := looksOfFrames[chosen]
	query.Del(paramLook)
	s, err := m.shownIn(c.UserContext(), httpd.Scope(c).Town, kind.path, ref, query)
	if err != nil {
		return err
	}
	s.view.Frame.Theme = look
	if known && s.view.AsTable != "" {
		s.view.AsTable += "?" + paramLook + "=" + chosen
	}
	return httpd.Render(c, fiber.StatusOK, views.EmbeddedPage(s.view))
}
