import type {EvictionCause, EvictionExplanation, EvictionProtection, EvictionTier} from '../model/eviction.ts'
import type {SaveReason} from '../model/save.ts'

/** One or two sentences that say why a workspace is in memory, left it, or would be the next to go. */
export function sentenceOf(
  explanation: Omit<EvictionExplanation, 'sentence'>,
  departure: SaveReason | undefined,
): string {
  const {state, standing, decision, place} = explanation
  switch (state) {
    case 'blocked':
      return 'It is stored on this device and waits: there is no room for it in memory.'
    case 'cold':
      return `${departureWords(departure)}It is stored on this device and not in memory.`
    case 'evicted': {
      const row = decision?.ranking.find(({id}) => id === decision.victimId)
      const because = row === undefined ? '' : ` ${tierWords[row.tier]}`
      return `${causeWords[decision?.cause ?? 'capacity']}${because} It was stored first and opens as it was.`
    }
    case 'kept':
      return keptWords[standing?.reason as EvictionProtection]
    case 'goesNext':
      return `It is stored and let go first when room is needed.${tierOf(standing?.tier)}`
    case 'mayGo':
      return `It may be let go when room is needed, after ${othersWords((place ?? 1) - 1)}.${tierOf(standing?.tier)}`
  }
}

function departureWords(departure: SaveReason | undefined): string {
  switch (departure) {
    case 'unload':
      return 'It was closed. '
    case 'switch':
      return 'Its entry was left. '
    default:
      return ''
  }
}

const othersWords = (count: number): string => (count === 1 ? 'one other' : `${count} others`)

const tierOf = (tier: EvictionTier | undefined): string => (tier === undefined ? '' : ` ${tierWords[tier]}`)

const causeWords: Record<EvictionCause, string> = {
  capacity: 'It was let go because no more workspaces fit in memory.',
  memoryPressure: 'It was let go because memory was running low.',
  request: 'It was let go because memory was asked back.',
}

const tierWords: Record<EvictionTier, string> = {
  empty: 'It is empty.',
  content: 'It holds nothing that runs and was not used more than others.',
  default: 'It is the first one of its entry, so those with less reason to stay go before it.',
  running: 'Something runs in it that goes on by itself when it is opened again.',
  never: 'Nothing may let it go.',
}

const keptWords: Record<EvictionProtection, string> = {
  visible: 'It stays because you see it.',
  shared: 'It stays because it belongs to everything.',
  pinned: 'It stays because you pinned it.',
  notDurable: 'It stays because its newest changes cannot be stored yet.',
  attached: 'It stays because another part of the app owns its content.',
  loading: 'It stays because it is being loaded.',
  needsConsent: 'It stays because something runs in it that would be lost. It goes only if you say so.',
  refused: 'It stays for now because letting it go did not work a moment ago.',
  running: 'It stays because something runs in it.',
  recentlySeen: 'It stays because you saw it not long ago.',
  oftenRevisited: 'It stays because you come back to it often.',
}
