import * as copy from './copy'
import * as filters from './filters'
import * as online from './online'
import * as progress from './progress'
import * as queue from './queue'
import * as retry from './retry'
import * as suggest from './suggest'
import * as theme from './theme'

/**
 * An island brings one element to life. `props` is the JSON of the script
 * element that data-props-id names, or an empty object.
 */
export interface Island {
  mount(el: HTMLElement, props: never): void
}

/** Small islands come with the page; large ones when an element asks for them. */
const islands: Record<string, () => Island | Promise<Island>> = {
  copy: () => copy,
  filters: () => filters,
  online: () => online,
  progress: () => progress,
  queue: () => queue,
  retry: () => retry,
  suggest: () => suggest,
  theme: () => theme,
  map: () => import('./map'),
  proof: () => import('./proof'),
  upload: () => import('./upload'),
}

const mounted = new WeakSet<Element>()

/** Mounts every island under root that is not mounted yet. */
export function mountIslands(root: ParentNode): void {
  for (const el of root.querySelectorAll<HTMLElement>('[data-island]')) {
    if (mounted.has(el)) continue
    mounted.add(el)
    void mountOne(el)
  }
}

async function mountOne(el: HTMLElement): Promise<void> {
  const name = el.dataset.island ?? ''
  const load = islands[name]
  if (!load) return console.error(`no island "${name}"`)
  try {
    const island = await load()
    island.mount(el, readProps(el) as never)
  } catch (cause) {
    console.error(`island "${name}"`, cause) // the fallback inside the element stays
  }
}

/** The props of an island's element. */
export function readProps(el: HTMLElement): unknown {
  const id = el.dataset.propsId
  const source = id ? document.getElementById(id) : null
  return source?.textContent ? JSON.parse(source.textContent) : {}
}
