import '../styles/index.css'
import 'htmx.org/dist/htmx.esm.js'
import 'htmx.org/dist/ext/hx-sse.js'
import { announceSwaps } from './announce'
import { htmxEvents } from './htmx'
import { mountIslands } from './loader'
import { closeMenus } from './menus'

mountIslands(document)
announceSwaps(document)
closeMenus(document)
document.addEventListener(htmxEvents.afterSwap, () => mountIslands(document))

if ('serviceWorker' in navigator && window.isSecureContext) {
  void navigator.serviceWorker.register('/sw.js').catch(() => {
    // The pages work without it: only the offline page is missing.
  })
}
