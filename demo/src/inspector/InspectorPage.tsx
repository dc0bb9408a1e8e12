import {emptyRecording, type InspectedApp, receiveInspection} from 'keepspace/inspector'
import {InspectorPanel} from 'keepspace/inspector-panel'
import {useEffect, useState} from 'react'
import {chartLayout} from './chart-layout.ts'

const LOOK_EVERY_MS = 500

/** A page of its own that looks at every tab of the app in this browser, or at a file. */
export function InspectorPage() {
  const [apps, setApps] = useState<readonly InspectedApp[]>([])
  const [chosen, setChosen] = useState('')
  useEffect(() => {
    const receiver = receiveInspection()
    const timer = setInterval(() => {
      const next = receiver.apps()
      setApps((before) => (next.length === before.length ? before : next))
    }, LOOK_EVERY_MS)
    return () => {
      clearInterval(timer)
      receiver.stop()
    }
  }, [])
  const app = apps.find(({id}) => id === chosen) ?? apps.at(-1)
  return (
    <main className="inspector-page">
      <h1 className="visually-hidden">Keepspace inspector</h1>
      {app === undefined && (
        <p className="inspector-hint">Open the app in another tab of this browser, or import a file.</p>
      )}
      {apps.length > 1 && (
        <label className="inspector-hint">
          Tab{' '}
          <select value={app?.id} onChange={(event) => setChosen(event.target.value)}>
            {apps.map(({id, title}, index) => (
              <option key={id} value={id}>
                {index + 1}: {title}
              </option>
            ))}
          </select>
        </label>
      )}
      <InspectorPanel read={app?.read ?? readNothing} layout={chartLayout} title={app?.title ?? 'Inspector'} />
    </main>
  )
}

const readNothing = () => emptyRecording
