/** How many digests are asked for at once. */
const batch = 256

/** The number of zero bits a digest starts with. */
export function zeros(digest: Uint8Array): number {
  let n = 0
  for (const byte of digest) {
    if (byte !== 0) return n + Math.clz32(byte) - 24
    n += 8
  }
  return n
}

/** Finds a number such that SHA-256 of "ticket:number" starts with that many zero bits. */
export async function prove(ticket: string, bits: number): Promise<string> {
  const encoder = new TextEncoder()
  for (let from = 0; ; from += batch) {
    const digests = await Promise.all(
      Array.from({ length: batch }, (_, i) => crypto.subtle.digest('SHA-256', encoder.encode(`${ticket}:${from + i}`))),
    )
    const at = digests.findIndex((d) => zeros(new Uint8Array(d)) >= bits)
    if (at >= 0) return String(from + at)
  }
}
