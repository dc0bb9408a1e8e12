import {useEffect, useState} from 'react'

/** True once `isOn` has held for `delayMs`; false at once when it ends. Keeps short waits free of flicker. */
export function useDelayed(isOn: boolean, delayMs: number): boolean {
  const [isLate, setLate] = useState(false)
  useEffect(() => {
    if (!isOn) {
      return undefined
    }
    const timer = setTimeout(() => setLate(true), delayMs)
    return () => {
      clearTimeout(timer)
      setLate(false)
    }
  }, [isOn, delayMs])
  return isOn && isLate
}
