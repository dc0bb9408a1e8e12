import {useSyncExternalStore} from 'react'

/** What the address bar names. Everything else is the start. */
export type Route =
  | {readonly page: 'start'}
  | {readonly page: 'workspace'; readonly id: string}
  | {readonly page: 'entry'; readonly id: string}
  | {readonly page: 'trash'}
  | {readonly page: 'storage'}
  | {readonly page: 'plug'}
  | {readonly page: 'dashboard'}
  | {readonly page: 'sessions'}
  | {readonly page: 'snapshots'}
  | {readonly page: 'templates'}
  | {readonly page: 'visits'}

export function hashOf(route: Route): string {
  switch (route.page) {
    case 'start':
      return '#/'
    case 'workspace':
      return `#/w/${encodeURIComponent(route.id)}`
    case 'entry':
      return `#/e/${encodeURIComponent(route.id)}`
    case 'trash':
      return '#/trash'
    case 'storage':
      return '#/storage'
    case 'plug':
      return '#/plug'
    case 'dashboard':
      return '#/dashboard'
    case 'sessions':
      return '#/sessions'
    case 'snapshots':
      return '#/snapshots'
    case 'templates':
      return '#/templates'
    case 'visits':
      return '#/visits'
  }
}

export function parseHash(hash: string): Route {
  const [, kind, part] = hash.replace(/^#/, '').split('/')
  if (kind === 'trash' || kind === 'plug' || kind === 'dashboard') {
    return {page: kind}
  }
  if (kind === 'storage' || kind === 'sessions' || kind === 'snapshots') {
    return {page: kind}
  }
  if (kind === 'templates' || kind === 'visits') {
    return {page: kind}
  }
  const id = part === undefined ? '' : decode(part)
  if (id !== '' && (kind === 'w' || kind === 'e')) {
    return {page: kind === 'w' ? 'workspace' : 'entry', id}
  }
  return {page: 'start'}
}

/** Goes to a page; `replace` leaves no step in the history. */
export function navigate(route: Route, options: {readonly replace?: boolean} = {}): void {
  const hash = hashOf(route)
  if (window.location.hash === hash) {
    return
  }
  if (options.replace) {
    window.history.replaceState(null, '', hash)
    window.dispatchEvent(new HashChangeEvent('hashchange'))
  } else {
    window.location.hash = hash
  }
}

/** The page that is shown. */
export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash)
  return parseHash(hash)
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return ''
  }
}
