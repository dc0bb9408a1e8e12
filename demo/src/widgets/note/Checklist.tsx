type ChecklistProps = {
  readonly text: string
  readonly doneLines: readonly number[]
  readonly onChange: (doneLines: readonly number[]) => void
}

/** The lines of a text as boxes to tick. */
export function Checklist({text, doneLines, onChange}: ChecklistProps) {
  const lines = text.split('\n').map((line, index) => ({line, index}))
  const toggle = (index: number) =>
    onChange(doneLines.includes(index) ? doneLines.filter((done) => done !== index) : [...doneLines, index])
  return (
    <ul className="checklist nodrag nowheel">
      {lines
        .filter(({line}) => line.trim() !== '')
        .map(({line, index}) => (
          <li key={index}>
            <label>
              <input type="checkbox" checked={doneLines.includes(index)} onChange={() => toggle(index)} />
              <span>{line}</span>
            </label>
          </li>
        ))}
    </ul>
  )
}
