import {readdir, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterEach, describe, expect, test, vi} from 'vitest'
import {fileStorage} from '../../../src/file.ts'
import {nodeDisk} from '../../../src/services/storage/file-disk.ts'
import {scopedStorage} from '../../../src/services/storage/scoped-storage.ts'
import {createSimulatedTime} from '../../../src/testing/simulated-time.ts'
import {testStorageContract} from '../../../src/testing/storage-contract.ts'
import {codeOf, committed, group, newFolder, relaxed, removeFoldersAfterwards} from './file-folders.ts'

removeFoldersAfterwards()
afterEach(() => {
  vi.restoreAllMocks()
})

describe(fileStorage.name, () => {
  testStorageContract({test, expect}, async () => fileStorage({directory: await newFolder()}))

  test('says that it survives the process', async () => {
    const port = await fileStorage({directory: await newFolder()}).open()
    expect({name: port.name, isPersistent: port.isPersistent}).toEqual({name: 'file', isPersistent: true})
    await port.close()
  })

  test.each([[{directory: ''}], [{directory: 'x', timeoutMs: 0}], [{directory: 'x', timeoutMs: Number.NaN}]])(
    'options that cannot work are refused at once: %o',
    (options) => {
      expect(() => fileStorage(options)).toThrow(expect.objectContaining({code: 'usage'}))
    },
  )

  test('makes its folder and those above it, for nobody else to read, and touches nothing before', async () => {
    const parent = await newFolder()
    const directory = join(parent, 'a', 'b')
    const target = fileStorage({directory})
    expect(await readdir(parent)).toEqual([])

    const port = await target.open()
    await port.commit([group('head/a', 0)], {durability: 'strict'})
    await port.close()
    const paths = await readdir(parent, {recursive: true})
    const modes = await Promise.all(
      paths.map(async (path) => {
        const info = await stat(join(parent, path))
        return `${info.isDirectory() ? 'folder' : 'file'} ${(info.mode & 0o777).toString(8)}`
      }),
    )
    expect([...new Set(modes)].sort()).toEqual(['file 600', 'folder 700'])
  })

  test('two targets with the same folder, however it is written, share their records', async () => {
    const directory = await newFolder()
    const first = await fileStorage({directory}).open()
    const second = await fileStorage({directory: `${directory}/x/../`}).open()
    const attempts = [first.commit([group('head/a', 0)], relaxed), second.commit([group('head/a', 0)], relaxed)]
    const statuses = (await Promise.all(attempts)).map(([result]) => result?.status)
    expect(statuses).toEqual(['committed', 'conflict'])
    await Promise.all([first.close(), second.close()])
  })

  test('a folder that is closed and opened at the same time is never open twice', async () => {
    const directory = await newFolder()
    let port = await fileStorage({directory}).open()
    for (let revision = 0; revision < 5; revision++) {
      expect(await port.commit([group('head/a', revision)], relaxed)).toEqual(committed)
      const closed = port.close()
      port = await fileStorage({directory}).open()
      await closed
    }
    expect(await port.list('')).toEqual(['head/a'])
    await port.close()
  })

  test('a closed storage leaves record files alone: nothing in the journal, nothing half written', async () => {
    const directory = await newFolder()
    const port = await fileStorage({directory}).open()
    await port.commit([group('head/a', 0, [{key: 'c/a/x', value: 1}])], relaxed)
    await port.close()
    const files = (await readdir(directory, {recursive: true, withFileTypes: true})).filter((entry) => entry.isFile())
    const byFolder = files.map(({name, parentPath}) => `${parentPath.slice(directory.length)}/${name}`)
    expect(byFolder.map((path) => path.replace(/[0-9a-f]{64}/, '#')).sort()).toEqual([
      '/journal/applied.json',
      '/lock/1.lock',
      '/records/#.record',
      '/records/#.record',
    ])
  })
})

describe(`${fileStorage.name} in a scope`, () => {
  testStorageContract({test, expect}, async () => scopedStorage(fileStorage({directory: await newFolder()}), 'user'))
})

