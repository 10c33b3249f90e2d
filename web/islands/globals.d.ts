// htmx puts itself on window; only what the islands call is declared.
declare const htmx: { process(el: Element): void }

declare module 'htmx.org/dist/htmx.esm.js'
declare module 'htmx.org/dist/ext/hx-sse.js'

interface Window {
  /** Set by the early theme script. */
  acvTheme?: {
    current(): import('./theme/choice').Theme
    choose(theme: import('./theme/choice').Theme): void
  }
}
