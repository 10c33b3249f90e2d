/** A size as French readers write it: "3,4 Mo". */
export function octets(n: number): string {
  const units = ['octets', 'ko', 'Mo', 'Go']
  let unit = 0
  while (n >= 1000 && unit < units.length - 1) {
    n /= 1000
    unit++
  }
  const digits = unit > 0 && n < 10 ? 1 : 0
  return `${new Intl.NumberFormat('fr-FR', { maximumFractionDigits: digits }).format(n)}\u00a0${units[unit]}`
}

/** The share sent so far, 0 to 100; 0 when the total is unknown. */
export function percent(loaded: number, total: number): number {
  return total > 0 ? Math.min(100, Math.floor((loaded / total) * 100)) : 0
}

/** What an input of type file holds, in words. */
export function chosen(files: Iterable<{ name: string; size: number }>): string {
  return [...files].map((f) => `${f.name} (${octets(f.size)})`).join(', ')
}
