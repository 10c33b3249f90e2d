import { expect, it } from 'vitest'
import { chosen, octets, percent } from './state'

it.each([
  [0, '0\u00a0octets'], [999, '999\u00a0octets'], [3400, '3,4\u00a0ko'], [23_400_000, '23\u00a0Mo'], [2.5e12, '2\u202f500\u00a0Go'],
])('writes %i bytes as %s', (n, want) => {
  expect(octets(n)).toBe(want)
})

it('never shows more than all, nor a share of an unknown total', () => {
  expect(percent(50, 200)).toBe(25)
  expect(percent(201, 200)).toBe(100)
  expect(percent(10, 0)).toBe(0)
})

it('names the files chosen with their sizes', () => {
  expect(chosen([{ name: 'arbres.csv', size: 1200 }, { name: 'b.csv', size: 5 }])).toBe('arbres.csv (1,2\u00a0ko), b.csv (5\u00a0octets)')
  expect(chosen([])).toBe('')
})
