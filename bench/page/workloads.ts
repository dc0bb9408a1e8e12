import type {Durability} from '../../src/model/storage-port.ts'
import type {Contender, ContenderName} from './contender.ts'
import {createKeepspaceContender} from './keepspace-contender.ts'
import {createMapContender} from './map-contender.ts'
import {createRawCheckedContender, createRawContender, createRawPutContender} from './raw-contenders.ts'
import {type Place, type Shape, spread} from './shape.ts'
import {countWrites, type Writes} from './writes.ts'

const makers: Readonly<Record<ContenderName, () => Contender>> = {
  map: createMapContender,
  raw: createRawContender,
  rawChecked: createRawCheckedContender,
  rawPut: createRawPutContender,
  keepspace: createKeepspaceContender,
}

const opened = new Map<ContenderName, Contender>()
let count = 0

/** Opens contenders side by side. */
export async function open(names: readonly ContenderName[], shape: Shape): Promise<void> {
  for (const name of names) {
    const contender = makers[name]()
    await contender.open(shape)
    opened.set(name, contender)
  }
}

export async function closeAll(): Promise<void> {
  for (const contender of opened.values()) {
    await contender.close()
  }
  opened.clear()
}

export function contenderOf(name: ContenderName): Contender {
  const contender = opened.get(name)
  if (contender === undefined) {
    throw new Error(`${name} is not open`)
  }
  return contender
}

/** A value that no component holds yet. */
export function nextCount(): number {
  count += 1
  return count
}

/**
 * Microseconds per update, in the calling turn. `isAlone`: each update is a burst of its own, and what follows it
 * before the next task counts too. What it leaves to be saved is saved afterwards, untimed.
 */
export async function timeUpdates(work: {
  readonly name: ContenderName
  readonly shape: Shape
  readonly edited: Shape
  readonly updates: number
  readonly isAlone: boolean
}): Promise<number> {
  const contender = contenderOf(work.name)
  const places = spread(work.shape, work.edited)
  const startedAt = performance.now()
  for (let index = 0; index < work.updates; index++) {
    contender.update(places[index % places.length] as Place, nextCount())
    if (work.isAlone) {
      await undefined
    }
  }
  const passedMs = performance.now() - startedAt
  await contender.flush('relaxed')
  return (passedMs * 1_000) / work.updates
}

type FlushWork = {
  readonly name: ContenderName
  readonly shape: Shape
  /** How many components of how many workspaces are changed before the flush. */
  readonly edited: Shape
  readonly durability: Durability
}

/** Milliseconds from before the edits until all of them are durable, `times` times. */
export async function timeFlushes(work: FlushWork & {readonly times: number}): Promise<number[]> {
  const passed: number[] = []
  for (let time = 0; time < work.times; time++) {
    await nextTask()
    const startedAt = performance.now()
    await editAndFlush(work)
    passed.push(performance.now() - startedAt)
  }
  return passed
}

/** What one such flush writes. */
export const countFlush = (work: FlushWork): Promise<Writes> => countWrites(() => editAndFlush(work))

/** Milliseconds until an evicted workspace can be read again. */
export async function timeRestore(name: ContenderName, workspace: number): Promise<number> {
  const contender = contenderOf(name)
  await contender.evict(workspace)
  await nextTask()
  const startedAt = performance.now()
  const components = await contender.restore(workspace)
  const passedMs = performance.now() - startedAt
  if (components === 0) {
    throw new Error(`${name} restored nothing`)
  }
  return passedMs
}

/** Lets timers and events of the browser run. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}

async function editAndFlush({name, shape, edited, durability}: FlushWork): Promise<void> {
  const contender = contenderOf(name)
  const places = spread(shape, edited)
  for (const place of places) {
    contender.update(place, nextCount())
  }
  await contender.flush(durability, edited.workspaces === 1 ? places[0]?.workspace : undefined)
}
