import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'
import { brand } from './build/brand.ts'
import { entries } from './build/entries.ts'
import { names } from './build/names.ts'
import { precompress } from './build/precompress.ts'
import { sprite } from './build/sprite.ts'

const here = import.meta.dirname

export default defineConfig({
  root: here,
  base: '/assets/',
  publicDir: 'static', // holds .gitkeep: go:embed needs dist/ to exist in a bare clone
  plugins: [sprite(resolve(here, '..')), brand(resolve(here, 'brand')), entries(), names(), precompress()],
  worker: { format: 'es' },
  build: {
    outDir: 'dist',
    assetsDir: '',
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'], // keeps light-dark()
    manifest: 'manifest.json',
    assetsInlineLimit: 0, // the CSP has no data: for fonts, and a file is cached once
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      input: { app: 'islands/app.ts', theme: 'islands/theme/early.ts', sw: 'islands/sw/sw.ts' },
      output: {
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : '[name]-[hash].js'),
        chunkFileNames: '[name]-[hash].js',
        assetFileNames: '[name]-[hash][extname]',
      },
    },
  },
  test: { include: ['**/*.test.ts'], exclude: ['node_modules/**', 'e2e/**'], environment: 'node' },
})
