import type {InspectionEntry} from '../model/inspection.ts'
import {type ActorView, emptyView, type InspectionView, viewAfter} from './inspection-view.ts'

/** What was told of charts, the newest part of it, and how everything was before that. */
export type Recording = {
  /** How everything was before the first entry. */
  readonly base: InspectionView
  /** Oldest first. */
  readonly entries: readonly InspectionEntry[]
  /** So many entries came before the first one and are folded into `base`. */
  readonly dropped: number
}

/** A recording that grows. */
export type GrowingRecording = {
  add(entry: InspectionEntry): void
  /** As it is now. The same object until something is added. */
  read(): Recording
}

/** So many entries are kept when nobody says otherwise. */
const DEFAULT_RECORDING_CAPACITY = 5_000

export const emptyRecording: Recording = {base: emptyView, entries: [], dropped: 0}

/** Grows to `capacity` entries; what is older is folded into how everything was at first. */
export function createGrowingRecording(capacity = DEFAULT_RECORDING_CAPACITY, from = emptyRecording): GrowingRecording {
  /** Folded together, since each fold copies how everything was. */
  const chunk = Math.max(1, Math.floor(capacity / 8))
  let {base, dropped} = from
  let entries: InspectionEntry[] = [...from.entries]
  let shown: Recording | undefined = from
  return {
    add: (entry) => {
      shown = undefined
      entries.push(entry)
      if (entries.length > capacity) {
        base = viewAfter(base, entries.slice(0, chunk))
        entries = entries.slice(chunk)
        dropped += chunk
      }
    },
    read: () => {
      shown ??= {base, dropped, entries: [...entries]}
      return shown
    },
  }
}

/** How everything was after the first `count` of the entries that are kept. */
export function viewAt(recording: Recording, count: number): InspectionView {
  return viewAfter(recording.base, recording.entries.slice(0, Math.max(0, count)))
}

/** Every actor of a recording that was there at any time, in the order they were met. */
export function actorsOf({base, entries}: Recording): readonly ActorView['actor'][] {
  const actors = new Map([...base.actors.values()].map(({actor}) => [actor.sessionId, actor]))
  for (const entry of entries) {
    if (entry.type === 'actor') {
      actors.set(entry.actor.sessionId, entry.actor)
    }
  }
  return [...actors.values()]
}
