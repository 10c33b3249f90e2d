/** Says when the network is gone; a status region, empty while there is network. */
export function mount(el: HTMLElement): void {
  const show = () => (el.textContent = navigator.onLine ? '' : (el.dataset.message ?? ''))
  addEventListener('online', show)
  addEventListener('offline', show)
  show()
}
