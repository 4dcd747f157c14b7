import type { ToldPose } from './flight.ts'

/** The picture's pose in the `drone-dji` namespace, as DJI cameras write it: numbers as signed text. */
export function writeXmp(pose: ToldPose, focalLengthPx: number): Buffer {
  const tags = {
    AbsoluteAltitude: signed(pose.absoluteAltitudeM, 2),
    RelativeAltitude: signed(pose.relativeAltitudeM, 2),
    GpsLatitude: signed(pose.position.lat, 8),
    GpsLongitude: signed(pose.position.lon, 8),
    GimbalRollDegree: signed(pose.gimbalRollDeg, 2),
    GimbalYawDegree: signed(toHalfTurn(pose.gimbalYawDeg), 2),
    GimbalPitchDegree: signed(pose.gimbalPitchDeg, 2),
    FlightRollDegree: signed(0, 2),
    FlightYawDegree: signed(toHalfTurn(pose.yawDeg), 2),
    FlightPitchDegree: signed(0, 2),
    CalibratedFocalLength: focalLengthPx.toFixed(4),
  }
  const attributes = Object.entries(tags).map(([name, value]) => `   drone-dji:${name}="${value}"`)
  return Buffer.from(
    [
      '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>',
      '<x:xmpmeta xmlns:x="adobe:ns:meta/">',
      ' <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
      '  <rdf:Description rdf:about="" xmlns:drone-dji="http://www.dji.com/drone-dji/1.0/"',
      `${attributes.join('\n')}/>`,
      ' </rdf:RDF>',
      '</x:xmpmeta>',
      '<?xpacket end="w"?>',
    ].join('\n'),
  )
}

function signed(value: number, decimals: number): string {
  const text = value.toFixed(decimals)
  return text.startsWith('-') ? text : `+${text}`
}

/** 0…360 to -180…180, as the tags want it. */
function toHalfTurn(angleDeg: number): number {
  return angleDeg > 180 ? angleDeg - 360 : angleDeg
}
