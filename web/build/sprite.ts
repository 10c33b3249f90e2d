import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Plugin } from 'vite'
import { filesUnder } from './files.ts'

const lucide = new URL('../node_modules/lucide-static/icons/', import.meta.url)

/**
 * The places where sources name an icon: Icon("leaf"), IconLabel("leaf", …),
 * Icon: "leaf", After: "leaf", data icon="leaf" in TypeScript, and any literal
 * whose line ends in the comment "// icon".
 */
const patterns = [
  /\bIcon(?:Label)?\(\s*"([a-z0-9-]+)"/g,
  /\b(?:Icon|After):\s*"([a-z0-9-]+)"/g,
  /"([a-z0-9-]+)",?\s*\/\/ icon$/gm,
  /\bicon\(\s*'([a-z0-9-]+)'/g,
  /@themeChoice\("[a-z]+", "([a-z0-9-]+)"/g,
]

/** The icons a source text names. */
export function iconsIn(source: string): string[] {
  return patterns.flatMap((p) => [...source.matchAll(p)].map((m) => m[1] as string))
}

/** One lucide file as a symbol; stroke and fill come from the page's .icon. */
export function symbol(name: string, svg: string): string {
  const inner = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>'))
  return `<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s*\n\s*/g, '')}</symbol>`
}

/** Builds icons.svg from the icons that Go, templ and TypeScript sources name. */
export function sprite(repository: string): Plugin {
  return {
    name: 'sprite',
    apply: 'build',
    generateBundle() {
      const wanted = new Map<string, string>()
      for (const file of filesUnder(repository)) {
        if (!/\.(go|templ|ts)$/.test(file) || /_(?:templ|test)\.go$|\.test\.ts$/.test(file)) continue
        for (const name of iconsIn(readFileSync(file, 'utf8'))) wanted.set(name, relative(repository, file))
      }
      const symbols = [...wanted].sort().map(([name, file]) => {
        const source = new URL(`${name}.svg`, lucide)
        if (!existsSync(source)) throw new Error(`icon "${name}", named in ${file}, is not in lucide`)
        return symbol(name, readFileSync(source, 'utf8'))
      })
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`
      this.emitFile({ type: 'asset', name: 'icons.svg', source })
    },
  }
}
