import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import {randomIds} from '../../src/services/random-ids.ts'
import {createSettings} from '../../src/services/settings.ts'
import {startWriting} from '../support/start-writing.ts'

const full = new KeepspaceError('storage.quota', 'full')
const debounceMs = 300

describe('a setting', () => {
  test('takes effect at once, and is written once after a quiet moment, the newest value', async () => {
    const {settings, time, commitNext, stored, waiting} = await start()
    const first = settings.set('theme', 'dark')
    time.advance(debounceMs - 1)
    const second = settings.set('theme', {name: 'light', size: 2})
    expect(settings.get('theme')).toEqual({name: 'light', size: 2})
    time.advance(debounceMs - 1)
    expect(waiting()).toBe(0)
    time.advance(1)
    await commitNext()
    const result = {targetKind: 'setting', target: 'theme', reason: 'edit', revision: 1, durability: 'relaxed'}
    expect([await first, await second]).toMatchObject([result, result])
    expect(await stored('')).toEqual([
      {
        key: 'setting/theme',
        value: {formatVersion: 1, name: 'theme', value: {name: 'light', size: 2}, revision: 1, commitId: 'id-1'},
      },
    ])
  })

  test('goes on from its last revision, and writes over what another tab stored', async () => {
    const {settings, committing, stored, put, time} = await start()
    const set = (value: string) => {
      const written = settings.set('theme', value)
      time.advance(debounceMs)
      return committing(written)
    }
    expect((await set('dark')).revision).toBe(1)
    expect((await set('light')).revision).toBe(2)
    await put('setting/theme', {formatVersion: 1, name: 'theme', value: 'theirs', revision: 9, commitId: 'theirs'})
    expect((await set('mine')).revision).toBe(10)
    expect(await stored('setting/')).toMatchObject([{value: {value: 'mine', revision: 10}}])
  })

  test('is announced with each change and with the load', async () => {
    const {settings, port} = await start()
    const heard: unknown[] = []
    const stop = settings.subscribe(() => void heard.push(settings.get('theme')))
    void settings.set('theme', 'dark')
    await settings.load(port)
    stop()
    void settings.set('theme', 'light')
    expect(heard).toEqual(['dark', 'dark'])
  })

  test.each([
    [{due: new Date(0)}, 'setting theme.due: Date'],
    [undefined, 'setting theme: undefined'],
  ])('%o is refused and changes nothing', async (value, detail) => {
    const {settings, time} = await start()
    await expect(settings.set('theme', value as never)).rejects.toMatchObject({code: 'value.notJson', detail})
    expect({value: settings.get('theme'), timers: time.pending()}).toEqual({value: undefined, timers: []})
  })
})

describe('loading settings', () => {
  test('reads what is stored, keeps what was set meanwhile, and leaves alone what it cannot read', async () => {
    const {settings, port, put, committing, time, stored} = await start()
    const record = {formatVersion: 1, revision: 4, commitId: 'c'}
    await put('setting/theme', {...record, name: 'theme', value: 'dark'})
    await put('setting/last', {...record, name: 'last', value: 'w1'})
    await put('setting/odd', 'damaged')
    const written = settings.set('theme', 'light')
    await settings.load(port)
    expect([settings.get('theme'), settings.get('last'), settings.get('odd')]).toEqual(['light', 'w1', undefined])
    time.advance(debounceMs)
    expect((await committing(written)).revision).toBe(5)
    expect(await stored('setting/odd')).toEqual([{key: 'setting/odd', value: 'damaged'}])
  })
})

describe('a write that fails', () => {
  test('keeps the value in memory and is tried again when storage recovers', async () => {
    const {settings, time, faults, committing, stored} = await start()
    faults.fail('commit', full)
    const written = settings.set('theme', 'dark')
    time.advance(debounceMs)
    await expect(committing(written)).rejects.toBe(full)
    expect(settings.get('theme')).toBe('dark')

    settings.retryFailed()
    time.advance(debounceMs)
    await committing(settings.flush())
    expect(await stored('setting/')).toMatchObject([{value: {value: 'dark'}}])
    settings.retryFailed()
    expect(time.pending()).toEqual([])
  })

  test('that nobody waits for is nobody else’s fault', async () => {
    const {settings, time, faults, commitNext} = await start()
    faults.fail('commit', full)
    void settings.set('theme', 'dark')
    time.advance(debounceMs)
    await commitNext().catch(() => undefined)
    await time.settle()
    expect(settings.get('theme')).toBe('dark')
  })
})

describe('flushing settings', () => {
  test('writes at once what waits for its quiet moment, and what failed before', async () => {
    const {settings, time, faults, committing, stored} = await start()
    faults.fail('commit', full)
    const failing = settings.set('failed', 1)
    time.advance(debounceMs)
    await committing(failing).catch(() => undefined)
    void settings.set('waiting', 2)
    await committing(settings.flush())
    expect((await stored('setting/')).map(({key}) => key)).toEqual(['setting/failed', 'setting/waiting'])
    expect(time.pending()).toEqual([])
  })

  test('waits for a write that is under way', async () => {
    const {settings, time, commitNext, waiting} = await start()
    void settings.set('theme', 'dark')
    time.advance(debounceMs)
    let isFlushed = false
    void settings.flush().then(() => {
      isFlushed = true
    })
    await time.settle()
    expect({isFlushed, waiting: waiting()}).toEqual({isFlushed: false, waiting: 1})
    await commitNext()
    await time.settle()
    expect(isFlushed).toBe(true)
  })

  test('ends although storage fails', async () => {
    const {settings, faults, committing} = await start()
    faults.fail('commit', full, Number.POSITIVE_INFINITY)
    void settings.set('theme', 'dark')
    await expect(committing(settings.flush())).resolves.toBeUndefined()
  })
})

async function start() {
  const writing = await startWriting()
  return {...writing, settings: createSettings({writer: writing.writer, time: writing.time, ids: randomIds})}
}
