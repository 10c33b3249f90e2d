/** On the offline page: tries again by itself as soon as the network is back. */
export function mount(el: HTMLElement): void {
  const again = () => location.reload()
  addEventListener('online', again)
  el.addEventListener('click', (e) => {
    e.preventDefault()
    again()
  })
}
