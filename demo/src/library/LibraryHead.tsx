import {Search} from 'lucide-react'
import {hashOf} from '../app/routes.ts'
import {type LibraryName, libraryNames, libraryWords} from './library-lists.ts'
import {ages, type LibraryWish, ordersOf, sizes} from './library-query.ts'

type LibraryHeadProps = {
  readonly name: LibraryName
  readonly wish: LibraryWish
  readonly onChange: (wish: LibraryWish) => void
}

/** Which list, and what of it. */
export function LibraryHead({name, wish, onChange}: LibraryHeadProps) {
  const change = (next: Partial<LibraryWish>) => onChange({...wish, ...next, askedAt: Date.now()})
  return (
    <div className="library-head">
      <nav className="library-pages" aria-label="On the server">
        {libraryNames.map((page) => (
          <a
            key={page}
            className="library-page"
            href={hashOf({page})}
            aria-current={page === name ? 'page' : undefined}
          >
            {libraryWords[page].title}
          </a>
        ))}
      </nav>
      <search className="library-search">
        <Search aria-hidden="true" />
        <input
          type="search"
          aria-label={`Search ${name} by title`}
          placeholder="Search"
          value={wish.search}
          onChange={(event) => change({search: event.target.value})}
        />
      </search>
      <div className="library-filters">
        <Choice label="Order" options={ordersOf(name)} value={wish.order} onChange={(order) => change({order})} />
        <Choice
          label={name === 'visits' ? 'Seen' : 'Changed'}
          options={ages}
          value={wish.age}
          onChange={(age) => change({age})}
        />
        {name !== 'visits' && (
          <Choice label="Size" options={sizes} value={wish.size} onChange={(size) => change({size})} />
        )}
      </div>
    </div>
  )
}

type ChoiceProps<Value extends string> = {
  readonly label: string
  readonly options: readonly (readonly [Value, string, ...unknown[]])[]
  readonly value: Value
  readonly onChange: (value: Value) => void
}

function Choice<Value extends string>({label, options, value, onChange}: ChoiceProps<Value>) {
  return (
    <select
      className="select"
      aria-label={label}
      value={value}
      onChange={(event) => {
        const chosen = options.find(([name]) => name === event.target.value)
        if (chosen !== undefined) {
          onChange(chosen[0])
        }
      }}
    >
      {options.map(([name, words]) => (
        <option key={name} value={name}>
          {words}
        </option>
      ))}
    </select>
  )
}
