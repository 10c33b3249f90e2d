import { createHash } from 'node:crypto'
import type { Plugin, Rolldown } from 'vite'

/** What every page needs before a map or an editor. */
const shell = /^(app|theme)-.*\.(js|css)$|^(hanken-grotesk|bricolage-grotesque)-latin-wght-normal-.*\.woff2$|^(icons|icon)-.*\.svg$/

/** Finishes the two entries that are not modules of a page. */
export function entries(): Plugin {
  return {
    name: 'entries',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((f) => f.type === 'chunk')
      const named = (name: string) => chunks.find((c) => c.isEntry && c.name === name) ?? missing(name)
      isolate(named('theme'))
      version(named('sw'), Object.keys(bundle).sort())
    },
  }
}

function missing(name: string): never {
  throw new Error(`the entry "${name}" is not in the build`)
}

/** The early theme script is a classic one: its names must not become globals. */
function isolate(theme: Rolldown.OutputChunk): void {
  if (theme.imports.length > 0) throw new Error('the theme script blocks rendering: it may import nothing at run time')
  theme.code = `(()=>{${theme.code.trim()}})()`
}

/** Tells the service worker the build it belongs to and what to keep at once. */
function version(worker: Rolldown.OutputChunk, files: string[]): void {
  if (worker.imports.length > 0) throw new Error('the service worker may import nothing at run time')
  const hash = createHash('sha256').update(files.join('\n')).update(worker.code).digest('hex').slice(0, 12)
  const keep = files.filter((f) => shell.test(f)).map((f) => `/assets/${f}`)
  worker.code = fill(fill(worker.code, /__VERSION__/, hash), /["'`]__KEEP__["'`]/, JSON.stringify(keep))
}

function fill(code: string, place: RegExp, value: string): string {
  if (!place.test(code)) throw new Error(`nothing to fill in: ${String(place)}`)
  return code.replace(place, value)
}
