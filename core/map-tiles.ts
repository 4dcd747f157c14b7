/** Pictures of a map that the pages draw under everything else. */
export interface TileSettings {
  /** How many lie over each other, for example streets and their names; 0: there are none. */
  layers: number
  /** The tile matrix set: that of CGCS2000 in degrees, or that of web maps in metres. */
  projection: 'EPSG:4490' | 'EPSG:3857'
  /** `gcj02`: the pictures are shifted as maps published in China are, so what is drawn on them has to be as well. */
  datum: 'wgs84' | 'gcj02'
  /** Who made the map, with its approval number (审图号). Empty: the pages ask for it. */
  attribution: string
}

/** One picture as it came. */
export interface MapTile {
  contentType: string
  bytes: Uint8Array
}

/** Where the pictures come from. Browsers never ask there themselves: their server does. */
export interface MapTiles {
  settings: TileSettings
  /** Null where there is no such layer or picture. Throws `delivery_failed` when the map service does not answer. */
  tile(layer: number, zoom: number, row: number, column: number): Promise<MapTile | null>
}
