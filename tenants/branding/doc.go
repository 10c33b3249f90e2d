// Package branding keeps a town's logo: it makes a harmless picture of what was
// sent (services/media), names it by its content and stores it. Each content has
// an address of its own, so that browsers may keep it for ever and a new logo
// still shows at once.
//
// Which logo a town shows is one of its choices (tenants/directory); the package
// knows neither pages nor requests.
package branding
