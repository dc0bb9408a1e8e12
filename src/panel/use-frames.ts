import {useEffect, useRef} from 'react'

/** Calls back a few times a second while the page is painted, and never in the background. */
export function useFrames(everyMs: number, onFrame: () => void): void {
  const latest = useRef(onFrame)
  useEffect(() => {
    latest.current = onFrame
  })
  useEffect(() => {
    let lastMs = Number.NEGATIVE_INFINITY
    let handle = 0
    const frame = (atMs: number) => {
      if (atMs - lastMs >= everyMs) {
        lastMs = atMs
        latest.current()
      }
      handle = requestAnimationFrame(frame)
    }
    handle = requestAnimationFrame(frame)
    return () => cancelAnimationFrame(handle)
  }, [everyMs])
}
