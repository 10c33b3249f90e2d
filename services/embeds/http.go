package embeds

import (
	"embed"
	"errors"
	"io/fs"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/authz"
	"acvdata/services/fault"
	"acvdata/services/module"
	"acvdata/web/components"
)

//go:embed locales
var catalogue embed.FS

const oembedPath = "/oembed"

// usualWidth is of a frame whose site asks for none, in pixels.
const usualWidth = 600

// keepSeconds is how long a site may keep an answer.
const keepSeconds = 3600

// Compile-time checks of what the service offers as a module.
var (
	_ module.Module    = (*Service)(nil)
	_ module.Localized = (*Service)(nil)
)

// Manifest makes the service a part of the platform.
func (s *Service) Manifest() module.Manifest {
	return module.Manifest{Code: "embeds", Core: true, Title: "embeds.title", Summary: "embeds.summary", Icon: "code-xml"}
}

// Locales is the service's catalogue.
func (s *Service) Locales() fs.FS { return catalogue }

// Mount registers the address.
func (s *Service) Mount(r module.Router) {
	r.Platform.Get(oembedPath, authz.Public(), s.answer)
}

// answerJSON is oEmbed's answer of the type rich.
type answerJSON struct {
	Version      string `json:"version"`
	Type         string `json:"type"`
	ProviderName string `json:"provider_name"`
	ProviderURL  string `json:"provider_url"`
	AuthorName   string `json:"author_name"`
	AuthorURL    string `json:"author_url"`
	Title        string `json:"title"`
	HTML         string `json:"html"`
	Width        int    `json:"width"`
	Height       int    `json:"height"`
	CacheAge     int    `json:"cache_age"`
}

// answer is oEmbed's: what to put in a page for an address.
func (s *Service) answer(c *fiber.Ctx) error {
	if format := c.Query("format"); format != "" && format != "json" {
		return errors.Join(fault.New(fault.Invalid, "embeds.fault.format"), fiber.ErrNotImplemented)
	}
	width, err := most(c, "maxwidth")
	if err != nil {
		return err
	}
	height, err := most(c, "maxheight")
	if err != nil {
		return err
	}
	town, found, err := s.find(c.UserContext(), c.Query("url"))
	if err != nil {
		return err
	}
	width, height = min(usualWidth, width), min(found.Height, height)
	frame := components.EmbedProps{
		Title: found.Title, Address: s.baseURL + found.Address, Page: s.baseURL + found.Page, Height: height,
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=300")
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	return c.JSON(answerJSON{
		Version: "1.0", Type: "rich", ProviderName: "ACV Data", ProviderURL: s.baseURL + "/",
		AuthorName: town.Called(), AuthorURL: s.baseURL + town.Path(""), Title: found.Title,
		HTML: frame.HTML(strconv.Itoa(width)), Width: width, Height: height, CacheAge: keepSeconds,
	})
}

// most reads a limit in pixels; none is as much as one likes.
func most(c *fiber.Ctx, name string) (int, error) {
	text := c.Query(name)
	if text == "" {
		return 1 << 20, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, errors.Join(fault.New(fault.Invalid, "embeds.fault.size"), fiber.ErrBadRequest)
	}
	return n, nil
}
