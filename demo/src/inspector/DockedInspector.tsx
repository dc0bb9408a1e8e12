import {emptyRecording, type Recorder, startRecorder} from 'keepspace/inspector'
import {InspectorPanel} from 'keepspace/inspector-panel'
import {useKeepspace} from 'keepspace/react'
import {useCallback, useEffect, useRef} from 'react'
import {chartLayout} from './chart-layout.ts'

/** The inspector below the app. It records from when it is opened until it is closed. */
export function DockedInspector({onClose}: {readonly onClose: () => void}) {
  const keepspace = useKeepspace()
  const recorder = useRef<Recorder>(undefined)
  useEffect(() => {
    recorder.current = startRecorder(keepspace)
    return () => recorder.current?.stop()
  }, [keepspace])
  const read = useCallback(() => recorder.current?.read() ?? emptyRecording, [])
  return (
    <aside className="inspector-dock" aria-label="Inspector">
      <InspectorPanel read={read} layout={chartLayout} onClose={onClose} />
    </aside>
  )
}
