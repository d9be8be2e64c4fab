create table if not exists contract (
  id integer primary key autoincrement,
  number text not null,
  environment text not null,
  origin text not null,
  nickname text not null,
  endpoints text,
  folder text not null,
  last_form text,
  has_credentials integer not null default 0,
  unique (environment, origin, number)
) strict;

create table if not exists export (
  id integer primary key autoincrement,
  number text not null,
  environment text not null,
  origin text not null,
  phase text not null,
  asked_at integer not null,
  ended_at integer,
  record text not null
) strict;

create index if not exists export_by_contract on export (environment, origin, number, asked_at);

create table if not exists file (
  export_id integer not null references export (id),
  place integer not null,
  record text not null,
  primary key (export_id, place)
) strict, without rowid;

create table if not exists coverage (
  environment text not null,
  origin text not null,
  number text not null,
  version text not null,
  from_ms integer,
  to_ms integer not null
) strict;

create table if not exists proven (
  environment text not null,
  origin text not null,
  number text not null,
  client_id text not null,
  primary key (environment, origin, number, client_id)
) strict, without rowid;

create table if not exists setting (
  name text primary key,
  value text not null
) strict;

create table if not exists audit (
  number integer primary key,
  entry text not null,
  keyed integer not null,
  link text not null
) strict;

create table if not exists forgotten (
  contract text primary key
) strict;
