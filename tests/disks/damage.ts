import {readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'

const FIRST_BLOCK = 4_096

/** What may happen to the files of one site. Each takes the bytes of a file and says what is left of them. */
export const damages = {
  bitFlip: (bytes) => {
    const middle = Math.floor(bytes.length / 2)
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 0x10, middle)
    return bytes
  },
  zeroedBlock: (bytes) => bytes.fill(0, 0, FIRST_BLOCK),
  cutInHalf: (bytes) => bytes.subarray(0, Math.floor(bytes.length / 2)),
  emptied: (bytes) => bytes.subarray(0, 0),
} satisfies Record<string, (bytes: Buffer) => Buffer>

export type Damage = keyof typeof damages

/** Damages what a site has stored: its log, where the newest is, or all of its files where they are to be emptied. */
export function damageSite(profile: string, site: string, damage: Damage): void {
  const files = filesOf(profile, site)
  const largest = [...files].sort((one, other) => statSync(other).size - statSync(one).size).slice(0, 1)
  for (const file of damage === 'emptied' ? files : largest) {
    writeFileSync(file, damages[damage](readFileSync(file)))
  }
}

/** Files with something in them. */
function filesOf(profile: string, site: string): readonly string[] {
  const folder = join(profile, 'Default', 'IndexedDB')
  const paths = readdirSync(folder, {recursive: true, encoding: 'utf8'})
  const files = paths
    .filter((path) => path.includes(site) || !path.startsWith('http'))
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile() && statSync(path).size > 0)
  if (files.length === 0) {
    throw new Error(`${site} has stored nothing in ${folder}`)
  }
  return files
}
