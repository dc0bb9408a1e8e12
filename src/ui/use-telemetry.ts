import {useEffect, useState} from 'react'
import type {TelemetryExport} from '../model/telemetry.ts'
import {useKeepspaceScope} from './contexts.ts'

/** How often a view looks while it is shown: telemetry tells of each event, which is more than anybody can read. */
const LOOK_MS = 2_000

/**
 * What telemetry counted, looked at every two seconds while it is shown.
 *
 * @param options.everyMs - milliseconds. @defaultValue 2,000
 * @throws {@link KeepspaceError} `usage` without `KeepspaceProvider`.
 */
export function useTelemetry({everyMs = LOOK_MS}: {readonly everyMs?: number} = {}): TelemetryExport {
  const {keepspace, time} = useKeepspaceScope()
  const [numbers, setNumbers] = useState(() => keepspace.telemetry.export())
  useEffect(() => {
    const look = () => {
      setNumbers(keepspace.telemetry.export())
      timer = time.setTimeout(look, everyMs)
    }
    let timer = time.setTimeout(look, everyMs)
    return () => time.clearTimeout(timer)
  }, [keepspace, time, everyMs])
  return numbers
}
