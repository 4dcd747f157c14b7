import type { ReactNode } from 'react'

/** Why something that somebody wanted to do did not work. */
export function Failure({ children }: { children: ReactNode }) {
  return (
    <p className="failure" role="alert">
      {children}
    </p>
  )
}
