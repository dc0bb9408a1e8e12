import {describe, expect, test} from 'vitest'
import {fakeSource} from '../../support/fake-source.ts'
import {component, startLoadedStore, storedState} from '../../support/start-store.ts'

const a = component('a')

describe('a merge of a version of which a part is damaged', () => {
  test('keeps what is unsaved here, and so does the comparison with the version after that', () => {
    const ticking = (seconds: number) => JSON.stringify({seconds, isTicking: false})
    const stored = new Map<string, unknown>([storedState('a', ticking(10), {type: 'timer'})])
    const {store, capture} = startLoadedStore({stored})
    store.set(a, {seconds: 20})
    const {head} = capture()
    const take = (json: string, facts: {readonly checksum?: number} = {}) => {
      const [key, value] = storedState('a', json, {type: 'timer', ...facts})
      const records = [{key, value}]
      const apart = [...store.changedApart(records)]
      store.merge({head, records})
      return {apart, state: store.getState(a), status: store.getInfo(a)?.status}
    }
    const mine = {apart: [], state: {seconds: 20, isTicking: false}, status: 'ready'}
    expect(take(`#${ticking(10).slice(1)}`, {checksum: 1})).toEqual(mine)
    expect(take(ticking(30))).toEqual(mine)
    expect(capture().puts.map(({key}) => key)).toContain('c/w1/a/state')
  })

  test('leaves a source what it holds', () => {
    const [key, value] = storedState('a', '"stored"', {type: 'doc', record: 'body'})
    const {store, capture} = startLoadedStore({stored: new Map([[key, value]])})
    const {source, hydrated} = fakeSource()
    store.attach(a, source, {type: 'doc'})
    hydrated.length = 0
    const {head} = capture()
    store.merge({head, records: [{key, value: {...value, json: '#stored"'}}]})
    expect(hydrated).toEqual([])
    store.merge({head, records: [storedState('a', '"newer"', {type: 'doc', record: 'body'})].map(toRecord)})
    expect(hydrated).toEqual([{records: {body: 'newer'}, origin: 'tab'}])
  })
})

const toRecord = ([key, value]: readonly [string, unknown]) => ({key, value})
