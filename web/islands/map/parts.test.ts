import { afterEach, describe, expect, it, vi } from 'vitest'
import { detailAddress, tileAddress, withQuery } from './address'
import { fetchBase } from './base'
import { distinct } from './clusters'
import { imageName, parseImageName } from './palette'

afterEach(() => void vi.unstubAllGlobals())

describe('addresses', () => {
  it('get the query with the right sign', () => {
    expect(withQuery('/a', 'b=1')).toBe('/a?b=1')
    expect(withQuery('/a?c=2', 'b=1')).toBe('/a?c=2&b=1')
    expect(withQuery('/a', '')).toBe('/a')
  })

  it('keep the braces of a tile template', () => {
    expect(tileAddress('/t/{z}/{y}/{x}', 'q=é', 'https://o')).toBe('https://o/t/{z}/{y}/{x}?q=é')
  })

  it('of a detail escape the identifier', () => {
    expect(detailAddress('/arbres/{id}/fiche', 'A/1 2')).toBe('/arbres/A%2F1%202/fiche')
    expect(detailAddress('/arbres/{id}/fiche', 0)).toBe('/arbres/0/fiche')
    expect(detailAddress('/arbres/{id}/fiche', undefined)).toBeNull()
  })
})

describe('images', () => {
  it('are named after shape and tone, and back', () => {
    expect(parseImageName(imageName('triangle', 'danger'))).toEqual({ shape: 'triangle', tone: 'danger' })
    expect(parseImageName(imageName('circle', ''))).toEqual({ shape: 'circle', tone: '' })
  })

  it('of a base map are left to it', () => {
    expect(parseImageName('road-shield')).toBeNull()
    expect(parseImageName('acv:star:ok')).toBeNull()
  })
})

describe('cells', () => {
  const cell = (lon: number, count?: number) => ({
    geometry: { type: 'Point' as const, coordinates: [lon, 44] }, properties: count === undefined ? {} : { count },
  })

  it('of two tiles count once per place', () => {
    const out = distinct([cell(4.1, 3), cell(4.1000000001, 3), cell(4.2, 5)])
    expect(out.map((f) => f.properties?.count)).toEqual([3, 5])
  })

  it('without a count are one thing, and lines are no cells', () => {
    const line = { geometry: { type: 'LineString' as const, coordinates: [] }, properties: { count: 9 } }
    expect(distinct([cell(4.1), line]).map((f) => f.properties?.count)).toEqual([1])
  })
})

describe('the base map', () => {
  const answer = (status: number, body: unknown) =>
    vi.stubGlobal('fetch', vi.fn(() => Promise.resolve(new Response(JSON.stringify(body), { status }))))

  it('is credited', async () => {
    answer(200, { version: 8, sources: { plan: { type: 'vector' } }, layers: [] })
    expect((await fetchBase('https://base/style.json', '© IGN'))?.sources.plan).toMatchObject({ attribution: '© IGN' })
  })

  it.each([[503, {}], [200, { nothing: 1 }]])('that answers %i %j is done without', async (status, body) => {
    answer(status, body)
    expect(await fetchBase('https://base/style.json')).toBeNull()
  })

  it('out of reach is done without', async () => {
    vi.stubGlobal('fetch', vi.fn(() => Promise.reject(new TypeError('network'))))
    expect(await fetchBase('https://base/style.json')).toBeNull()
  })
})
