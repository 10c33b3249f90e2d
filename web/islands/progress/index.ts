/**
 * Follows a job: htmx's sse extension swaps the figures in; this goes on to the
 * result when the last event came.
 */
export function mount(el: HTMLElement): void {
  const { close, done } = el.dataset
  if (!close || !done) return
  el.addEventListener(close, () => location.assign(done))
}
