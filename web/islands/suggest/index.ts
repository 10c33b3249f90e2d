import { debounce } from '../filters/query'

/**
 * Fills the list of proposals of a text field from an address, as one types. The
 * address answers ?q=… with an array of texts. Without it the field stays a
 * plain one.
 */
export function mount(el: HTMLElement): void {
  const field = el.querySelector('input[list]')
  const list = el.querySelector('datalist')
  const address = el.dataset.address
  if (!(field instanceof HTMLInputElement) || !list || !address) return
  let request: AbortController | undefined
  const ask = async () => {
    request?.abort()
    const mine = (request = new AbortController())
    try {
      const answer = await fetch(`${address}?q=${encodeURIComponent(field.value)}`, { headers: { Accept: 'application/json' }, signal: mine.signal })
      if (answer.ok) list.replaceChildren(...options(await answer.json()))
    } catch {
      // What was proposed before stays.
    }
  }
  const later = debounce(() => void ask(), 180)
  field.addEventListener('input', () => {
    if (field.value.trim().length > 1) later()
  })
}

/** Turns the answer into options; what is no array of texts proposes nothing. */
export function options(answer: unknown): HTMLOptionElement[] {
  if (!Array.isArray(answer)) return []
  return answer.filter((name): name is string => typeof name === 'string').map((name) => new Option(name, name))
}
