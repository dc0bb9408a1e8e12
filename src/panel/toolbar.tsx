import type {ReactElement} from 'react'
import {exportRecording} from '../inspector/recording-file.ts'
import type {InspectionEntry} from '../model/inspection.ts'
import type {Moment} from './panel-state.ts'
import {clockOf} from './words.ts'

type ToolbarProps = {
  readonly title: string
  readonly moment: Moment
  readonly nameOf: (sessionId: string) => string
  readonly search: string
  readonly onSearch: (search: string) => void
  readonly onFailure: (sentence: string | undefined) => void
  readonly onClose: (() => void) | undefined
}

/** Search, pause, the way back through the recording, and its file. */
export function Toolbar({title, moment, nameOf, search, onSearch, onFailure, onClose}: ToolbarProps): ReactElement {
  const {recording, count, isLive, fileName} = moment
  const {length} = recording.entries
  const entry = recording.entries[count - 1]
  return (
    <div className="ksi-bar">
      <h2>{fileName ?? title}</h2>
      <input
        type="search"
        placeholder="Search actors, events, reasons"
        aria-label="Search"
        value={search}
        onChange={(event) => onSearch(event.target.value)}
      />
      <fieldset className="ksi-buttons" aria-label="Time">
        <button type="button" onClick={isLive ? moment.pause : moment.resume} title={isLive ? 'Pause (p)' : 'Live (p)'}>
          {isLive ? 'Pause' : 'Live'}
        </button>
        <button
          type="button"
          aria-label="Step back"
          title="Step back (,)"
          disabled={count === 0}
          onClick={() => moment.stepBy(-1)}
        >
          ‹
        </button>
        <button
          type="button"
          aria-label="Step on"
          title="Step on (.)"
          disabled={count >= length}
          onClick={() => moment.stepBy(1)}
        >
          ›
        </button>
      </fieldset>
      <input
        type="range"
        aria-label="Moment"
        aria-valuetext={entry && wordsOf(entry, nameOf)}
        min={0}
        max={length}
        value={count}
        onChange={(event) => moment.stepTo(Number(event.target.value))}
      />
      <fieldset className="ksi-buttons" aria-label="File">
        <button type="button" onClick={() => download(exportRecording(recording))}>
          Export
        </button>
        <label className="ksi-file">
          Import
          <input
            type="file"
            accept="application/json,.json"
            onChange={(event) => {
              const [file] = event.target.files ?? []
              event.target.value = ''
              if (file !== undefined) {
                void openFile(file, moment).then(onFailure)
              }
            }}
          />
        </label>
        {onClose && (
          <button type="button" aria-label="Close the inspector" onClick={onClose}>
            ×
          </button>
        )}
      </fieldset>
      <p className="ksi-now" data-live={isLive || undefined}>
        {isLive ? 'live' : `${count} of ${length}`}
        {recording.dropped > 0 && `, ${recording.dropped} before`}
        {entry && <span>{`${clockOf(entry.atMs)} ${wordsOf(entry, nameOf)}`}</span>}
      </p>
    </div>
  )
}

function wordsOf(entry: InspectionEntry, nameOf: (sessionId: string) => string): string {
  switch (entry.type) {
    case 'chart':
      return `chart ${entry.chart.id}`
    case 'actor':
      return `${entry.actor.systemId} begins`
    case 'fact':
      return entry.fact.type
    default:
      return `${nameOf(entry.sessionId)}: ${entry.event.type}`
  }
}

/** @returns what went wrong */
async function openFile(file: File, moment: Moment): Promise<string | undefined> {
  try {
    moment.openFile(file.name, await file.text())
    return undefined
  } catch {
    return `“${file.name}” is no recording that this version can show.`
  }
}

function download(text: string): void {
  const url = URL.createObjectURL(new Blob([text], {type: 'application/json'}))
  const link = document.createElement('a')
  link.href = url
  link.download = 'keepspace-recording.json'
  link.click()
  URL.revokeObjectURL(url)
}
