import type {StorageTarget} from '../../src/model/storage-port.ts'

/** As a flipped bit does: a text that is not what its checksum says. */
const flipped = {json: '{"text":"damaged"}'}

/**
 * Damages one stored component record.
 *
 * @param keyEnd - how its key ends
 * @param as - how the key of the damaged record ends; the found one stays then
 * @param fields - what is wrong in it
 */
export async function damageStored(
  storage: StorageTarget,
  keyEnd: string,
  as = keyEnd,
  fields: object = flipped,
): Promise<void> {
  const port = await storage.open()
  const found = (await port.readPrefix('')).find(({key}) => key.endsWith(keyEnd))
  if (found === undefined) {
    throw new Error(`nothing is stored under ${keyEnd}`)
  }
  const key = found.key.slice(0, -keyEnd.length) + as
  port.putNow?.([{key, value: {...Object(found.value), ...fields}}])
}
