import axe, { type RunOptions } from 'axe-core'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type ConsoleMessage, type Page } from 'playwright-core'
import { expect, inject } from 'vitest'

/** The two widths every journey is walked at: a phone and a desk. */
export const widths = [390, 1440] as const

/** Pictures of every page of every journey, for somebody to look at, take a third of the time of the tests: on request. */
const pictures = process.env.PICTURES === '1'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable']

export function launch(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? places.find(existsSync)
  if (!executablePath) throw new Error('Chromium is missing: make test installs it')
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
}

declare global {
  interface Window { axe: typeof axe }
}

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice', 'RGAAv4']

/** What depends on colours alone: all that a second theme can break. */
const colourRules = ['color-contrast', 'link-in-text-block']

/** A browser window with what went wrong in it: console errors, errors of scripts, CSP violations, third parties. */
export class Visitor {
  readonly faults: string[] = []
  private asked = ''

  private constructor(readonly context: BrowserContext, readonly page: Page, readonly width: number) {}

  static async open(browser: Browser, width: number, options: BrowserContextOptions = {}): Promise<Visitor> {
    const phone = width < 600
    const context = await browser.newContext({
      viewport: { width, height: phone ? 844 : 900 },
      isMobile: phone,
      hasTouch: phone,
      locale: 'fr-FR',
      timezoneId: 'Europe/Paris',
      baseURL: inject('baseURL'),
      ...options,
    })
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', event => {
        console.error(`CSP: ${event.violatedDirective} refuses ${event.blockedURI || 'something inline'}`)
      })
    })
    const visitor = new Visitor(context, await context.newPage(), width)
    visitor.listen()
    return visitor
  }

  private listen(): void {
    this.page.on('console', message => {
      if (message.type() === 'error' && !this.isThePageItself(message)) this.faults.push(`console: ${message.text()}`)
    })
    this.page.on('pageerror', error => this.faults.push(`page: ${error.message}`))
    this.page.on('request', request => {
      const { origin, protocol } = new URL(request.url())
      const ours = origin === new URL(inject('baseURL')).origin || ['127.0.0.1', 'localhost'].includes(new URL(request.url()).hostname)
      if (protocol.startsWith('http') && !ours) this.faults.push(`third party: ${request.url()}`)
    })
  }

  /** An error page is what the test asked for: the browser's word that it has an error status is no fault. */
  private isThePageItself(message: ConsoleMessage): boolean {
    return message.text().startsWith('Failed to load resource') && message.location().url === this.asked
  }

  /** Opens a page and checks its status. */
  async goto(path: string, status = 200): Promise<void> {
    this.asked = new URL(path, inject('baseURL')).href
    const answer = await this.page.goto(path)
    expect.soft(answer?.status(), path).toBe(status)
  }

  /** Presses a button that sends a form, and checks the status of the page that answers. */
  async pressed(name: string, status: number): Promise<void> {
    this.asked = this.page.url()
    const [answer] = await Promise.all([
      this.page.waitForResponse(r => r.request().method() === 'POST'),
      this.page.getByRole('button', { name }).click(),
    ])
    await this.page.waitForLoadState()
    expect.soft(answer.status(), name).toBe(status)
  }

  /** Publishes from the page of a dataset's publication, and waits for the version. */
  async publish(): Promise<void> {
    const button = this.page.getByRole('button', { name: /publier/i }).first()
    await Promise.all([this.page.waitForEvent('load'), button.click()]) // an earlier version is told of before, too
    await this.page.getByText(/La version \d+ est publiée/).waitFor({ timeout: 90_000 })
  }

  /** Signs in through the local provider, as a person does. */
  async signIn(email: string, back = '/'): Promise<void> {
    await this.page.goto(`/connexion?retour=${encodeURIComponent(back)}`)
    await this.page.getByRole('button', { name: /ProConnect|Se connecter/ }).first().click()
    await this.page.getByRole('textbox', { name: /adresse/i }).fill(email)
    await this.page.locator('input[type=password]').fill('demo')
    await this.page.getByRole('button', { name: 'Se connecter' }).first().click()
    await this.page.waitForURL(url => url.pathname === back)
  }

  /** Becomes somebody else. */
  async signInAgain(email: string, back: string): Promise<void> {
    await this.context.clearCookies()
    await this.signIn(email, back)
  }

  /** Waits until every map of the page has drawn what it has. */
  async maps(): Promise<void> {
    for (const map of await this.page.locator('[data-island="map"]').all()) {
      await map.scrollIntoViewIfNeeded()
      await expect.poll(() => map.getAttribute('data-ready'), { timeout: 45_000 }).toBe('1')
    }
  }

  /** axe in both themes, layout and console: what each page of a journey must pass. */
  async sound(name: string): Promise<void> {
    for (const theme of ['dark', 'light'] as const) {
      await this.page.emulateMedia({ colorScheme: theme })
      await this.settled()
      if (pictures) await this.picture(`${name}-${this.width}-${theme}`)
      const violations = await this.violations(theme === 'light' ? { type: 'tag', values: tags } : { type: 'rule', values: colourRules })
      expect.soft(violations, `${name} at ${this.width}, ${theme}: axe`).toEqual([])
    }
    const overflow = await this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    expect.soft(overflow, `${name} at ${this.width}: the page scrolls sideways`).toBeLessThanOrEqual(0)
    const untranslated = await this.page.evaluate(() => /⟦[^⟧]+⟧/.exec(document.body.innerText)?.[0] ?? '')
    expect.soft(untranslated, `${name}: message without text`).toBe('')
    expect.soft(this.faults, `${name} at ${this.width}: faults in the browser`).toEqual([])
  }

  private async picture(name: string): Promise<void> {
    await this.page.screenshot({ path: join(import.meta.dirname, 'out', `${name}.png`), fullPage: true })
  }

  /** Ends the change of colours: what is measured halfway from one theme to the other is neither. */
  private async settled(): Promise<void> {
    await this.page.evaluate(() => {
      // The end of one begins those that inherit from it; what is out of sight never ends by itself.
      for (let round = 0; round < 10; round++) {
        const changing = document.getAnimations().filter(a => a instanceof CSSTransition && a.playState !== 'finished')
        if (changing.length === 0) return
        for (const transition of changing) transition.finish()
      }
    })
  }

  /** What axe finds in the page as it stands; only what it refuses is described, the rest would take most of the time. */
  private async violations(runOnly: RunOptions['runOnly']): Promise<string[]> {
    if (!await this.page.evaluate(() => 'axe' in window)) await this.page.evaluate(axe.source)
    return this.page.evaluate(async (options: RunOptions) => {
      const report = await window.axe.run(document, options)
      return report.violations.map(v => `${v.id}: ${v.nodes.map(n => n.target.join(' ')).join(', ')}`)
    }, { runOnly, resultTypes: ['violations'] } satisfies RunOptions)
  }

  async close(): Promise<void> {
    await this.context.close()
  }
}
