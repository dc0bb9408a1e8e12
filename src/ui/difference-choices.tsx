import type {ReactElement} from 'react'
import type {ComponentDifference, ContentDifference, Side} from '../sessions.ts'
import {type DifferenceLine, describeDifference} from './difference-words.ts'

export type DifferenceChoicesProps = {
  readonly difference: ContentDifference
  /** The side of each component, by its key; mine where nothing is said. */
  readonly choices?: Readonly<Record<string, Side>>
  /** Without it both versions are shown, and nothing can be chosen. */
  readonly onChoose?: (key: string, side: Side) => void
  /** What a person calls a component. @defaultValue its type */
  readonly nameOf?: (component: ComponentDifference) => string
  /** What a person calls the two sides. */
  readonly sides?: Readonly<Record<Side, string>>
}

const defaultSides: Readonly<Record<Side, string>> = {mine: 'This device', theirs: 'The server'}
const order: readonly Side[] = ['mine', 'theirs']

/**
 * Both versions of each component side by side, with what differs marked, and a choice for each. Without style of its
 * own: `data-keepspace`, `data-chosen` and `data-different` are there for style sheets.
 */
export function DifferenceChoices(props: DifferenceChoicesProps): ReactElement {
  const {difference, choices = {}, onChoose, nameOf = ({type}) => type, sides = defaultSides} = props
  return (
    <>
      {difference.components.map((component) => {
        const lines = describeDifference(component)
        const choice = onChoose === undefined ? undefined : (choices[component.key] ?? 'mine')
        return (
          <fieldset key={component.key} data-keepspace="difference">
            <legend>
              {nameOf(component)} <small>{component.workspaceTitle}</small>
            </legend>
            {order.map((side) => (
              <Version
                key={side}
                name={component.key}
                words={sides[side]}
                lines={lines[side]}
                isChosen={choice === side}
                onChoose={onChoose && (() => onChoose(component.key, side))}
              />
            ))}
          </fieldset>
        )
      })}
    </>
  )
}

type VersionProps = {
  readonly name: string
  readonly words: string
  readonly lines: readonly DifferenceLine[]
  readonly isChosen: boolean
  readonly onChoose: (() => void) | undefined
}

function Version({name, words, lines, isChosen, onChoose}: VersionProps) {
  if (onChoose === undefined) {
    return (
      <div data-keepspace="difference-version">
        <span data-keepspace="difference-side">{words}</span>
        <Lines lines={lines} />
      </div>
    )
  }
  return (
    <label data-keepspace="difference-version" data-chosen={isChosen || undefined}>
      <span data-keepspace="difference-side">
        <input type="radio" name={name} checked={isChosen} onChange={onChoose} />
        {words}
      </span>
      <Lines lines={lines} />
    </label>
  )
}

function Lines({lines}: {readonly lines: readonly DifferenceLine[]}) {
  return (
    <span data-keepspace="difference-lines">
      {lines.map(({name, isDifferent, parts}) => (
        <span key={name} data-keepspace="difference-line" data-different={isDifferent || undefined}>
          <span data-keepspace="difference-name">{name}</span>{' '}
          {parts.map((part, index) =>
            part.isDifferent ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text have their place and nothing else
              <mark key={index}>{part.text}</mark>
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text have their place and nothing else
              <span key={index}>{part.text}</span>
            ),
          )}
        </span>
      ))}
    </span>
  )
}
