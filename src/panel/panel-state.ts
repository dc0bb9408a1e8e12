import {startTransition, useState} from 'react'
import {emptyRecording, type Recording} from '../inspector/recording.ts'
import {importRecording} from '../inspector/recording-file.ts'
import {useFrames} from './use-frames.ts'

/** The panel is drawn anew this often while something happens. */
const REFRESH_MS = 250

export type PanelTab = 'actors' | 'chart' | 'sequence' | 'lanes' | 'decisions'

/** What of a recording is shown, and the ways to another moment. */
export type Moment = {
  readonly recording: Recording
  /** So many of its entries have happened at this moment. */
  readonly count: number
  readonly isLive: boolean
  /** Where it comes from when it is no recording of this app. */
  readonly fileName: string | undefined
  pause(): void
  resume(): void
  /** Stops at the moment after so many entries. */
  stepTo(count: number): void
  /** Goes to the next moment at which a chart or Keepspace says something, in either direction. */
  stepBy(direction: -1 | 1): void
  openFile(name: string, text: string): void
}

type Frozen = {readonly recording: Recording; readonly count: number; readonly fileName: string | undefined}

/** Follows a recording, or stands still in it. */
export function useMoment(read: () => Recording): Moment {
  const [live, setLive] = useState<Recording>(emptyRecording)
  const [frozen, setFrozen] = useState<Frozen>()
  useFrames(REFRESH_MS, () => {
    if (frozen === undefined) {
      // Drawing hundreds of actors may be put off for whatever a person does.
      startTransition(() => setLive(read()))
    }
  })
  const recording = frozen?.recording ?? live
  const count = frozen?.count ?? recording.entries.length
  const stepTo = (next: number) => {
    const within = Math.min(Math.max(0, next), recording.entries.length)
    setFrozen({recording, count: within, fileName: frozen?.fileName})
  }
  return {
    recording,
    count,
    isLive: frozen === undefined,
    fileName: frozen?.fileName,
    pause: () => stepTo(count),
    resume: () => setFrozen(undefined),
    stepTo,
    stepBy: (direction) => stepTo(nextStop(recording, count, direction)),
    openFile: (fileName, text) => {
      const opened = importRecording(text)
      setFrozen({recording: opened, count: opened.entries.length, fileName})
    },
  }
}

function nextStop({entries}: Recording, count: number, direction: -1 | 1): number {
  let next = count + direction
  while (next > 0 && next < entries.length && !isStop(entries[next - 1]?.type)) {
    next += direction
  }
  return next
}

function isStop(type: string | undefined): boolean {
  return type === 'snapshot' || type === 'fact'
}
