import { afterEach, expect, it, vi } from 'vitest'
import { debounce, queryOf } from './query'

afterEach(() => void vi.useRealTimers())

it('leaves unset filters out of the address and keeps the order', () => {
  const entries: Array<[string, FormDataEntryValue]> = [
    ['essence', 'Érable & co'], ['etat', ''], ['rue', '  '], ['etat', 'bon'], ['photo', new File([], 'x')],
  ]
  expect(queryOf(entries)).toBe('essence=%C3%89rable+%26+co&etat=bon')
  expect(queryOf([])).toBe('')
})

it('calls once per pause of typing', () => {
  vi.useFakeTimers()
  const call = vi.fn()
  const later = debounce(call, 100)
  later()
  vi.advanceTimersByTime(90)
  later()
  vi.advanceTimersByTime(90)
  expect(call).not.toHaveBeenCalled()
  vi.advanceTimersByTime(10)
  expect(call).toHaveBeenCalledOnce()
})
