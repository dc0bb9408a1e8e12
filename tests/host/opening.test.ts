import {expect, test} from 'vitest'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {startKeepspace} from '../support/start-keepspace.ts'

test('storage begins to open before the first chart is made, and once', async () => {
  const happened: string[] = []
  const inner = memoryStorage({isPersistent: true})
  const target = {
    ...inner,
    open: () => {
      happened.push('open')
      return inner.open()
    },
  }
  const {keepspace} = await startKeepspace({target, inspect: () => void happened.push('chart')})
  await keepspace.whenStarted()

  expect(happened[0]).toBe('open')
  expect(happened.filter((what) => what === 'open')).toHaveLength(1)
  expect(happened).toContain('chart')
})
