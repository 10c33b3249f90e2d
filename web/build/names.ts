import type { Plugin } from 'vite'

/** Writes names.json: plain name → hashed file, for Go's URL("icons.svg"). */
export function names(): Plugin {
  return {
    name: 'names',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      const index: Record<string, string> = {}
      for (const file of Object.values(bundle)) {
        if (file.type === 'asset' && file.names[0]) index[file.names[0]] = file.fileName
      }
      this.emitFile({ type: 'asset', fileName: 'names.json', source: JSON.stringify(index, null, 1) })
    },
  }
}
