import { expect, it } from 'vitest'
import { chosen, duration, octets, Pace, percent } from './state'

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

it('says no speed in the first second, then the mean', () => {
  const pace = new Pace(10_000)
  expect(pace.speed(4_000_000, 10_400)).toBe(0)
  expect(pace.speed(4_000_000, 12_000)).toBe(2_000_000)
})

it.each([
  [0.2, '1\u00a0s'], [12.1, '13\u00a0s'], [59.4, '60\u00a0s'], [61, '1\u00a0min'], [1790, '30\u00a0min'], [3900, '1\u00a0h\u00a005'],
])('writes %d seconds left as %s', (seconds, want) => {
  expect(duration(seconds)).toBe(want)
})
