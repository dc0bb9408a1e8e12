import {describe, expect, test} from 'vitest'
import type {CommitId, WorkspaceId} from '../../src/model/ids.ts'
import type {StoragePort, StoredRecord} from '../../src/model/storage-port.ts'
import {damageOf} from '../../src/services/quarantine/damage.ts'
import {jsonTextOf} from '../../src/services/quarantine/json-text.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {note} from '../support/definitions.ts'
import {finish, startKeepspace, startWithNote} from '../support/start-keepspace.ts'

const scope = 'scope/test%2Flocal/'

/** A stored workspace of two notes, with `damage` done to what is stored, and a page that opens it. */
async function startOverDamage(damage: (records: ReadonlyMap<string, object>) => readonly StoredRecord[]) {
  const target = memoryStorage({isPersistent: true})
  const first = await startWithNote({target})
  first.component.set({text: 'first'})
  first.workspace.add(note, {id: 'n2', state: {text: 'sibling'}})
  await finish(first.time, first.keepspace.persist('a', 'explicit'))
  await finish(first.time, first.keepspace.dispose())
  const port = await target.open()
  const records = (await port.readPrefix(scope)).map(
    ({key, value}) => [key.slice(scope.length), value as object] as const,
  )
  const damaged = damage(new Map(records))
  port.putNow?.(damaged.map(({key, value}) => ({key: scope + key, value})))
  return {...(await startKeepspace({target})), port, damaged}
}

/** The first note with its text changed under its checksum, as a flipped bit does. */
const flipped = (records: ReadonlyMap<string, object>): readonly StoredRecord[] => [
  {key: 'c/a/n1/state', value: {...records.get('c/a/n1/state'), json: '{"text":"fir5t"}'}},
]

const stored = async (port: StoragePort, key: string) => (await port.read([{key: scope + key}]))[0]?.[0]?.value

describe('a damaged record', () => {
  test('is copied as it was found, with reason and time, while its siblings open', async () => {
    const {keepspace, time, port, damaged, events} = await startOverDamage(flipped)
    await finish(time, keepspace.whenReady('a'))
    expect(keepspace.workspace('a').component(note, 'n2').getState()).toEqual({text: 'sibling'})
    expect(keepspace.getStatus('a').problems).toMatchObject([{componentId: 'n1', error: {code: 'record.corrupt'}}])
    const items = await keepspace.quarantine.list()
    expect(items).toMatchObject([
      {key: 'c/a/n1/state', workspaceId: 'a', componentId: 'n1', reason: 'checksum', quarantinedAt: 1_000_000},
    ])
    expect(await stored(port, `quarantine/${items[0]?.id}`)).toMatchObject({value: damaged[0]?.value})
    expect(events.filter(({type}) => type === 'records_quarantined')).toEqual([
      {type: 'records_quarantined', keys: ['c/a/n1/state']},
    ])
  })

  test('is copied once, however often it is met', async () => {
    const {keepspace, time, again, log} = await startOverDamage(flipped)
    await finish(time, keepspace.whenReady('a'))
    await finish(time, keepspace.unload('a'))
    await finish(time, keepspace.whenReady('a'))
    const copies = log.commits.flatMap(({groups}) => groups.filter(({expect: {key}}) => key.includes('/quarantine/')))
    expect(copies).toHaveLength(1)
    const second = await again()
    await finish(time, second.whenReady('a'))
    expect(await second.quarantine.list()).toHaveLength(1)
  })

  test('is in the quarantine before the same component is written anew', async () => {
    const {keepspace, time, port} = await startOverDamage(flipped)
    const workspace = keepspace.open('a')
    await finish(time, keepspace.whenReady('a'))
    workspace.remove('n1')
    workspace.add(note, {id: 'n1', state: {text: 'anew'}})
    await finish(time, keepspace.persist('a', 'explicit'))
    expect(await stored(port, 'c/a/n1/state')).toMatchObject({json: '{"text":"anew"}'})
    expect(await keepspace.quarantine.list()).toMatchObject([{reason: 'checksum'}])
  })

  test('goes into the quarantine with the very commit that may overwrite it, when the copy failed at first', async () => {
    const {keepspace, time, faults, log} = await startOverDamage(flipped)
    const lost = faults.hang('commit')
    const workspace = keepspace.open('a')
    await lost.reached
    lost.release()
    await finish(time, keepspace.whenReady('a'))
    expect(await keepspace.quarantine.list()).toEqual([])
    log.commits.length = 0
    workspace.remove('n1')
    await finish(time, keepspace.persist('a', 'explicit'))
    const keys = log.commits.map(({groups}) => groups.flatMap(({puts}) => puts.map(({key}) => key.split('/')[2])))
    expect(keys[0]).toEqual(['head', 'c', 'quarantine'])
    expect(await keepspace.quarantine.list()).toHaveLength(1)
  })

  test('that holds a place or says that a component was deleted is copied too; deleted stays deleted', async () => {
    const {keepspace, time} = await startOverDamage(() => [
      {key: 'c/a/n1/.tombstone', value: {revision: 2, deletedAt: 'yesterday'}},
      {key: 'c/a/n2/.layout', value: 'torn'},
    ])
    await finish(time, keepspace.whenReady('a'))
    expect(
      keepspace
        .workspace('a')
        .getComponents()
        .map(({id}) => id),
    ).toEqual(['n2'])
    expect((await keepspace.quarantine.list()).map(({key, reason}) => [key, reason])).toEqual([
      ['c/a/n1/.tombstone', 'shape'],
      ['c/a/n2/.layout', 'shape'],
    ])
  })

  test('in the catalogue is copied when the catalogue is read, and hides nothing else', async () => {
    const {keepspace, time} = await startOverDamage((records) => [
      {key: 'entry/entry', value: {...records.get('entry/entry'), formatVersion: undefined}},
      {key: 'head/a', value: {title: 'no stamp'}},
    ])
    await time.advanceAsync(10)
    expect((await keepspace.quarantine.list()).map(({key, workspaceId, reason}) => [key, workspaceId, reason])).toEqual(
      [
        ['entry/entry', undefined, 'shape'],
        ['head/a', 'a', 'shape'],
      ],
    )
    expect(keepspace.getSnapshot().storage.restore.emptied).toEqual([])
  })

  test('is exported as one file of JSON, and gone after it was discarded', async () => {
    const {keepspace, time} = await startOverDamage(flipped)
    await finish(time, keepspace.whenReady('a'))
    const [item] = await keepspace.quarantine.list()
    const {name, blob} = await keepspace.quarantine.export(item?.id ?? '')
    expect([name, blob.type]).toEqual(['c-a-n1-state.json', 'application/json'])
    expect(JSON.parse(await blob.text())).toMatchObject({
      key: 'c/a/n1/state',
      reason: 'checksum',
      quarantinedAt: new Date(1_000_000).toISOString(),
      value: {json: '{"text":"fir5t"}'},
    })
    await keepspace.quarantine.discard(item?.id ?? '')
    expect(await keepspace.quarantine.list()).toEqual([])
    await expect(keepspace.quarantine.export(item?.id ?? '')).rejects.toMatchObject({code: 'notFound'})
  })
})

