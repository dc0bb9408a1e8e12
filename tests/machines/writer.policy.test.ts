import {describe, expect, test} from 'vitest'
import {backoffMs, defaultWriterPolicy, remedyFor} from '../../src/machines/writer/writer.policy.ts'
import {withJitter} from '../../src/model/backoff.ts'
import type {KeepspaceErrorCode} from '../../src/model/errors.ts'

const remedies: Record<KeepspaceErrorCode, ReturnType<typeof remedyFor>> = {
  'storage.unavailable': 'retry',
  'storage.timeout': 'retry',
  'storage.lost': 'retry',
  'storage.quota': 'room',
  'storage.locked': 'person',
  'storage.unauthorized': 'person',
  'storage.emptied': 'person',
  'storage.returned': 'person',
  'scope.purged': 'person',
  'audit.pending': 'person',
  'revision.conflict': 'person',
  'record.corrupt': 'person',
  'record.newer': 'person',
  'content.partial': 'person',
  'value.notJson': 'person',
  'value.tooLarge': 'person',
  'value.invalid': 'person',
  'component.unknownType': 'person',
  'component.duplicate': 'person',
  'component.missing': 'person',
  'component.readOnly': 'person',
  'definition.invalid': 'person',
  'work.running': 'person',
  'workspace.trashed': 'person',
  notFound: 'person',
  'load.failed': 'person',
  'source.failed': 'person',
  'server.offline': 'person',
  'server.unauthorized': 'person',
  'server.otherUser': 'person',
  'server.busy': 'person',
  'server.refused': 'person',
  'session.gone': 'person',
  usage: 'person',
  closing: 'person',
  'memory.blocked': 'person',
  disposed: 'person',
}

describe(remedyFor.name, () => {
  test.each(Object.entries(remedies))('%s asks for %s', (code, remedy) => {
    expect(remedyFor(code as KeepspaceErrorCode)).toBe(remedy)
  })
})

describe(backoffMs.name, () => {
  test.each([
    [0, 500],
    [1, 500],
    [2, 1_000],
    [3, 2_000],
    [6, 16_000],
    [7, 30_000],
    [8, 30_000],
    [10_000, 30_000],
  ])('after %d failures the wait is %d ms', (attempt, expected) => {
    expect(backoffMs(defaultWriterPolicy, attempt)).toBe(expected)
  })
})

test.each([
  [1_000, 1, 1_000],
  [1_000, 0.5, 750],
  [1_000, 0, 500],
])('a wait of %d ms with the chance %d becomes %d ms', (waitMs, fraction, expected) => {
  expect(withJitter(waitMs, fraction)).toBe(expected)
})
