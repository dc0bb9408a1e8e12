import type {PageEvent, PageLifecycle} from '../model/page-lifecycle.ts'

/**
 * The events of the browser's page. `visibilitychange` to hidden is the last one to count on where pages are killed
 * without a word; `pagehide` and `freeze` cover the other ways of leaving. Without a document, nothing ever happens.
 */
export const browserPageLifecycle: PageLifecycle = {
  getState: () =>
    typeof document === 'undefined'
      ? {isVisible: true, isFocused: true}
      : {isVisible: document.visibilityState !== 'hidden', isFocused: document.hasFocus(), isOnline: navigator.onLine},
  subscribe: (listener) => {
    if (typeof document === 'undefined') {
      return () => undefined
    }
    const tell = (event: PageEvent) => () => listener(event)
    const onVisibility = () => listener(document.visibilityState === 'hidden' ? 'hidden' : 'visible')
    // A page that comes back from the back and forward cache may say no more than that.
    const onShown = ({persisted}: PageTransitionEvent) => {
      if (persisted) {
        listener('resumed')
        onVisibility()
      }
    }
    const stops = [
      listen(document, 'visibilitychange', onVisibility),
      listen(document, 'freeze', tell('frozen')),
      listen(document, 'resume', tell('resumed')),
      listen(window, 'pagehide', tell('leaving')),
      listen(window, 'pageshow', onShown as EventListener),
      listen(window, 'focus', tell('focused')),
      listen(window, 'blur', tell('blurred')),
      listen(window, 'online', tell('online')),
      listen(window, 'offline', tell('offline')),
    ]
    return () => {
      for (const stop of stops) {
        stop()
      }
    }
  },
}

function listen(target: EventTarget, type: string, listener: EventListener | (() => void)): () => void {
  target.addEventListener(type, listener)
  return () => target.removeEventListener(type, listener)
}
