import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {asTabMessage, browserTabBus} from '../../src/services/tab-bus.ts'

describe(asTabMessage.name, () => {
  test('takes the messages there are, and nothing more of them than belongs to them', () => {
    expect(asTabMessage({type: 'catalogue', extra: 1})).toEqual({type: 'catalogue'})
    expect(asTabMessage({type: 'purged', scope: 'ada'})).toEqual({type: 'purged'})
    expect(asTabMessage({type: 'committed', workspaceId: 'a', revision: 3, extra: 1})).toEqual({
      type: 'committed',
      workspaceId: 'a',
      revision: 3,
    })
    expect(asTabMessage({type: 'deletion', list: 'visits', id: 'a', isMade: true, extra: 1})).toEqual({
      type: 'deletion',
      list: 'visits',
      id: 'a',
      isMade: true,
    })
    expect(asTabMessage({type: 'session', entryId: 'e', extra: 1})).toEqual({type: 'session', entryId: 'e'})
    expect(asTabMessage({type: 'lease', workspaceId: 'a', word: 'wanted', extra: 1})).toEqual({
      type: 'lease',
      workspaceId: 'a',
      word: 'wanted',
    })
  })

  test.each([
    [null],
    ['committed'],
    [{type: 'committed'}],
    [{type: 'committed', workspaceId: 1, revision: 1}],
    [{type: 'committed', workspaceId: 'a', revision: '1'}],
    [{type: 'lease', workspaceId: 'a', word: 'mine'}],
    [{type: 'lease', word: 'taken'}],
    [{type: 'deletion', list: 'others', id: 'a', isMade: true}],
    [{type: 'deletion', list: 'visits', isMade: true}],
    [{type: 'session', workspaceId: 'a'}],
    [{type: 'emptied'}],
    [[]],
  ])('refuses %j', (data) => {
    expect(asTabMessage(data)).toBeUndefined()
  })

  test('never throws, whatever a script of the origin posts', () => {
    fc.assert(fc.property(fc.anything(), (data) => void asTabMessage(data)))
  })
})

test('without a document the bus carries nothing and ends without a trace', () => {
  const bus = browserTabBus('test')
  const heard: unknown[] = []
  bus.subscribe((message) => void heard.push(message))
  bus.post({type: 'catalogue'})
  bus.close()
  expect(heard).toEqual([])
})
