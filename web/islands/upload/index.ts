import { announce } from '../announce'
import { mountIslands } from '../loader'
import { chosen, duration, octets, Pace, percent } from './state'

/** The sentences of the form, from its data attributes: the island has none. */
interface Words {
  sending: string
  eachSecond: string
  left: string
  received: string
  cancel: string
  cancelled: string
  failed: string
}

/**
 * Adds to a plain multipart form: drop, the file's name and size, progress and
 * cancel. The server's answer is a page, shown as if the browser had posted.
 */
export function mount(form: HTMLElement): void {
  if (!(form instanceof HTMLFormElement)) return
  for (const zone of form.querySelectorAll<HTMLElement>('[data-drop]')) dropZone(zone)
  form.addEventListener('submit', (e) => {
    const file = form.querySelector<HTMLInputElement>('input[type="file"]')?.files?.[0]
    if (!file) return // the browser says what is missing
    e.preventDefault()
    send(form, e.submitter as HTMLButtonElement | null)
  })
}

function dropZone(zone: HTMLElement): void {
  const input = zone.querySelector<HTMLInputElement>('input[type="file"]')
  const said = zone.querySelector<HTMLElement>('[data-drop-chosen]')
  if (!input || !said) return
  const show = () => (said.textContent = chosen(input.files ?? []))
  input.addEventListener('change', show)
  const over = (on: boolean) => (e: DragEvent) => {
    e.preventDefault()
    zone.classList.toggle('drop-over', on)
  }
  zone.addEventListener('dragover', over(true))
  zone.addEventListener('dragleave', over(false))
  zone.addEventListener('drop', (e) => {
    over(false)(e)
    if (!e.dataTransfer?.files.length) return
    input.files = e.dataTransfer.files
    input.dispatchEvent(new Event('change', { bubbles: true }))
  })
}

function send(form: HTMLFormElement, submitter: HTMLButtonElement | null): void {
  const words = form.dataset as unknown as Words
  const request = new XMLHttpRequest()
  const panel = statePanel(form, words, () => request.abort())
  const lock = (on: boolean) => {
    for (const b of form.querySelectorAll<HTMLButtonElement>('button[type="submit"]')) b.disabled = on
  }
  const stop = (sentence: string) => {
    lock(false)
    panel.say(sentence)
  }
  request.upload.addEventListener('progress', (e) => panel.advance(e.loaded, e.total))
  request.addEventListener('abort', () => stop(words.cancelled))
  request.addEventListener('error', () => stop(words.failed))
  request.addEventListener('load', () => {
    if (!showPage(request)) stop(words.failed)
  })
  request.open('POST', form.action)
  request.setRequestHeader('Accept', 'text/html')
  request.send(new FormData(form, submitter))
  lock(true)
}

/** Shows the page the server answered with; false when it is not a page. */
function showPage(request: XMLHttpRequest): boolean {
  if (!request.getResponseHeader('Content-Type')?.startsWith('text/html')) return false
  const page = new DOMParser().parseFromString(request.responseText, 'text/html')
  const next = page.querySelector('main#contenu')
  const main = document.querySelector('main#contenu')
  if (!next || !main) return false
  main.replaceWith(next)
  document.title = page.title
  history.pushState({}, '', request.responseURL)
  htmx.process(next)
  mountIslands(document)
  const focus = next.querySelector<HTMLElement>('[data-focus], h1')
  if (focus && !focus.hasAttribute('tabindex')) focus.tabIndex = -1
  focus?.focus()
  scrollTo({ top: 0 })
  return true
}

interface Panel {
  advance(loaded: number, total: number): void
  say(sentence: string): void
}

/** The progress bar and its cancel button, after the form's fields. */
function statePanel(form: HTMLFormElement, words: Words, cancel: () => void): Panel {
  const panel = form.querySelector<HTMLElement>('[data-upload-state]') ?? document.createElement('div')
  panel.dataset.uploadState = ''
  panel.className = 'upload-state'
  const bar = document.createElement('progress')
  bar.max = 100
  bar.setAttribute('aria-label', words.sending)
  const text = document.createElement('p')
  text.className = 'progress-foot'
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'btn btn-small'
  button.textContent = words.cancel
  button.addEventListener('click', cancel)
  const box = document.createElement('div')
  box.className = 'progress'
  box.append(bar, text)
  panel.replaceChildren(box, button)
  form.append(panel)
  announce(words.sending)
  const pace = new Pace(performance.now())
  return {
    advance(loaded, total) {
      if (loaded === total) {
        bar.removeAttribute('value') // the server reads: nobody knows how long
        text.textContent = words.received
        announce(words.received)
        return
      }
      bar.value = percent(loaded, total)
      const parts = [`${words.sending} ${octets(loaded)} / ${octets(total)}`]
      const speed = pace.speed(loaded, performance.now())
      if (speed) parts.push(`${octets(speed)} ${words.eachSecond}`, `${words.left} ${duration((total - loaded) / speed)}`)
      text.textContent = parts.join(' \u00b7 ')
    },
    say(sentence) {
      const p = document.createElement('p')
      p.textContent = sentence
      panel.replaceChildren(p)
      announce(sentence)
    },
  }
}
