-- Boxes that might be people: what is covered before a picture is shown. Null: not looked for.
alter table frame add column people jsonb;
