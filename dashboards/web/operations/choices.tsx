interface ChoicesProps<One> {
  of: readonly One[]
  wordOf: (one: One) => string
}

/** Buttons of which at most one is pressed: pressed again, it lets go. */
export function Filters<One extends string>(
  props: ChoicesProps<One> & { chosen: One | null; onChoose: (one: One | null) => void },
) {
  const { of, wordOf, chosen, onChoose } = props
  return (
    <div className="filters">
      {of.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={chosen === one}
          onClick={() => onChoose(chosen === one ? null : one)}
        >
          {wordOf(one)}
        </button>
      ))}
    </div>
  )
}

/** Three buttons of which one is pressed. */
export function Switch<One extends string | number>(
  props: ChoicesProps<One> & { chosen: One; onChoose: (one: One) => void },
) {
  const { of, wordOf, chosen, onChoose } = props
  return (
    <div className="switch is-three">
      {of.map((one) => (
        <button key={one} type="button" aria-pressed={chosen === one} onClick={() => onChoose(one)}>
          {wordOf(one)}
        </button>
      ))}
    </div>
  )
}