describe('durability', () => {
  test('strict flushes the commit and its name before it is acknowledged, relaxed nothing', async () => {
    const directory = await newFolder()
    const port = await fileStorage({directory}).open()
    const write = vi.spyOn(nodeDisk, 'write')
    const flushFolder = vi.spyOn(nodeDisk, 'flushFolder')
    await port.commit([group('head/a', 0)], relaxed)
    expect(write.mock.calls.map(([, , options]) => options)).toEqual([{isFlushed: false}])
    expect(flushFolder).not.toHaveBeenCalled()

    await port.commit([group('head/b', 0)], {durability: 'strict'})
    expect(write.mock.calls.map(([, , options]) => options)).toEqual([{isFlushed: false}, {isFlushed: true}])
    expect(flushFolder).toHaveBeenLastCalledWith(join(directory, 'journal'))
    await port.close()
  })
})

describe('a disk that refuses', () => {
  test.each([
    ['ENOSPC', 'storage.quota'],
    ['EDQUOT', 'storage.quota'],
    ['EACCES', 'storage.unavailable'],
    ['EROFS', 'storage.unavailable'],
    ['EIO', 'storage.unavailable'],
  ])('with %s rejects a commit with %s and stores nothing; later the same commit lands', async (system, code) => {
    const port = await fileStorage({directory: await newFolder()}).open()
    const reason = Object.assign(new Error(`${system}: /home/someone`), {code: system})
    vi.spyOn(nodeDisk, 'write').mockRejectedValueOnce(reason)
    await expect(port.commit([group('head/a', 0)], relaxed)).rejects.toMatchObject({
      name: 'KeepspaceError',
      code,
      detail: system,
      cause: reason,
    })
    expect(await port.list('')).toEqual([])
    expect(await port.commit([group('head/a', 0)], relaxed)).toEqual(committed)
    await port.close()
  })

  test('to make the folder rejects opening with storage.unavailable, and opening may succeed later', async () => {
    const directory = join(await newFolder(), 'inside')
    await writeFile(directory, 'a file')
    const target = fileStorage({directory: join(directory, 'store')})
    await expect(target.open()).rejects.toMatchObject({code: 'storage.unavailable', detail: 'ENOTDIR'})
    await nodeDisk.remove(directory)
    const port = await target.open()
    expect(await port.commit([group('head/a', 0)], relaxed)).toEqual(committed)
    await port.close()
  })

  test('a file rejects a read with storage.unavailable, and the read may succeed later', async () => {
    const directory = await newFolder()
    const first = await fileStorage({directory}).open()
    await first.commit([group('head/a', 0)], relaxed)
    await first.close()
    const port = await fileStorage({directory}).open()
    vi.spyOn(nodeDisk, 'read').mockRejectedValueOnce(Object.assign(new Error('no'), {code: 'EMFILE'}))
    expect(await codeOf(port.readPrefix(''))).toBe('storage.unavailable')
    expect(await port.readPrefix('')).toEqual([{key: 'head/a', value: {revision: 1, commitId: 'head/a#1'}}])
    await port.close()
  })
})

describe('a disk that is silent', () => {
  test('ends a call with storage.timeout; what had begun may land, what had not never does', async () => {
    const time = createSimulatedTime()
    const port = await fileStorage({directory: await newFolder(), timeoutMs: 3_000, time}).open()
    let answer = () => {}
    const rename = nodeDisk.rename
    const silence = new Promise<void>((resolve) => {
      answer = resolve
    })
    const begun = vi.spyOn(nodeDisk, 'rename').mockImplementationOnce(async (from, to) => {
      await silence
      return rename(from, to)
    })

    const calls = [port.commit([group('head/a', 0)], relaxed), port.commit([group('head/b', 0)], relaxed)].map(codeOf)
    await vi.waitFor(() => expect(begun).toHaveBeenCalledOnce())
    time.advance(3_000)
    expect(await Promise.all(calls)).toEqual(['storage.timeout', 'storage.timeout'])
    answer()
    expect(await port.list('')).toEqual(['head/a'])
    await port.close()
    expect(time.pending()).toEqual([])
  })
})
