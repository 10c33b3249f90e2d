/** An address with a query appended, whether or not it has one already. */
export function withQuery(address: string, query: string): string {
  if (!query) return address
  return address + (address.includes('?') ? '&' : '?') + query
}

/**
 * An absolute tile address. The braces of {z}/{y}/{x} must survive, so the URL
 * class, which escapes them, cannot be used.
 */
export function tileAddress(template: string, query: string, origin: string): string {
  const absolute = template.startsWith('/') ? origin + template : template
  return withQuery(absolute, query)
}

/** The address of a thing's fragment; null when it has no identifier. */
export function detailAddress(template: string, id: string | number | undefined): string | null {
  if (id === undefined || id === '') return null
  return template.replace('{id}', encodeURIComponent(String(id)))
}
