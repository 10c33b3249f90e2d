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

/** How fast an upload goes, from what was sent since its start. */
export class Pace {
  constructor(private readonly start: number) {}

  /** Octets per second at a time in milliseconds; 0 in the first second, when it says nothing. */
  speed(loaded: number, now: number): number {
    const seconds = (now - this.start) / 1000
    return seconds < 1 ? 0 : loaded / seconds
  }
}

/** A time left as people say it: "12 s", "3 min", "1 h 05". */
export function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60)
  if (seconds < 60) return `${Math.max(1, Math.ceil(seconds))}\u00a0s`
  if (minutes < 60) return `${minutes}\u00a0min`
  return `${Math.floor(minutes / 60)}\u00a0h\u00a0${String(minutes % 60).padStart(2, '0')}`
}

/** What an input of type file holds, in words. */
export function chosen(files: Iterable<{ name: string; size: number }>): string {
  return [...files].map((f) => `${f.name} (${octets(f.size)})`).join(', ')
}
