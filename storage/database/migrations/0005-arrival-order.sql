-- Back-tests read in order of arrival. Rows come in that order, so the index only ever grows at its end.
create index reading_arrival on reading (arrival);
create index frame_arrival on frame (arrival, frame_id);
create index record_arrival on record (arrival, device_id, record_id);
create index device_status_arrival on device_status (arrival, device_id);
