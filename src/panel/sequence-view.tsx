import {memo, type ReactElement, useDeferredValue, useEffect, useRef} from 'react'
import type {Message} from '../inspector/messages.ts'
import {clockOf} from './words.ts'

const COLUMN = 132

type SequenceViewProps = {
  readonly messages: readonly Message[]
  /** Number of entries that are shown; the message there is marked. */
  readonly count: number
  readonly isLive: boolean
  /** Steps to the moment after an entry. */
  readonly onStep: (count: number) => void
}

/** Who told whom what, one message under the other. */
export function SequenceView({messages: newest, count, isLive, onStep}: SequenceViewProps): ReactElement {
  // All rows change with each new message: deferred, they are drawn in pieces and keep the page from nothing else.
  const messages = useDeferredValue(newest)
  const end = useRef<HTMLDivElement>(null)
  const last = messages.at(-1)?.index
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message is followed
  useEffect(() => {
    if (isLive) {
      end.current?.scrollIntoView({block: 'nearest'})
    }
  }, [last, isLive])
  if (messages.length === 0) {
    return <p className="ksi-empty">No messages yet that match.</p>
  }
  const names = [...new Set(messages.flatMap(({from, to}) => [from ?? OUTSIDE, to]))]
  const columns = new Map(names.map((name, index) => [name, index]))
  const width = names.length * COLUMN
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
    <section className="ksi-sequence" aria-label="Messages" tabIndex={0}>
      <div className="ksi-heads" style={{width: width + TIME_WIDTH}}>
        {names.map((name) => (
          <span key={name} title={name} style={{width: COLUMN}}>
            {name.replace(/^keepspace\./, '')}
          </span>
        ))}
      </div>
      {messages.map(({index, atMs, from, to, event}, place) => (
        <MessageRow
          // biome-ignore lint/suspicious/noArrayIndexKey: rows hold no state, and are cheaper changed than made
          key={place}
          index={index}
          time={clockOf(atMs)}
          words={`${event.type} from ${from ?? OUTSIDE} to ${to}`}
          type={event.type}
          fromColumn={columns.get(from ?? OUTSIDE) ?? 0}
          toColumn={columns.get(to) ?? 0}
          width={width}
          isNow={index === count - 1}
          onStep={onStep}
        />
      ))}
      <div ref={end} />
    </section>
  )
}

/** Where events come from that no chart sent. */
const OUTSIDE = 'the app'
const TIME_WIDTH = 92

type MessageRowProps = {
  readonly index: number
  readonly time: string
  readonly words: string
  readonly type: string
  readonly fromColumn: number
  readonly toColumn: number
  readonly width: number
  readonly isNow: boolean
  readonly onStep: (count: number) => void
}

const MessageRow = memo((props: MessageRowProps) => {
  const {index, time, words, type, fromColumn, toColumn, width, isNow, onStep} = props
  const from = (fromColumn + 0.5) * COLUMN
  const to = (toColumn + 0.5) * COLUMN
  const tip = to > from ? -5 : 5
  return (
    <button
      type="button"
      className="ksi-message"
      aria-label={`${time} ${words}`}
      aria-current={isNow || undefined}
      style={{width: width + TIME_WIDTH}}
      onClick={() => onStep(index + 1)}
    >
      <span className="ksi-time">{time}</span>
      <svg aria-hidden="true" style={{width, height: 30, backgroundSize: `${COLUMN}px 100%`}}>
        {from === to ? (
          <path d={`M${from} 14h16v8h-13m4 -3 -4 3 4 3`} />
        ) : (
          <path d={`M${from} 20H${to}m${tip} -4 ${-tip} 4 ${tip} 4`} />
        )}
        <text
          x={from === to ? from + 20 : (from + to) / 2}
          y={from === to ? 22 : 15}
          textAnchor={from === to ? 'start' : 'middle'}
        >
          {type.replace(/^xstate\./, '')}
        </text>
      </svg>
    </button>
  )
})
