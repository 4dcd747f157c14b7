create table frame (
  frame_id text collate "C" primary key,
  device_id text collate "C" not null,
  at timestamptz not null,
  arrival timestamptz not null,
  sha256 text not null,
  width_px int not null,
  height_px int not null,
  pose jsonb not null,
  state text not null check (state in ('queued', 'analysed', 'refused')),
  reason text,
  model text,
  detections jsonb not null,
  annotated_sha256 text
);
create index frame_at on frame (at desc, frame_id desc);
create index frame_device_at on frame (device_id, at desc, frame_id desc);

create table record (
  device_id text collate "C" not null,
  record_id text collate "C" not null,
  record_type text collate "C" not null,
  at timestamptz not null,
  arrival timestamptz not null,
  -- address, position and body as they were filed
  filed jsonb not null,
  primary key (device_id, record_id)
);
create index record_at on record (at desc, device_id desc, record_id desc);
create index record_type_at on record (record_type, at desc, device_id desc, record_id desc);

-- Births and deaths of connections.
create table device_status (
  device_id text collate "C" not null,
  at timestamptz not null,
  online boolean not null,
  arrival timestamptz not null,
  primary key (device_id, at, online)
);
