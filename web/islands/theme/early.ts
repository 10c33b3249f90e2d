// Runs before the first paint, as a blocking script of our own origin: the CSP
// allows no inline one, and a later one would flash the wrong theme. It owns the
// choice; the switch of the footer asks it, so that no chunk is shared with it.
import { applyTheme, storedTheme, storeTheme } from './choice'

window.acvTheme = {
  current: () => storedTheme(),
  choose(theme) {
    storeTheme(theme)
    applyTheme(theme, document.documentElement)
    document.dispatchEvent(new CustomEvent('acv:theme'))
  },
}
applyTheme(storedTheme(), document.documentElement)
