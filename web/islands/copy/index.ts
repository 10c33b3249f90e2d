import { announce } from '../announce'

/** Copies the text of [data-copy]; the button shows only where it can work. */
export function mount(el: HTMLElement): void {
  const button = el.querySelector<HTMLButtonElement>('[data-copy-button]')
  const text = el.querySelector('[data-copy]')?.textContent ?? ''
  if (!button || !navigator.clipboard) return
  const label = button.querySelector('span')
  const initial = label?.textContent ?? ''
  button.hidden = false
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(text)
    const done = el.dataset.copied ?? ''
    announce(done)
    if (!label) return
    label.textContent = done
    setTimeout(() => (label.textContent = initial), 2500)
  })
}
