import {useEffect, useEffectEvent} from 'react'

/** Saving works while typing too: the browser would offer to save the page as a file. Not under a dialog. */
export function useSaveShortcuts({onSave, onSaveAs}: {readonly onSave: () => void; readonly onSaveAs: () => void}) {
  const handle = useEffectEvent((event: KeyboardEvent) => {
    const isModified = (event.ctrlKey || event.metaKey) && !event.altKey
    if (!isModified || event.key.toLowerCase() !== 's') {
      return
    }
    event.preventDefault()
    if (event.repeat || document.querySelector('[role="dialog"], [role="alertdialog"]') !== null) {
      return
    }
    if (event.shiftKey) {
      onSaveAs()
    } else {
      onSave()
    }
  })
  useEffect(() => {
    const listener = (event: KeyboardEvent) => handle(event)
    window.addEventListener('keydown', listener)
    return () => window.removeEventListener('keydown', listener)
  }, [])
}
