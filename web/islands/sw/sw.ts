/// <reference lib="webworker" />
// The service worker. It keeps the hashed files of one build and the offline
// page, and nothing else: never a page of a town, never an answer of the API.
export {} // a module, so that self can be declared as what it is
declare const self: ServiceWorkerGlobalScope

const cacheName = 'acv-__VERSION__' // both are filled in by build/entries.ts
const keep = '__KEEP__' as unknown as string[]
const offlinePage = '/hors-ligne'

self.addEventListener('install', (event) => {
  event.waitUntil(prepare())
})

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOldBuilds())
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method !== 'GET') return
  const url = new URL(request.url)
  if (url.origin !== self.location.origin) return
  if (url.pathname.startsWith('/assets/')) event.respondWith(hashed(request))
  else if (request.mode === 'navigate') event.respondWith(page(request))
})

async function prepare(): Promise<void> {
  const cache = await caches.open(cacheName)
  await cache.addAll(keep)
  // Without cookies: the page kept for everybody must be nobody's.
  await cache.add(new Request(offlinePage, { credentials: 'omit', cache: 'reload' }))
  await self.skipWaiting()
}

async function dropOldBuilds(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(names.filter((n) => n.startsWith('acv-') && n !== cacheName).map((n) => caches.delete(n)))
  await self.clients.claim()
}

/** A hashed file never changes: the cache answers first. */
async function hashed(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName)
  const kept = await cache.match(request)
  if (kept) return kept
  const response = await fetch(request)
  if (response.ok) await cache.put(request, response.clone())
  return response
}

/** Pages always come from the network. */
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch {
    return (await caches.match(offlinePage)) ?? Response.error()
  }
}
