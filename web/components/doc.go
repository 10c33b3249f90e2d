// Package components holds the parts every page is made of, in templ, each with
// its style sheet beside it. Parts take display-ready values: no query, no
// permission, no address is decided here. The page web/gallery shows them all.
//
// It knows i18n for its own few words, tenants (the leaf) for a town's outline
// and web for asset addresses; it knows no module and no service beyond i18n.
//
// # What there is
//
// Heads:
//
//	Hero(HeroProps) {actions}            welcome of a home page, with a drawn canopy
//	PageHead(HeadProps) {actions}        head of a working page: the page's h1
//	SectionHead(id, title, text) {more}  h2 of a section, labels it by id
//	Heading(level, fallback, class) {…}  a heading of a given level
//	Breadcrumb([]Crumb)                  layout.Page already shows Shell.Crumbs
//
// Actions:
//
//	Button(ButtonProps), LinkButton(LinkProps), Toolbar(label) {buttons}
//	Confirm(ConfirmProps) {fields}       button, then a dialog that posts a form
//	Icon(name), IconLabel(name, label)   lucide icons; see below
//
// Forms, all from one Field:
//
//	TextField, TextAreaField, SelectField, CheckboxField, RadioField,
//	CheckboxesField, FileField (Field)
//	ErrorSummary([]FieldError)           first in a form that came back with faults
//	FilterBar(FilterProps) {fields}      filters of a list; the address is the state
//	Stepper(steps, current)              "Étape 2 sur 5"
//
//	UploadForm(action) {FileField, …}    multipart form with drop, progress, cancel
//
// A form with class "form" lays its fields out; class "form-grid" in columns.
//
// Messages and states:
//
//	Alert(AlertProps) {more}, Chip(label, tone, icon), FilterChip(label, href, label)
//	Badge(count, readAs), Empty(EmptyProps) {actions}
//	Progress(ProgressProps), ProgressStream(ProgressStreamProps) {Progress}
//
// Content:
//
//	Card(CardProps) {more}, Definitions([]Definition), Latin(name)
//	Stats() {Stat(StatProps)…}, Table(TableProps), Pagination(Pages)
//	Tabs(label, []Tab), Timeline([]Event), Code(label, text)
//	TownCard(TownCardProps), TownCanopy(*Tenant), Canopy(seed), Mark()
//
// Charts, SVG drawn here, each with a title, a finding and its data as a table:
//
//	BarChart, ColumnChart, ShareBar (Chart); LineChart(Lines); Sparkline([]float64)
//
// Maps:
//
//	MapView(MapProps) {beside the title}, Legend([]MapClass), MapSymbol(shape, tone)
//	TownPlace(*Tenant) gives the MapPlace of a town
//
// # Layout classes
//
// Page content uses a few primitives of styles/layout.css: stack (vertical
// rhythm), cluster (row that wraps), grid (equal columns), split (content and
// side column), explorer (map and list), section, prose, lead, eyebrow,
// visually-hidden. A feature that needs more keeps its sheet beside its views and
// styles/index.css imports it; colours and sizes are tokens there too.
//
// # Scripts
//
// Pages work without them. htmx 4 is on every page (data-hx-…, with - for :, as
// in data-hx-sse-connect). After a partial update, the text of an element with
// data-announce is said to screen readers. A map follows the form its QueryForm
// names: the event acv:filters on the document carries {form, query}.
//
// # Icons
//
// The sprite holds only the icons the sources name: Icon("leaf"), IconLabel,
// a field Icon: "leaf" (or After:), or any literal whose line ends in the
// comment "// icon" (a comma may stand between). An unknown name fails npm run build.
package components
