import {useKeepspace} from 'keepspace/react'
import {useEffect, useState} from 'react'

/** Whether storage is open, or known to be missing, and lists and settings are read. */
export function useStarted(): boolean {
  const keepspace = useKeepspace()
  const [isStarted, setStarted] = useState(false)
  useEffect(() => {
    let isCurrent = true
    keepspace.whenStarted().then(() => isCurrent && setStarted(true))
    return () => {
      isCurrent = false
    }
  }, [keepspace])
  return isStarted
}
