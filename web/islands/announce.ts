import { htmxEvents } from './htmx'

/** Says a sentence to screen readers, through the region every page has. */
export function announce(sentence: string): void {
  const region = document.getElementById('annonce')
  if (!region) return
  region.textContent = ''
  // A region is read when it changes; the same sentence twice must change twice.
  setTimeout(() => (region.textContent = sentence), 60)
}

/**
 * After a partial update: says what the new part wants said (data-announce), and
 * marks the target as busy meanwhile.
 */
export function announceSwaps(root: Document): void {
  root.addEventListener(htmxEvents.beforeRequest, (e) => busy(e, true))
  root.addEventListener(htmxEvents.finallyRequest, (e) => busy(e, false))
  root.addEventListener(htmxEvents.afterSwap, () => {
    const news = root.querySelector<HTMLElement>('[data-announce]:not([data-announced])')
    if (!news) return
    news.dataset.announced = ''
    announce(news.textContent?.trim() ?? '')
  })
}

function busy(e: Event, on: boolean): void {
  // An element that was replaced while it asked has its event at the document.
  const selector = e.target instanceof Element ? e.target.getAttribute('data-hx-target') : null
  const target = selector ? document.querySelector(selector) : null
  if (on) target?.setAttribute('aria-busy', 'true')
  else target?.removeAttribute('aria-busy')
}
