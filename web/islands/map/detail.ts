import { mountIslands } from '../loader'
import { svgIcon } from './controls'
import type { MapProps } from './props'

function icon(name: string): string {
  return name
}

/** The panel over the map that tells about what is selected. */
export class Detail {
  private request: AbortController | undefined

  constructor(
    private readonly panel: HTMLElement,
    private readonly words: MapProps['words'],
    private readonly sprite: string,
    private readonly closed: () => void,
  ) {
    panel.addEventListener('keydown', (e) => {
      if (e.key === 'Escape') this.close()
    })
  }

  /** Shows a fragment of the server and moves to its heading; gives its title. */
  async load(address: string): Promise<string> {
    this.request?.abort()
    const request = (this.request = new AbortController())
    this.show(text(this.words.loading))
    try {
      const response = await fetch(address, { headers: { Accept: 'text/html', 'HX-Request': 'true' }, signal: request.signal })
      if (!response.ok) throw new Error(String(response.status))
      const content = document.createElement('div')
      content.innerHTML = await response.text()
      this.show(content)
      htmx.process(content)
      mountIslands(content)
    } catch {
      if (request.signal.aborted) return ''
      this.show(text(this.words.noDetail))
    }
    return this.focus()
  }

  /** Shows a name only. */
  say(name: string): void {
    this.show(text(name))
    this.focus()
  }

  close(): void {
    if (this.panel.hidden) return
    this.request?.abort()
    this.panel.hidden = true
    this.panel.replaceChildren()
    this.closed()
  }

  private show(content: HTMLElement): void {
    const close = document.createElement('button')
    close.type = 'button'
    close.className = 'btn btn-quiet btn-icon map-detail-close'
    close.setAttribute('aria-label', this.words.close)
    close.append(svgIcon(this.sprite, icon('x')))
    close.addEventListener('click', () => this.close())
    this.panel.replaceChildren(close, content)
    this.panel.hidden = false
  }

  private focus(): string {
    const heading = this.panel.querySelector<HTMLElement>('h1, h2, h3, h4')
    const target = heading ?? this.panel
    target.tabIndex = -1
    target.focus()
    return heading?.textContent?.trim() ?? ''
  }
}

function text(sentence: string): HTMLElement {
  const p = document.createElement('p')
  p.textContent = sentence
  return p
}