describe(damageOf.name, () => {
  const head = {revision: 1, commitId: 'c' as CommitId}
  test.each([
    ['c/a/n/state', {json: '{}'}, 'shape'],
    ['c/a/n/state', {type: 'n', schemaVersion: 1, editableFrom: 1, revision: 1, checksum: 1, json: '{}'}, 'checksum'],
    ['c/a/n/state', {type: 'n', schemaVersion: 1, editableFrom: 1, revision: 1, checksum: 0, json: ''}, 'json'],
    ['head/a', head, 'shape'],
    ['entry/e', {...head, id: 'e', title: '', order: 'a0', createdAt: 0, formatVersion: 2}, 'format'],
    ['entry/e', {...head, id: 'e', title: '', order: 'a0', createdAt: 0, formatVersion: 1}, undefined],
    ['leave/a/t', 7, 'shape'],
    ['history/a/x/y', 7, undefined],
  ])('%s holding %j: %s', (key, value, reason) => {
    expect(damageOf({key, value})).toBe(reason)
  })
})

describe(jsonTextOf.name, () => {
  test('leaves nothing out that storage may return', () => {
    const cyclic: {self?: unknown} = {}
    cyclic.self = cyclic
    const map = new Map<unknown, unknown>([['id' as WorkspaceId, 1n]])
    map.set('me', map)
    const value = {cyclic, map, set: new Set([Number.NaN]), bytes: new Uint8Array([1, 2]), none: undefined, twice: [0]}
    expect(JSON.parse(jsonTextOf(value))).toEqual({
      cyclic: {self: '[itself]'},
      map: {
        '[Map]': [
          ['id', '[bigint] 1'],
          ['me', '[itself]'],
        ],
      },
      set: {'[Set]': ['[number] NaN']},
      bytes: {'[Uint8Array]': [1, 2]},
      none: '[undefined] undefined',
      twice: [0],
    })
  })
})
