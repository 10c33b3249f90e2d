import type { StyleSpecification } from 'maplibre-gl'

const patience = 6000 // milliseconds: after that the neutral base is enough

/** The base map's style; null when it cannot be had, which hides nothing. */
export async function fetchBase(address: string, attribution = ''): Promise<StyleSpecification | null> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(patience), credentials: 'omit' })
    if (!response.ok) return null
    const style = (await response.json()) as StyleSpecification
    if (!Array.isArray(style.layers) || !style.sources) return null
    return { ...style, sources: credited(style.sources, attribution) }
  } catch {
    return null
  }
}

function credited(sources: StyleSpecification['sources'], attribution: string): StyleSpecification['sources'] {
  if (!attribution) return sources
  return Object.fromEntries(Object.entries(sources).map(([id, s]) => [id, { ...s, attribution } as typeof s]))
}
