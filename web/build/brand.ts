import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

/** Emits the product's images under hashed names. */
export function brand(folder: string): Plugin {
  return {
    name: 'brand',
    apply: 'build',
    generateBundle() {
      for (const name of readdirSync(folder)) {
        this.emitFile({ type: 'asset', name, source: readFileSync(join(folder, name)) })
      }
    },
  }
}
