import { announce } from '../announce'
import { prove } from './work'

/**
 * Finds the proof of work a form asks for while its owner writes, and holds the
 * form back until it is found. Without the browser's digests (an address that is
 * not secure) the form leaves without one, by the slower path.
 */
export function mount(form: HTMLElement): void {
  if (!(form instanceof HTMLFormElement) || !globalThis.crypto?.subtle) return
  const ticket = form.dataset.ticket ?? ''
  const field = form.querySelector<HTMLInputElement>('input[name="preuve"]')
  const state = form.querySelector<HTMLElement>('[data-proof-state]')
  if (!field || !ticket) return
  const found = prove(ticket, Number(form.dataset.bits)).then((number) => (field.value = number))
  let leaving = false
  form.addEventListener('submit', (e) => {
    if (field.value || leaving) return
    e.preventDefault()
    leaving = true
    if (state) state.textContent = form.dataset.checking ?? ''
    announce(form.dataset.checking ?? '')
    void found.finally(() => form.submit())
  })
}
