import {useEffect} from 'react'
import type {Keepspace, Undo} from '../model/handles.ts'
import {useKeepspace} from './contexts.ts'

/**
 * Lets the browser ask before the page is left, but only if something would be lost, see
 * {@link Keepspace.isSafeToLeave}: what is unsaved and fits into the last words of the page is there at the next open.
 * The listener exists only while anything is unsaved: one that is always there makes browsers drop the page from their
 * back and forward cache.
 */
export function usePreventUnsavedChanges(): void {
  const keepspace = useKeepspace()
  useEffect(() => {
    const askBeforeLeaving = (event: BeforeUnloadEvent) => {
      if (!keepspace.isSafeToLeave()) {
        event.preventDefault()
        // Chromium before 119 asks for this and ignores preventDefault.
        event.returnValue = true
      }
    }
    const setListening = (isListening: boolean) => {
      if (isListening) {
        window.addEventListener('beforeunload', askBeforeLeaving)
      } else {
        window.removeEventListener('beforeunload', askBeforeLeaving)
      }
    }
    const stopWatching = watchUnsaved(keepspace, setListening)
    return () => {
      stopWatching()
      setListening(false)
    }
  }, [keepspace])
}

/** Says whether any workspace in memory holds what is not durable: at once, and whenever that changes. */
function watchUnsaved(keepspace: Keepspace, onChange: (hasUnsaved: boolean) => void): Undo {
  const watched = new Map<string, Undo>()
  let reported: boolean | undefined
  const report = () => {
    const hasUnsaved = keepspace.getSnapshot().hot.some((id) => isUnsaved(keepspace, id))
    if (hasUnsaved !== reported) {
      reported = hasUnsaved
      onChange(hasUnsaved)
    }
  }
  const follow = () => {
    const hot = new Set<string>(keepspace.getSnapshot().hot)
    for (const [id, stop] of watched) {
      if (!hot.has(id)) {
        stop()
        watched.delete(id)
      }
    }
    for (const id of hot) {
      if (!watched.has(id)) {
        watched.set(id, keepspace.subscribeStatus(id, report))
      }
    }
    report()
  }
  const stopFollowing = keepspace.subscribe(follow)
  follow()
  return () => {
    stopFollowing()
    for (const stop of watched.values()) {
      stop()
    }
  }
}

/** Whatever was saved to a storage that is gone with the page counts, too. */
function isUnsaved(keepspace: Keepspace, id: string): boolean {
  const {save, isPersistent, lastSavedAt} = keepspace.getStatus(id)
  return save !== 'saved' || (!isPersistent && lastSavedAt !== undefined)
}
