import type {TelemetryExport} from 'keepspace'
import {useKeepspace} from 'keepspace/react'
import {useEffect, useState} from 'react'

/** How often the page looks while it is open. */
const LOOK_MS = 2_000

/** The newest numbers, while the page is open. */
export function useTelemetry(): TelemetryExport {
  const {telemetry} = useKeepspace()
  const [numbers, setNumbers] = useState(() => telemetry.export())
  useEffect(() => {
    const timer = setInterval(() => setNumbers(telemetry.export()), LOOK_MS)
    return () => clearInterval(timer)
  }, [telemetry])
  return numbers
}
