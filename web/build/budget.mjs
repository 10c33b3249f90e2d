// Fails when a first load ships more than agreed: brotli bytes of what a page
// without and with a map downloads, its HTML and fonts apart.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))

const limits = [
  { name: 'scripts of a page without map', most: 60_000, pick: (f) => f.endsWith('.js'), parts: ['app', 'theme'] },
  { name: 'first load without map', most: 150_000, pick: () => true, parts: ['app', 'theme', 'icons', 'icon'] },
  { name: 'first load with map', most: 480_000, pick: () => true, parts: ['app', 'theme', 'icons', 'icon', 'map', 'worker'] },
]

/** @typedef {{ file: string, name?: string, isEntry?: boolean, css?: string[], assets?: string[] }} Chunk */

const manifest = /** @type {Record<string, Chunk>} */ (JSON.parse(readFileSync(`${dist}manifest.json`, 'utf8')))
const names = /** @type {Record<string, string>} */ (JSON.parse(readFileSync(`${dist}names.json`, 'utf8')))
const chunk = (name) => Object.values(manifest).find((c) => c.name === name) ?? fail(`no chunk "${name}" in the build`)
const files = {
  app: [chunk('app').file, ...(chunk('app').css ?? [])],
  theme: [chunk('theme').file],
  icons: [names['icons.svg']],
  icon: [names['icon.svg']],
  map: [chunk('map').file, ...(chunk('map').css ?? [])],
  worker: (chunk('map').assets ?? []).filter((f) => f.endsWith('.js')),
}

function fail(message) {
  console.error(message)
  process.exit(1)
}

/** Bytes on the wire: the brotli copy where there is one. */
function weight(file) {
  return statSync(existsSync(`${dist}${file}.br`) ? `${dist}${file}.br` : `${dist}${file}`).size
}

if (files.worker.length !== 1) fail('the map worker is not among the assets of the map: the budget would miss it')
let over = false
for (const { name, most, pick, parts } of limits) {
  const total = parts.flatMap((p) => files[p]).filter(pick).reduce((sum, f) => sum + weight(f), 0)
  over ||= total > most
  console.log(`${total > most ? 'OVER' : 'ok  '} ${name}: ${(total / 1000).toFixed(1)} kB of ${most / 1000} kB`)
}
if (over) process.exit(1)
