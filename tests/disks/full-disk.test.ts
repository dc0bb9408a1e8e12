import {expect, test} from 'vitest'
import type {Engine} from '../kill/killable-browser.ts'
import {after, runFullDisk} from './campaign.ts'

test.each<Engine>(['leveldb', 'sqlite'])(
  'a full disk under %s is told, nothing counts as saved until there is room and storage is healed, and then it stays',
  async (engine) => {
    const {told, told2, kept} = await runFullDisk(engine, '')

    expect(told.save).toEqual({status: 'failed', code: 'storage.quota'})
    expect(told.look).toMatchObject({level: 'unsaved', save: 'failed', code: 'storage.quota', health: 'quota'})
    expect(told.look.advice).toMatch(/^Free space on this device/)
    expect(told2).toMatchObject({level: 'unsaved'})
    expect(kept).toEqual([after, after, after])
  },
)

test('where storage is healed at the launch alone, LevelDB loses all that was acknowledged: the heal is needed again', async () => {
  const {kept} = await runFullDisk('leveldb', '?healedOnce')
  expect(kept.at(-1), 'this browser loses nothing without the second heal: it is not needed any more').toEqual({})
})
