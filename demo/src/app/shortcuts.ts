import {useEffect, useEffectEvent} from 'react'

/** Keys as people read them; `Mod` is Ctrl, or ⌘ on a Mac. */
export type Shortcut = {readonly keys: string; readonly action: string}

export const shortcutGroups: readonly {readonly title: string; readonly shortcuts: readonly Shortcut[]}[] = [
  {
    title: 'Canvas',
    shortcuts: [
      {keys: '1 – 7', action: 'Add a timer, countdown, alarm, calculator, sticky note, note, facts'},
      {keys: 'Tab', action: 'Go from card to card'},
      {keys: 'Arrows', action: 'Move the selected card'},
      {keys: 'Delete', action: 'Delete the selected cards'},
      {keys: 'Mod Z', action: 'Bring back what was deleted last'},
      {keys: '0', action: 'Show everything'},
    ],
  },
  {
    title: 'Saving',
    shortcuts: [
      {keys: 'Mod S', action: 'Save now, to the server too if it is there'},
      {keys: 'Mod Shift S', action: 'Save to the server under a name'},
    ],
  },
  {
    title: 'Workspaces',
    shortcuts: [
      {keys: '[  ]', action: 'Previous, next workspace'},
      {keys: 'N', action: 'New workspace'},
      {keys: 'F2', action: 'Rename the workspace, or the focused project'},
      {keys: 'Alt ← →', action: 'Move the focused tab'},
      {keys: 'Alt ↑ ↓', action: 'Move the focused project'},
      {keys: 'I', action: 'Open or close the inspector'},
      {keys: '?', action: 'Show this list'},
    ],
  },
]

/** Calls `onPress` for a key pressed outside of text fields and dialogs. Return true when the key was used. */
export function useShortcuts(onPress: (key: string, event: KeyboardEvent) => boolean): void {
  const handle = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || isTyping(event.target) || isInDialog()) {
      return
    }
    const isModified = event.ctrlKey || event.metaKey
    if (onPress(isModified ? `Mod ${event.key.toLowerCase()}` : event.key, event)) {
      event.preventDefault()
    }
  })
  useEffect(() => {
    const listener = (event: KeyboardEvent) => handle(event)
    window.addEventListener('keydown', listener)
    return () => window.removeEventListener('keydown', listener)
  }, [])
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable="true"]') !== null
}

function isInDialog(): boolean {
  return document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null
}
