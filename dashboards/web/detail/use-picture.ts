import { useEffect, useState } from 'react'
import type { Api } from '../api.ts'

export type Picture = { state: 'loading' } | { state: 'ready'; url: string } | { state: 'failed' }

/** A picture of the API as an address for `<img>`, given back to the browser when it is no longer shown. */
export function usePicture(api: Api, path: string | null): Picture {
  const [picture, setPicture] = useState<Picture>({ state: 'loading' })
  useEffect(() => {
    let url: string | undefined
    let isWanted = true
    setPicture(path === null ? { state: 'failed' } : { state: 'loading' })
    if (path === null) return
    api.picture(path).then(
      (blob) => {
        if (!isWanted) return
        url = URL.createObjectURL(blob)
        setPicture({ state: 'ready', url })
      },
      () => isWanted && setPicture({ state: 'failed' }),
    )
    return () => {
      isWanted = false
      if (url !== undefined) URL.revokeObjectURL(url)
    }
  }, [api, path])
  return picture
}
