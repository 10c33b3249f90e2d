import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { prove, zeros } from './work'

test('zero bits are counted from the first', () => {
  expect(zeros(new Uint8Array([0x80]))).toBe(0)
  expect(zeros(new Uint8Array([0x01]))).toBe(7)
  expect(zeros(new Uint8Array([0, 0, 0x10]))).toBe(19)
  expect(zeros(new Uint8Array([0, 0]))).toBe(16)
})

test('the number found proves the work', async () => {
  const number = await prove('billet', 10)
  const digest = createHash('sha256').update(`billet:${number}`).digest()
  expect(zeros(digest)).toBeGreaterThanOrEqual(10)
})
