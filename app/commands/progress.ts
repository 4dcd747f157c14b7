const BAR_WIDTH = 30

/** Where progress is shown: a terminal gets one line that moves, anything else a line for every tenth. */
export interface Progress {
  /** `done` from 0 to 1; `text` says what was done so far. */
  show(done: number, text: string): void
  /** Takes the moving line away. */
  end(): void
}

export function createProgress(out: { isTTY?: boolean; write(text: string): unknown }): Progress {
  let toldTenths = 0
  let shownWidth = 0

  function move(line: string): void {
    out.write(`\r${line.padEnd(shownWidth)}`)
    shownWidth = line.length
  }

  return {
    show(done, text) {
      const percent = `${Math.floor(done * 100)} %`.padStart(5)
      if (out.isTTY === true) {
        const filled = Math.round(done * BAR_WIDTH)
        move(`[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}] ${percent}  ${text}`)
        return
      }
      const tenths = Math.floor(done * 10)
      if (tenths <= toldTenths) return
      toldTenths = tenths
      out.write(`${percent}  ${text}\n`)
    },
    end() {
      if (shownWidth > 0) out.write(`\r${' '.repeat(shownWidth)}\r`)
      shownWidth = 0
    },
  }
}
