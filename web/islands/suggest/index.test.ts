import { expect, it } from 'vitest'
import { options } from '.'

it('proposes nothing for what is no list of texts', () => {
  expect(options({ error: 'non' })).toEqual([])
  expect(options(null)).toEqual([])
  expect(options([1, null])).toEqual([])
})
