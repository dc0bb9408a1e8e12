import type {StoredRecord} from '../model/storage-port.ts'
import {type ContractTests, codeOf, committed, group, relaxed} from './storage-contract-kit.ts'

/** What reading and the life of a connection promise. */
export const readTests: ContractTests = {
  async 'a prefix returns what begins with it, ordered by key, and nothing else'({port, expect}) {
    const keys = ['c/b/x', 'c/ab/x', 'c/a/y', 'c/a/x', 'c/a', 'c/a/Z', 'c/a/10', 'c/a/9', 'c/a0', 'b/a/x', 'd']
    await port.commit([group('head/a', 0, {puts: keys.map((key) => ({key, value: key}))})], relaxed)

    const inside = ['c/a/10', 'c/a/9', 'c/a/Z', 'c/a/x', 'c/a/y']
    expect(await port.readPrefix('c/a/')).toEqual(inside.map((key) => ({key, value: key})))
    expect(await port.list('c/a/')).toEqual(inside)
    expect(await port.list('c/a')).toEqual(['c/a', ...inside, 'c/a0', 'c/ab/x'])
    expect(await port.list('')).toEqual([...keys, 'head/a'].sort())
  },

  async 'keys of any language are kept apart, ordered by their UTF-16 code units'({port, expect}) {
    const keys = ['k/é', 'k/e\u0301', 'k/😀', 'k/\uffee', 'k/\uffff\uffff', 'k/日本', 'k/%00', 'k/ ', 'l', 'k/\u0000']
    await port.commit([group('head/a', 0, {puts: keys.map((key) => ({key, value: key}))})], relaxed)

    const inside = keys.filter((key) => key.startsWith('k/')).sort()
    expect(await port.readPrefix('k/')).toEqual(inside.map((key) => ({key, value: key})))
    expect(await port.read([{key: 'k/😀'}])).toEqual([[{key: 'k/😀', value: 'k/😀'}]])
    expect(await port.list('k/\uffff')).toEqual(['k/\uffff\uffff'])
  },

  async 'one read shows one moment, however many selectors it has and whatever is committed meanwhile'(context) {
    const {port, connect, expect} = context
    const other = await connect()
    const both = (value: number) => [
      {key: 'c/a/x/state', value},
      {key: 'c/a/y/state', value},
    ]
    await port.commit([group('head/a', 0, {puts: both(0)})], relaxed)

    const commits: Promise<unknown>[] = []
    const reads: Promise<readonly (readonly StoredRecord[])[]>[] = []
    for (let revision = 1; revision <= 10; revision++) {
      commits.push(other.commit([group('head/a', revision, {puts: both(revision)})], relaxed))
      reads.push(port.read([{key: 'c/a/x/state'}, {prefix: 'c/a/'}, {key: 'c/a/y/state'}]))
    }
    await Promise.all(commits)
    const views = await Promise.all(reads)
    const values = views.map((view) => view.flat().map(({value}) => value))
    expect(values).toEqual(values.map(([value]) => [value, value, value, value]))
  },

  async 'a record of 1.4 MB comes back whole'({port, expect}) {
    const json = JSON.stringify(Array.from({length: 100_000}, (_, index) => `item ${index % 10}€`)).padEnd(1_400_000)
    await port.commit([group('head/a', 0, {puts: [{key: 'c/a/x/state', value: {json}}]})], relaxed)
    const [[record] = []] = await port.read([{key: 'c/a/x/state'}])
    expect((record?.value as {json: string} | undefined)?.json === json).toEqual(true)
  },

  async 'a value belongs to storage: changing it outside, before or after, changes nothing stored'(context) {
    const {port, expect} = context
    const value = {items: ['stored']}
    await port.commit([group('head/a', 0, {puts: [{key: 'c/a/x/state', value}]})], relaxed)
    value.items.push('changed by the writer')
    for (const record of (await port.readPrefix('c/')).values()) {
      ;(record.value as typeof value).items.push('changed by a reader')
    }
    expect(await port.readPrefix('c/')).toEqual([{key: 'c/a/x/state', value: {items: ['stored']}}])
  },

  async 'a second connection sees what the first one committed, and still does when that is closed'(context) {
    const {port, connect, expect} = context
    await port.commit([group('head/a', 0)], {durability: 'strict'})
    const second = await connect()
    expect(await second.list('')).toEqual(['head/a'])
    await port.close()
    expect(await second.commit([group('head/a', 1)], relaxed)).toEqual([committed])
    const third = await connect()
    expect(await third.read([{key: 'head/a'}])).toEqual([[{key: 'head/a', value: {revision: 2, commitId: 'head/a#2'}}]])
  },

  async 'close lets running calls end, and everything after it rejects with disposed'({port, connect, expect}) {
    const running = port.commit([group('head/a', 0)], relaxed)
    await port.close()
    expect(await running).toEqual([committed])

    const late = [port.commit([group('head/a', 1)], relaxed), port.read([]), port.readPrefix(''), port.list('')]
    expect(await Promise.all(late.map(codeOf))).toEqual(['disposed', 'disposed', 'disposed', 'disposed'])
    await port.close()
    expect(await (await connect()).read([{key: 'head/a'}])).toEqual([
      [{key: 'head/a', value: {revision: 1, commitId: 'head/a#1'}}],
    ])
  },
}
