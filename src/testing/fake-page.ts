import type {PageEvent, PageLifecycle, PageState} from '../model/page-lifecycle.ts'
import type {TabBus, TabMessage} from '../model/tab-bus.ts'

/** A page that a test hides and leaves. */
export type FakePage = {
  readonly lifecycle: PageLifecycle
  /** Tells everybody, synchronously, as a browser does. */
  emit(event: PageEvent): void
}

/**
 * Makes a page that stays as it is until a test says otherwise.
 *
 * @param state - what it is at first. @defaultValue visible and focused
 */
export function createFakePage(state: PageState = {isVisible: true, isFocused: true}): FakePage {
  const listeners = new Set<(event: PageEvent) => void>()
  return {
    lifecycle: {
      subscribe: (listener) => {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
      getState: () => state,
    },
    emit: (event) => {
      for (const listener of listeners) {
        listener(event)
      }
    },
  }
}

/** Makes buses that hear each other, one for each tab. A message arrives a microtask later, like a real one never at once. */
export function createFakeBuses(): () => TabBus {
  const tabs = new Set<{readonly hear: (message: TabMessage) => void}>()
  return () => {
    const listeners = new Set<(message: TabMessage) => void>()
    const self = {
      hear: (message: TabMessage) => {
        for (const listener of listeners) {
          listener(message)
        }
      },
    }
    tabs.add(self)
    return {
      post: (message) => {
        for (const tab of tabs) {
          if (tab !== self) {
            queueMicrotask(() => tab.hear(structuredClone(message)))
          }
        }
      },
      subscribe: (listener) => {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
      close: () => void tabs.delete(self),
    }
  }
}
