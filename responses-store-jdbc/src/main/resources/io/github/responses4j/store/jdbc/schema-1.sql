-- {name}: text of at most 255 ASCII characters, compared byte by byte. {hash}: 64 hexadecimal digits. {json}: bytes.
-- {unless null column} leaves rows out of an index whose column is null, where the database can.
-- {unless there} spares an index that is there: where a table is there at once, commit or not, an earlier start may have been cut short.
-- Times are microseconds since 1970 by the clock of the database.

-- One row: a name that no other database has.
CREATE TABLE IF NOT EXISTS r4j_store (
  uid {name} NOT NULL PRIMARY KEY
);

-- A response. Its name is the id by which it is found: null once it has expired and is only part of chains, and while it is
-- deleted (1) and may be restored. due_at is when somebody may take it over: 0 while it is queued, then the end of its lease,
-- null once it has ended. handed_back (1) is for a claim that is no attempt.
CREATE TABLE IF NOT EXISTS r4j_response (
  tenant {name} NOT NULL,
  uid {name} NOT NULL,
  name {name},
  id {name} NOT NULL,
  parent {name},
  previous_id {name},
  conversation_uid {name},
  conversation_id {name},
  key_hash {hash},
  request_hash {hash},
  background SMALLINT NOT NULL,
  status {name} NOT NULL,
  owner {name},
  epoch BIGINT NOT NULL,
  attempts INTEGER NOT NULL,
  handed_back SMALLINT NOT NULL,
  due_at BIGINT,
  created_at BIGINT NOT NULL,
  time_to_live BIGINT NOT NULL,
  expires_at BIGINT,
  deleted SMALLINT NOT NULL,
  last_seq BIGINT NOT NULL,
  inputs INTEGER NOT NULL,
  outputs INTEGER NOT NULL,
  document {json} NOT NULL,
  request {json} NOT NULL,
  usage_json {json},
  PRIMARY KEY (tenant, uid)
);
CREATE UNIQUE INDEX {unless there} r4j_response_name ON r4j_response (tenant, name);
CREATE UNIQUE INDEX {unless there} r4j_response_key ON r4j_response (tenant, key_hash) {unless null key_hash};
CREATE INDEX {unless there} r4j_response_created ON r4j_response (tenant, created_at, uid);
CREATE INDEX {unless there} r4j_response_parent ON r4j_response (tenant, parent) {unless null parent};
CREATE INDEX {unless there} r4j_response_due ON r4j_response (background, due_at) {unless null due_at};
CREATE INDEX {unless there} r4j_response_expires ON r4j_response (expires_at) {unless null expires_at};

-- The deleted responses that may be restored, since when and until when.
CREATE TABLE IF NOT EXISTS r4j_deleted (
  tenant {name} NOT NULL,
  id {name} NOT NULL,
  uid {name} NOT NULL,
  deleted_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, id, uid)
);
CREATE INDEX {unless there} r4j_deleted_until ON r4j_deleted (until_at);

-- What responses have used that are gone.
CREATE TABLE IF NOT EXISTS r4j_usage (
  tenant {name} NOT NULL,
  created_at BIGINT NOT NULL,
  uid {name} NOT NULL,
  id {name} NOT NULL,
  status {name} NOT NULL,
  usage_json {json} NOT NULL,
  PRIMARY KEY (tenant, created_at, uid)
);

-- The log of a response.
CREATE TABLE IF NOT EXISTS r4j_event (
  tenant {name} NOT NULL,
  response_uid {name} NOT NULL,
  seq BIGINT NOT NULL,
  body {json} NOT NULL,
  PRIMARY KEY (tenant, response_uid, seq)
);

-- Which tool calls have started.
CREATE TABLE IF NOT EXISTS r4j_tool_call (
  tenant {name} NOT NULL,
  response_uid {name} NOT NULL,
  call_hash {hash} NOT NULL,
  request_hash {hash} NOT NULL,
  PRIMARY KEY (tenant, response_uid, call_hash)
);

CREATE TABLE IF NOT EXISTS r4j_conversation (
  tenant {name} NOT NULL,
  uid {name} NOT NULL,
  id {name} NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  next_position BIGINT NOT NULL,
  holder {name},
  document {json} NOT NULL,
  PRIMARY KEY (tenant, uid)
);
CREATE UNIQUE INDEX {unless there} r4j_conversation_id ON r4j_conversation (tenant, id);

-- An item, written once. home is where it came from: the input (kind 0) or output (kind 1) of a response, or a conversation
-- (kind 2). An item that has joined a conversation names it, and outlives its home.
CREATE TABLE IF NOT EXISTS r4j_item (
  tenant {name} NOT NULL,
  home {name} NOT NULL,
  kind SMALLINT NOT NULL,
  place BIGINT NOT NULL,
  id {name} NOT NULL,
  conversation_uid {name},
  conversation_place BIGINT,
  json {json} NOT NULL,
  PRIMARY KEY (tenant, home, kind, place)
);
CREATE INDEX {unless there} r4j_item_id ON r4j_item (tenant, id);
CREATE UNIQUE INDEX {unless there} r4j_item_member ON r4j_item (tenant, conversation_uid, id) {unless null conversation_uid};
CREATE INDEX {unless there} r4j_item_place ON r4j_item (tenant, conversation_uid, conversation_place) {unless null conversation_uid};
