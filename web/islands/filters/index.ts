import { htmxEvents } from '../htmx'
import { debounce, queryOf } from './query'

/** Sent on the document when the filters of a form change: maps follow it. */
export interface FiltersChanged {
  form: string
  query: string
}

const wide = '(min-width: 60rem)'

/**
 * Submits a filter form by itself when it has a target to update in place; a
 * form that reloads the whole page waits for its button.
 */
export function mount(form: HTMLElement): void {
  if (!(form instanceof HTMLFormElement)) return
  unfoldWhenWide(form)
  form.addEventListener('submit', () => tell(form))
  if (!form.hasAttribute('data-hx-target')) return
  const apply = () => {
    tell(form)
    form.dispatchEvent(new CustomEvent('filtrer'))
  }
  const later = debounce(apply, 350)
  form.addEventListener('change', (e) => {
    if (!isTyped(e.target)) apply()
  })
  form.addEventListener('input', (e) => {
    if (isTyped(e.target)) later()
  })
  form.addEventListener(htmxEvents.configRequest, dropEmpty)
}

function tell(form: HTMLFormElement): void {
  const detail: FiltersChanged = { form: `#${form.id}`, query: queryOf(new FormData(form)) }
  document.dispatchEvent(new CustomEvent<FiltersChanged>('acv:filters', { detail }))
}

function isTyped(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && ['text', 'search', 'number'].includes(target.type)
}

/** Addresses get shared: unset filters stay out of them. */
function dropEmpty(e: Event): void {
  const body: unknown = (e as CustomEvent).detail?.ctx?.request?.body
  if (!(body instanceof FormData)) return
  for (const [name, value] of [...body]) {
    if (value === '') body.delete(name)
  }
}

/** On a wide screen filters are always there; on a phone they fold away. */
function unfoldWhenWide(form: HTMLElement): void {
  const fold = form.closest<HTMLDetailsElement>('details[data-wide-open]')
  if (!fold) return
  const media = matchMedia(wide)
  const follow = () => media.matches && (fold.open = true)
  media.addEventListener('change', follow)
  follow()
}
