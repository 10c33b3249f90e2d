// Reads a PMTiles archive with the format's own reader and prints, as JSON, its
// header, its metadata and the tiles asked for (z/x/y) in base64, uncompressed.
import { open } from 'node:fs/promises'
import { PMTiles } from 'pmtiles'

const [path, ...asked] = process.argv.slice(2)
const file = await open(path)
const source = {
  getKey: () => path,
  getBytes: async (offset, length) => {
    const buffer = Buffer.alloc(length)
    const { bytesRead } = await file.read(buffer, 0, length, offset)
    return { data: buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + bytesRead) }
  },
}
const archive = new PMTiles(source)
const tiles = {}
for (const tile of asked) {
  const found = await archive.getZxy(...tile.split('/').map(Number))
  tiles[tile] = found ? Buffer.from(found.data).toString('base64') : ''
}
console.log(JSON.stringify({ header: await archive.getHeader(), metadata: await archive.getMetadata(), tiles }))
await file.close()
