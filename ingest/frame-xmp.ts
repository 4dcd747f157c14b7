/** Longer XMP is not a drone's. */
const MAX_XMP_CHARS = 262_144

/** `drone-dji:Name="value"`, as nearly all DJI cameras write it. */
const ATTRIBUTE = /drone-dji:(\w{1,40})\s{0,8}=\s{0,8}["']([^"'<]{0,300})["']/g
/** `<drone-dji:Name>value</drone-dji:Name>`, as some editors rewrite it. */
const ELEMENT = /<drone-dji:(\w{1,40})>([^<]{0,300})<\//g

/**
 * Every `drone-dji:` tag of an XMP packet as text, whichever form it has. Numbers come with a sign: `+39.80`.
 * Source: DJI's manuals of Zenmuse P1 and Mavic 3E, ExifTool's DJI tag table.
 */
export function readDjiTags(xmp: string): Map<string, string> {
  const tags = new Map<string, string>()
  const packet = xmp.slice(0, MAX_XMP_CHARS)
  for (const pattern of [ATTRIBUTE, ELEMENT]) {
    for (const [, name, value] of packet.matchAll(pattern)) tags.set(name!, value!.trim())
  }
  return tags
}
