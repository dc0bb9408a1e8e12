import type {PageEvent, PageLifecycle} from '../model/page-lifecycle.ts'

/**
 * The events of the browser's page. `visibilitychange` to hidden is the last one to count on where pages are killed
 * without a word; `pagehide` and `freeze` cover the other ways of leaving. Without a document, nothing ever happens.
 */
export const browserPageLifecycle: PageLifecycle = {
  subscribe: (listener) => {
    if (typeof document === 'undefined') {
      return () => undefined
    }
    const onVisibility = () => listener(document.visibilityState === 'hidden' ? 'hidden' : 'visible')
    const onLeaving = () => listener('leaving' satisfies PageEvent)
    document.addEventListener('visibilitychange', onVisibility)
    document.addEventListener('freeze', onLeaving)
    window.addEventListener('pagehide', onLeaving)
    return () => {
      document.removeEventListener('visibilitychange', onVisibility)
      document.removeEventListener('freeze', onLeaving)
      window.removeEventListener('pagehide', onLeaving)
    }
  },
}
