import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdir, readdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {fileStorage} from '../../../src/file.ts'
import {nodeDisk} from '../../../src/services/storage/file-disk.ts'
import {acquireLock} from '../../../src/services/storage/file-lock.ts'
import {newFolder, removeFoldersAfterwards} from './file-folders.ts'

removeFoldersAfterwards()

describe(acquireLock.name, () => {
  test('of many who want it one gets it, and the next when that one gives it up', async () => {
    const pid = await endedProcess()
    for (let round = 0; round < 20; round++) {
      const place = await newPlace()
      await writeFile(join(place.folder, '3.lock'), JSON.stringify({pid}))
      const attempts = await Promise.allSettled(Array.from({length: 8}, () => acquireLock(place)))
      const winners = attempts.filter((attempt) => attempt.status === 'fulfilled')
      expect(winners).toHaveLength(1)
      const losers = attempts.filter((attempt) => attempt.status === 'rejected')
      expect(losers.map(({reason}) => reason.code)).toEqual(losers.map(() => 'storage.unavailable'))
      expect(await readdir(place.folder)).toEqual(['4.lock'])

      await winners[0]?.value()
      const unlock = await acquireLock(place)
      expect(await readdir(place.folder)).toEqual(['5.lock'])
      await unlock()
    }
  }, 30_000)

  test('a living process keeps it, and is named', async () => {
    const place = await newPlace()
    await writeFile(join(place.folder, '1.lock'), JSON.stringify({pid: process.ppid}))
    await expect(acquireLock(place)).rejects.toMatchObject({
      code: 'storage.unavailable',
      detail: `process ${process.ppid} has it open`,
    })
    expect(await readdir(place.folder)).toEqual(['1.lock'])
  })

  test('a dead process does not keep it', async () => {
    const place = await newPlace()
    await writeFile(join(place.folder, '1.lock'), JSON.stringify({pid: await endedProcess()}))
    const unlock = await acquireLock(place)
    expect(await readdir(place.folder)).toEqual(['2.lock'])
    await unlock()
  })

  test('a process that got the id of a dead one does not keep it where the system tells them apart', async () => {
    const place = await newPlace()
    const earlier = {pid: process.ppid, startedAt: 'another boot/1'}
    await writeFile(join(place.folder, '1.lock'), JSON.stringify(earlier))
    const hasProcessTimes = process.platform === 'linux'
    expect(
      await acquireLock(place).then(
        () => 'taken over',
        () => 'kept',
      ),
    ).toBe(hasProcessTimes ? 'taken over' : 'kept')
  })

  test.each(['', '{}', 'null', 'half a fi'])(
    'a lock file that names nobody does not keep it: "%s"',
    async (content) => {
      const place = await newPlace()
      await writeFile(join(place.folder, '1.lock'), content)
      const unlock = await acquireLock(place)
      await unlock()
      expect(await readdir(place.folder)).toEqual(['2.lock'])
    },
  )
})

test('a storage that could not be opened gives the lock up', async () => {
  const directory = await newFolder()
  await mkdir(join(directory, 'journal', 'applied.json'), {recursive: true})
  await expect(fileStorage({directory}).open()).rejects.toMatchObject({code: 'storage.unavailable', detail: 'EISDIR'})
  await nodeDisk.rename(join(directory, 'journal'), join(directory, 'other'))
  const port = await fileStorage({directory}).open()
  expect(await port.list('')).toEqual([])
  await port.close()
})

async function newPlace() {
  const folder = await newFolder()
  await mkdir(join(folder, 'lock'))
  let count = 0
  const temporaryPath = () => {
    count += 1
    return join(folder, `${count}.tmp`)
  }
  return {disk: nodeDisk, folder: join(folder, 'lock'), temporaryPath}
}

/** The id of a process that has run. */
async function endedProcess(): Promise<number | undefined> {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  return child.pid
}
