/** How sure the one who edits can be that the edit was taken. */
export type AcceptMode =
  /** Shown at once. */
  | 'sure'
  /** Made before the workspace was loaded; may turn out not to fit. */
  | 'pending'
  /** Only where nothing is stored. */
  | 'ifAbsent'
  /** By the catalogue, which writes over what other tabs wrote: the newest title wins. */
  | 'catalogue'
  /** Into memory that stands in for storage: it may be stored once storage is there, and nothing promises that. */
  | 'unpromised'

/** How safe something is said to be. */
export type ClaimedLevel = 'onDevice' | 'flushed'

/** What happened, in words that have nothing to do with the product's own. A register is one value of a workspace. */
export type CheckedEvent =
  | {
      readonly type: 'accepted'
      readonly tab: string
      readonly workspace: string
      readonly register: string
      readonly value: string | undefined
      readonly mode: AcceptMode
      /** Whether storage may take it at all: it is small enough and has the right form. */
      readonly isStorable: boolean
    }
  | {
      readonly type: 'landed'
      readonly tab: string
      readonly transaction: number
      readonly workspace: string
      readonly isStrict: boolean
      readonly revision: number
      readonly componentCount: number
      /** Raised whenever a tab takes the writing over from another one. */
      readonly fence: number
      readonly writes: readonly (readonly [register: string, value: string | undefined])[]
      /** Values put aside instead of being lost. */
      readonly kept: readonly (readonly [register: string, value: string | undefined])[]
      /** UTF-8 bytes of the largest record in it. */
      readonly largestBytes: number
    }
  /** Values were kept for good without a commit of the workspace. */
  | {
      readonly type: 'kept'
      readonly transaction: number
      readonly isStrict: boolean
      readonly workspace: string
      readonly kept: readonly (readonly [register: string, value: string | undefined])[]
    }
  /** The last words of a tab are stored. */
  | {
      readonly type: 'lastWords'
      readonly tab: string
      readonly transaction: number
      readonly workspace: string
      readonly words: readonly (readonly [register: string, value: string | undefined])[]
    }
  /** A tab reads what is stored now; it knows of it when it is delivered. */
  | {
      readonly type: 'read'
      readonly tab: string
      readonly reading: number
      readonly workspace: string
      readonly isWhole: boolean
    }
  | {readonly type: 'delivered'; readonly tab: string; readonly reading: number}
  /** What is stored under a register may be read by this version of the app, not written. */
  | {readonly type: 'sealed'; readonly workspace: string; readonly register: string}
  | {readonly type: 'loaded'; readonly tab: string; readonly workspace: string}
  | {readonly type: 'dropped'; readonly tab: string; readonly workspace: string}
  | {readonly type: 'crashed'; readonly lost: readonly number[]}
  /** A person left these workspaces: whatever runs in them ends now, until somebody wants them again. */
  | {readonly type: 'left'; readonly tab: string; readonly workspaces: readonly string[]; readonly since: number}
  | {readonly type: 'wanted'; readonly tab: string; readonly workspace: string}
  /** A timer in it counted one more second. */
  | {
      readonly type: 'ticked'
      readonly tab: string
      readonly workspace: string
      readonly seconds: number
      readonly atMs: number
    }
  /** Storage holds nothing any more; which workspaces a second place still knows. */
  | {readonly type: 'emptied'; readonly remembered: readonly string[]}
  /** A person decided that what storage lost is gone. */
  | {readonly type: 'decided'}
  /** A new page says what is gone, of what a second place knows and storage does not hold. */
  | {
      readonly type: 'reported'
      readonly tab: string
      readonly missing: readonly string[]
      readonly reported: readonly string[]
    }
  /** A tab that was asked to end says what is not saved. */
  | {
      readonly type: 'closed'
      readonly tab: string
      readonly tookMs: number
      readonly boundMs: number
      readonly unsaved: readonly string[]
    }
  | {readonly type: 'damaged'; readonly workspace: string; readonly register: string}
  | {readonly type: 'called'; readonly tab: string; readonly workspaces: readonly string[]}
  | {
      readonly type: 'answered'
      readonly tab: string
      readonly workspaces: readonly string[]
      readonly hasFailed: boolean
    }
  /** A page did not run for a while. */
  | {readonly type: 'slept'; readonly tab: string}
  /** A page was told not to look at the memory of the device any more. */
  | {readonly type: 'unwatched'; readonly tab: string}
  /** Somebody wants to keep it in memory on purpose, or no longer. */
  | {readonly type: 'pinned'; readonly tab: string; readonly workspace: string; readonly isPinned: boolean}
  /** That is stored. */
  | {readonly type: 'pinSettled'; readonly tab: string; readonly workspace: string; readonly isPinned: boolean}
  /** What a new page shows of pins, and what is stored. */
  | {
      readonly type: 'pinsShown'
      readonly tab: string
      readonly pins: readonly {readonly workspace: string; readonly isPinned: boolean; readonly isStored: boolean}[]
    }
  /** What the clock on the wall shows counts from now on: what has outlived its time by that is removed. */
  | {readonly type: 'clockBelieved'; readonly transaction: number; readonly wallMs: number; readonly atMs: number}
  /** Somebody sets the clock on the wall. */
  | {readonly type: 'clockSet'; readonly fromMs: number; readonly toMs: number}
  /** What is stored says that a component rang, or that somebody dismissed that. */
  | {
      readonly type: 'claimed'
      readonly tab: string
      readonly transaction: number
      readonly workspace: string
      readonly component: string
      readonly deadlineMs: number
      readonly isDismissed: boolean
    }
  /** Storage did not take, or did not show, who claimed it. */
  | {readonly type: 'claimRefused'; readonly tab: string; readonly workspace: string; readonly component: string}
  /** A person hears it. */
  | {
      readonly type: 'rang'
      readonly tab: string
      readonly workspace: string
      readonly component: string
      readonly deadlineMs: number
      readonly wallMs: number
      /** Storage had been asked for so long who rings that a person was told all the same. */
      readonly isUnanswered: boolean
    }
  /** What a component is told to be left until its moment. */
  | {
      readonly type: 'remaining'
      readonly tab: string
      readonly workspace: string
      readonly component: string
      readonly deadlineMs: number
      readonly durationMs: number
      readonly wallMs: number
      readonly remainingMs: number | undefined
    }
  /** What a new page shows of everything that rang, after every moment that anybody asked for has passed. */
  | {
      readonly type: 'listed'
      readonly tab: string
      readonly alarms: readonly {readonly workspace: string; readonly component: string; readonly deadlineMs: number}[]
    }
  /** A page works for a person, on something that would be lost if it were stopped, or not. */
  | {
      readonly type: 'working'
      readonly tab: string
      readonly workspace: string
      readonly component: string
      readonly needsConsent: boolean
    }
  | {
      readonly type: 'workStopped'
      readonly tab: string
      readonly workspace: string
      readonly component: string
      readonly atMs: number
    }
  /** A page made room: nobody had asked for this workspace to go. */
  | {readonly type: 'evicted'; readonly tab: string; readonly workspace: string; readonly atMs: number}
  | {
      readonly type: 'viewed'
      readonly tab: string
      readonly workspace: string
      /** What the tab says of what it shows; undefined when it says that something is not saved. */
      readonly claim: ClaimedLevel | undefined
      readonly shown: ReadonlyMap<string, string>
      /** Components that the tab names as not saved, and registers that may lag. */
      readonly excluded: ReadonlySet<string>
    }
  | {
      readonly type: 'acknowledged'
      readonly tab: string
      readonly workspace: string
      /** Everything that was accepted before this event, see {@link Checker.sequence}. */
      readonly before: number
      readonly claim: ClaimedLevel
      readonly excluded: ReadonlySet<string>
    }
  | {readonly type: 'released'; readonly tab: string; readonly workspace: string}
  /** So much of the memory of the device is taken from now on, from 0 to 1. */
  | {readonly type: 'pressed'; readonly share: number; readonly atMs: number}
  /** A page may hold so many workspaces in memory from now on. */
  | {readonly type: 'capped'; readonly tab: string; readonly cap: number}
  /** A page has brought a workspace into memory. */
  | {
      readonly type: 'entered'
      readonly tab: string
      readonly workspace: string
      readonly atMs: number
      readonly cap: number
      /** What is in memory, saved, and kept there by nobody, this one perhaps included. */
      readonly settled: readonly string[]
      /** How many there are beside this one. */
      readonly inMemory: number
      readonly isStorageWell: boolean
    }
  /** What last words lie on the disk at the end: the next open asks about them. Missing means none. */
  | {
      readonly type: 'ended'
      readonly waiting?: readonly {
        readonly workspace: string
        readonly words: readonly (readonly [register: string, value: string | undefined])[]
      }[]
    }

/** The component of a register, undefined for one of the workspace itself. */
export function componentOf(register: string): string | undefined {
  const dot = register.indexOf('.')
  return dot < 0 ? undefined : register.slice(0, dot)
}
