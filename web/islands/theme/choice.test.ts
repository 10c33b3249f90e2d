import { expect, it } from 'vitest'
import { applyTheme, storedTheme, storeTheme } from './choice'

function storage(): Storage {
  const kept = new Map<string, string>()
  return {
    getItem: (k: string) => kept.get(k) ?? null,
    setItem: (k: string, v: string) => void kept.set(k, v),
    removeItem: (k: string) => void kept.delete(k),
  } as unknown as Storage
}

const refused = (): Storage => {
  throw new Error('SecurityError')
}

it('keeps a choice and forgets it on auto', () => {
  const s = storage()
  storeTheme('dark', () => s)
  expect(storedTheme(() => s)).toBe('dark')
  storeTheme('auto', () => s)
  expect(storedTheme(() => s)).toBe('auto')
})

it('follows the system where storage is refused or holds anything else', () => {
  expect(storedTheme(refused)).toBe('auto')
  expect(() => storeTheme('dark', refused)).not.toThrow()
  const s = storage()
  s.setItem('acv-theme', 'fluo')
  expect(storedTheme(() => s)).toBe('auto')
})

it('marks the page, and unmarks it on auto', () => {
  const root = { dataset: {} as DOMStringMap } as HTMLElement
  applyTheme('light', root)
  expect(root.dataset.theme).toBe('light')
  applyTheme('auto', root)
  expect('theme' in root.dataset).toBe(false)
})
