import type {CommitGroup} from '../model/storage-port.ts'
import {type ContractTests, codeOf, committed, conflict, group, relaxed} from './storage-contract-kit.ts'

/** Values of every kind that records hold. */
const severalKinds = {
  text: 'ä€😀\u0000',
  list: [1, [null, {}]],
  nothing: null,
  flags: {yes: true, no: false},
  ratio: 0.1,
}

/** What a commit promises. */
export const commitTests: ContractTests = {
  async 'what was committed is read back, under either durability'({port, expect}) {
    const first = group('head/a', 0, {puts: [{key: 'c/a/x/state', value: severalKinds}]})
    expect(await port.commit([first], {durability: 'strict'})).toEqual([committed])
    expect(await port.commit([group('head/a', 1)], relaxed)).toEqual([committed])
    expect(await port.read([{key: 'head/a'}, {key: 'c/a/x/state'}])).toEqual([
      [{key: 'head/a', value: {revision: 2, commitId: 'head/a#2'}}],
      [{key: 'c/a/x/state', value: severalKinds}],
    ])
  },

  async 'expecting revision 0 means expecting nothing to be stored'({port, expect}) {
    expect(await port.commit([group('head/a', 0)], relaxed)).toEqual([committed])
    expect(await port.commit([group('head/a', 0, {commitId: 'other'})], relaxed)).toEqual([conflict(1, 'head/a#1')])
    expect(await port.commit([group('head/b', 1)], relaxed)).toEqual([conflict(0, undefined)])
  },

  async 'a stale group is refused whole and names what is stored'({port, expect}) {
    const old = [{key: 'c/a/x/state', value: 'old'}]
    await port.commit([group('head/a', 0, {puts: old}), group('head/a2', 0)], relaxed)
    await port.commit([group('head/a', 1, {commitId: 'theirs'})], relaxed)

    const stale = group('head/a', 1, {
      puts: [
        {key: 'c/a/x/state', value: 'new'},
        {key: 'c/a/y/state', value: 'new'},
      ],
      deletes: ['head/a2'],
      commitId: 'ours',
    })
    expect(await port.commit([stale], relaxed)).toEqual([conflict(2, 'theirs')])
    expect(await port.readPrefix('c/')).toEqual(old)
    expect(await port.list('head/')).toEqual(['head/a', 'head/a2'])
  },

  async 'a group with a lower fencing number than the stored one is refused, at whatever revision'({port, expect}) {
    const value = {revision: 1, commitId: 'theirs', fence: 2}
    const first = group('head/a', 0, {commitId: 'theirs'})
    await port.commit([{...first, puts: [{key: 'head/a', value}]}], relaxed)
    const next = group('head/a', 1)
    const fenced = (fence: number) => ({...next, expect: {...next.expect, fence}})
    expect(await port.commit([fenced(1)], relaxed)).toEqual([conflict(1, 'theirs')])
    expect(await port.read([{key: 'head/a'}])).toEqual([[{key: 'head/a', value}]])
    expect(await port.commit([fenced(2)], relaxed)).toEqual([committed])
  },

  async 'groups beside a refused one land, and each is answered in its place'({port, expect}) {
    await port.commit([group('head/b', 0)], relaxed)
    const groups = [group('head/a', 0), group('head/b', 0), group('head/c', 0)]
    expect(await port.commit(groups, relaxed)).toEqual([committed, conflict(1, 'head/b#1'), committed])
    expect(await port.list('head/')).toEqual(['head/a', 'head/b', 'head/c'])
  },

  async 'a repeated commit is refused with its own commit id'({port, expect}) {
    const ours = group('head/a', 0, {commitId: 'ours'})
    expect(await port.commit([ours], relaxed)).toEqual([committed])
    expect(await port.commit([ours], relaxed)).toEqual([conflict(1, 'ours')])
  },

  async 'a stored record without a revision is not taken for nothing'({port, expect}) {
    const damaged = {key: 'head/a', value: {title: 'no stamp'}}
    await port.commit([group('head/b', 0, {puts: [damaged]})], relaxed)
    const [refusal] = await port.commit([group('head/a', 0)], relaxed)
    expect(refusal?.status).toEqual('conflict')
    expect(await port.read([{key: 'head/a'}])).toEqual([[damaged]])
  },

  async 'deletes remove exactly their keys, and a missing key is no error'({port, expect}) {
    const puts = ['c/a/x/1', 'c/a/x/10', 'c/a/x/2'].map((key) => ({key, value: 1}))
    await port.commit([group('head/a', 0, {puts})], relaxed)
    const removal = group('head/a', 1, {deletes: ['c/a/x/1', 'c/a/x/missing']})
    expect(await port.commit([removal], relaxed)).toEqual([committed])
    expect(await port.list('c/')).toEqual(['c/a/x/10', 'c/a/x/2'])
  },

  async 'after the expected record itself was deleted, revision 0 is expected again'({port, expect}) {
    await port.commit([group('head/a', 0)], relaxed)
    const removal: CommitGroup = {...group('head/a', 1), puts: [], deletes: ['head/a']}
    expect(await port.commit([removal], relaxed)).toEqual([committed])
    expect(await port.commit([group('head/a', 0)], relaxed)).toEqual([committed])
  },

  async 'an empty commit and an empty read are answered'({port, expect}) {
    expect(await port.commit([], relaxed)).toEqual([])
    expect(await port.read([])).toEqual([])
    expect(await port.readPrefix('head/')).toEqual([])
    expect(await port.list('head/')).toEqual([])
    expect(await port.read([{key: 'head/a'}, {prefix: 'c/'}])).toEqual([[], []])
  },

  async 'nothing of a commit lands when one of its values cannot be stored'({port, expect}) {
    const impossible = [
      {key: 'c/b/x/state', value: 'fine'},
      {key: 'c/b/y/state', value: () => 'a function'},
    ]
    const commit = port.commit([group('head/a', 0), group('head/b', 0, {puts: impossible})], relaxed)
    expect(await codeOf(commit)).toEqual('storage.unavailable')
    expect(await port.list('')).toEqual([])
    expect(await port.commit([group('head/a', 0)], relaxed)).toEqual([committed])
  },

  async 'of twenty commits from two connections expecting the same revision exactly one wins'(context) {
    const {port, connect, expect} = context
    const ports = [port, await connect()]
    const attempts = Array.from({length: 20}, (_, index) => {
      const puts = [{key: `c/a/${index}/state`, value: index}]
      const attempt = group('head/a', 0, {puts, commitId: `attempt-${index}`})
      return ports[index % 2]?.commit([attempt], relaxed)
    })
    const results = (await Promise.all(attempts)).map((answer) => answer?.[0])

    const winner = results.findIndex((result) => result?.status === 'committed')
    const expected = results.map((_, index) => (index === winner ? committed : conflict(1, `attempt-${winner}`)))
    expect(results).toEqual(expected)
    expect(await port.list('c/')).toEqual([`c/a/${winner}/state`])
  },

  async 'commits in a row on one revision chain all land'({port, expect}) {
    const chain = Array.from({length: 20}, (_, revision) => port.commit([group('head/a', revision)], relaxed))
    expect(await Promise.all(chain)).toEqual(chain.map(() => [committed]))
    expect(await port.read([{key: 'head/a'}])).toEqual([
      [{key: 'head/a', value: {revision: 20, commitId: 'head/a#20'}}],
    ])
  },

  async 'a commit whose signal was aborted rejects with storage.timeout and stores nothing'({port, expect}) {
    const commit = port.commit([group('head/a', 0)], {...relaxed, signal: AbortSignal.abort()})
    expect(await codeOf(commit)).toEqual('storage.timeout')
    expect(await port.list('')).toEqual([])
  },
}
